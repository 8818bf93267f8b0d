/* SPDX-License-Identifier: BSD-2-Clause */
/* What a restarted monitor makes of what it has left. */
#include "monitor/reload/parts.h"

/*
 * The PD may have been held, or its image not begun because of a debugger that has gone since, or it has faulted and nobody knows:
 * then it faults again.
 */
static void let_go_on(struct reload_module *module)
{
    if (module->target->is_stopped(module->pd) && !module->target->is_held(module->pd)) {
        module->target->release(module->pd);
    }
}

/* The image whose code the PD executes. Where there is none: the one that is complete in any case. */
static uint8_t image_by_place(const struct reload_module *module)
{
    uint64_t pc = module->target->pc(module->pd);

    for (uint8_t image = 1; image < RELOAD_IMAGES; image++) {
        if (pc - reload_slot_of(module, image)->address < module->config->text_bytes) {
            return image;
        }
    }
    return 0;
}

/* What can still be said of an image in a slot: where it begins is nowhere else. */
static void describe_anew(struct reload_module *module, uint8_t image)
{
    const struct lions_module_header *header = reload_slot_of(module, image)->data;

    module->images[image] = (struct reload_image){
        .version = header->version, .schema = header->schema, .oldest_schema = header->oldest_schema
    };
}

static enum reload_recovery find_out(struct reload_module *module)
{
    uint8_t running = image_by_place(module);

    if (!image_is_whole(&module->images[running])) {
        describe_anew(module, running);
    }
    record_set(module, STEP_AT_REST, running, running != 0 ? 0 : RELOAD_NO_IMAGE, 0);
    reload_end(module, RELOAD_MONITOR_RESTARTED, RELOAD_AT_REST);
    let_go_on(module);
    return RELOAD_LOST;
}

static enum reload_recovery drop(struct reload_module *module)
{
    enum protocol_reload_phase phase = reload_phase(module);

    let_go_on(module);
    reload_end(module, RELOAD_MONITOR_RESTARTED, phase);
    return RELOAD_DROPPED;
}

/* Nobody has looked meanwhile: it has to be seen at rest from now on, in a time that begins now. */
static enum reload_recovery watch_on(struct reload_module *module)
{
    let_go_on(module);
    module->alive_at = module->target->now();
    module->looked_at = module->alive_at;
    module->watched = false;
    module->rested = false;
    module->changed = true;
    return RELOAD_WATCHED;
}

static enum reload_recovery go_on(struct reload_module *module)
{
    switch ((enum reload_step)module->step) {
    case STEP_STAGING:
    case STEP_VERIFIED:
    case STEP_QUIESCING:
        return drop(module);
    case STEP_STARTING:
        reload_carry_through(module);
        return RELOAD_INSTALLED;
    case STEP_STOPPING:
    case STEP_STARTING_BACK:
        reload_carry_through(module);
        return RELOAD_RETURNED;
    case STEP_PROBATION:
        return watch_on(module);
    default:
        module->wanted_back = false; /* asked for, and not yet begun */
        let_go_on(module);
        return RELOAD_UNTOUCHED;
    }
}

/* The record, and what is known of the images that it names. */
static bool is_sound(const struct reload_module *module)
{
    bool starts = module->step == STEP_STARTING || module->step == STEP_STARTING_BACK;

    return record_is_valid(module) && image_is_whole(&module->images[module->running])
            && (module->previous == RELOAD_NO_IMAGE
                    || image_is_whole(&module->images[module->previous]))
            && (!starts || image_is_whole(&module->images[module->next]));
}

/* Has no check: what the console is told must be something that can be said. */
static void bound_what_is_told(struct reload_module *module)
{
    if (module->who.length > sizeof(module->who.at)) {
        module->who.length = 0;
    }
    if ((unsigned)module->cause >= RELOAD_CAUSES) {
        module->cause = RELOAD_MONITOR_RESTARTED;
    }
}

enum reload_recovery reload_recover(struct reload_module *module)
{
    enum reload_recovery found = is_sound(module) ? go_on(module) : find_out(module);

    bound_what_is_told(module);
    module->restarts++;
    module->changed = true;
    return found;
}
