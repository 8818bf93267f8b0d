/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One image takes another one's place, forth and back. The record says what is going to be done before it is done, and what
 * it has come to is known by whether the PD is stopped: it was, when STEP_STARTING was written, and only its start changes that.
 */
#include "monitor/reload/parts.h"

static void note_install(struct reload_module *module)
{
    module->swaps = module->swap.swaps;
    module->since = module->swap.at;
    module->alive_at = module->swap.at;
    module->looked_at = module->swap.at;
    module->stands = false;
    module->down = 0;
    module->ready = 0;
    module->rested = false;
    module->watched = false;
    module->wanted_back = false;
    module->changed = true;
}

/* The new image runs, with the one before at hand. */
static void note_forth(struct reload_module *module)
{
    const struct reload_image *before = &module->images[module->running];

    note_install(module);
    module->deadline = module->swap.at + module->probation;
    /* Of an image whose description is lost nobody knows where it begins. */
    record_set(module, STEP_PROBATION, module->next, before->entry != 0 ? module->running : 0, 0);
}

/* An image that has failed is not gone back to, nor one that nobody has watched to the end of its probation. */
static void note_back(struct reload_module *module)
{
    note_install(module);
    module->cause = module->swap.cause;
    module->detail = module->swap.detail;
    record_set(module, STEP_AT_REST, module->next,
            module->swap.is_proven ? module->running : RELOAD_NO_IMAGE, 0);
}

/* The PD is stopped. */
static void install(struct reload_module *module, enum reload_step step, uint8_t image)
{
    module->swap.at = module->target->now();
    module->swap.swaps = module->swaps + 1;
    record_set(module, step, module->running, module->previous, image);
    module->target->start(module->pd, module->images[image].entry);
    if (step == STEP_STARTING) {
        note_forth(module);
    } else {
        note_back(module);
    }
}

enum protocol_reload_cause reload_why_not_at_rest(const struct reload_module *module)
{
    return module->target->is_held(module->pd) ? RELOAD_HELD : RELOAD_NEVER_AT_REST;
}

void reload_note_held(struct reload_module *module, bool held)
{
    enum protocol_reload_cause cause = held ? RELOAD_HELD : RELOAD_CAUSE_NONE;

    module->changed |= module->cause != cause;
    module->cause = cause;
}

void reload_try_to_swap(struct reload_module *module)
{
    uint64_t where = 0;

    if (module->target->hold(module->pd, &where)) {
        reload_take_snapshot(module);
        install(module, STEP_STARTING, reload_free_image(module));
    } else if (module->target->now() >= module->deadline) {
        reload_end(module, reload_why_not_at_rest(module), where);
    } else {
        reload_note_held(module, module->target->is_held(module->pd));
    }
}

/* The image on probation is stopped where it is, its state undone: once begun, that can be done again and has to be ended. */
static void replace_failed(struct reload_module *module)
{
    module->target->stop(module->pd);
    reload_restore_snapshot(module);
    install(module, STEP_STARTING_BACK, module->previous);
}

static void note_why(
        struct reload_module *module, enum protocol_reload_cause cause, uint64_t detail)
{
    module->swap.cause = cause;
    module->swap.detail = detail;
    module->swap.is_proven = cause == RELOAD_ROLLED_BACK && module->step == STEP_QUIESCING;
}

void reload_fail(struct reload_module *module, enum protocol_reload_cause cause, uint64_t detail)
{
    note_why(module, cause, detail);
    record_set_step(module, STEP_STOPPING);
    replace_failed(module);
}

/* The image that the system was booted with has no header here: it is taken to know what the first swap found. */
static bool previous_can_take_over(const struct reload_module *module)
{
    const struct reload_image *previous = &module->images[module->previous];
    uint32_t schema = reload_hand_over(module)->schema;

    return schema >= previous->oldest_schema && schema <= previous->schema;
}

enum reload_going_back reload_try_to_go_back(struct reload_module *module)
{
    uint64_t where;

    if (!module->target->hold(module->pd, &where)) {
        module->detail = where;
        return GOING_WAITS;
    }
    /* Nobody can change the state any more: now it is looked at. */
    if (previous_can_take_over(module)) {
        note_why(module, RELOAD_ROLLED_BACK, 0);
        install(module, STEP_STARTING_BACK, module->previous);
        return GOING_BACK;
    }
    if (module->step == STEP_PROBATION) {
        reload_fail(module, RELOAD_ROLLED_BACK, 0);
        return GOING_BACK;
    }
    module->target->release(module->pd);
    return GOING_UNREADABLE;
}

void reload_carry_through(struct reload_module *module)
{
    if (module->step == STEP_STOPPING) {
        replace_failed(module);
        return;
    }
    if (module->target->is_stopped(module->pd)) {
        module->target->start(module->pd, module->images[module->next].entry);
    }
    if (module->step == STEP_STARTING) {
        note_forth(module);
    } else {
        note_back(module);
    }
}
