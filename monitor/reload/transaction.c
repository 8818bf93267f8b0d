/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/reload/transaction.h"

#include <string.h>

#include "monitor/reload/parts.h"

#define LOOK_MS     2    /* how often what waits is looked at */
#define ROLLBACK_MS 1000 /* in which the PD has to come to rest for a rollback */

/* ---- phases ---- */

uint64_t reload_in_ms(const struct reload_module *module, uint64_t ms)
{
    return module->target->now() + ms * module->target->ticks_per_ms;
}

void reload_enter(struct reload_module *module, enum reload_step step)
{
    record_set_step(module, step);
    module->changed = true;
}

void reload_end(struct reload_module *module, enum protocol_reload_cause cause, uint64_t detail)
{
    module->cause = cause;
    module->detail = detail;
    module->wanted_back = false;
    reload_enter(module, STEP_AT_REST);
}

enum protocol_reload_phase reload_phase(const struct reload_module *module)
{
    static const uint8_t phases[STEPS] = {
        [STEP_AT_REST] = RELOAD_AT_REST,
        [STEP_STAGING] = RELOAD_STAGING,
        [STEP_VERIFIED] = RELOAD_VERIFIED,
        [STEP_QUIESCING] = RELOAD_QUIESCING,
        [STEP_PROBATION] = RELOAD_PROBATION,
        [STEP_STARTING] = RELOAD_QUIESCING,
        [STEP_STOPPING] = RELOAD_PROBATION,
        [STEP_STARTING_BACK] = RELOAD_PROBATION,
    };

    return (enum protocol_reload_phase)phases[module->step];
}

bool reload_is_current(const struct reload_module *module, uint32_t transaction)
{
    return module->step != STEP_AT_REST && module->transaction == transaction;
}

/* A request that came once more after its transaction had ended: the state says how. 0: there was none yet. */
bool reload_has_ended(const struct reload_module *module, uint32_t transaction)
{
    return module->step == STEP_AT_REST && transaction != 0 && module->transaction == transaction;
}

/* ---- images ---- */

uint8_t reload_free_image(const struct reload_module *module)
{
    for (uint8_t image = 1; image < RELOAD_IMAGES; image++) {
        if (image != module->running && image != module->previous) {
            return image;
        }
    }
    return module->running == 1 ? 2 : 1; /* both are in slots: the previous one goes */
}

const monitor_reload_slot_t *reload_slot_of(const struct reload_module *module, uint8_t image)
{
    return &module->config->slots[image - 1];
}

/* What was found of its schema at an earlier verification stays. */
static void describe_boot_image(struct reload_module *module, const struct reload_image *boot)
{
    struct reload_image described = *boot;

    if (image_is_whole(&module->images[0])) {
        described.schema = module->images[0].schema;
        described.oldest_schema = module->images[0].oldest_schema;
    }
    image_seal(&described);
    module->images[0] = described;
}

enum reload_recovery reload_module_init(struct reload_module *module,
        const monitor_reload_pd_t *config, const struct reload_target *target, unsigned pd,
        const struct reload_image *boot)
{
    module->config = config;
    module->target = target;
    module->pd = pd;
    describe_boot_image(module, boot);
    if (module->record != 0) {
        return reload_recover(module);
    }
    record_set(module, STEP_AT_REST, 0, RELOAD_NO_IMAGE, 0);
    return RELOAD_FRESH;
}

/* ---- the requests after the verification ---- */

static uint64_t granted_ms(uint32_t wanted)
{
    return wanted < PROTOCOL_RELOAD_LIMIT_MAX ? wanted : PROTOCOL_RELOAD_LIMIT_MAX;
}

bool reload_swap(struct reload_module *module, const struct protocol_reload_swap *request)
{
    if (!reload_is_current(module, request->transaction)) {
        return reload_has_ended(module, request->transaction);
    }
    if (module->step != STEP_VERIFIED) {
        return reload_phase(module) > RELOAD_VERIFIED; /* repeated */
    }
    module->probation = granted_ms(request->probation) * module->target->ticks_per_ms;
    module->deadline = reload_in_ms(module, granted_ms(request->limit));
    reload_enter(module, STEP_QUIESCING);
    reload_try_to_swap(module);
    return true;
}

/* Asked for while nothing was under way. */
static void wait_to_go_back(struct reload_module *module)
{
    enum reload_going_back going = reload_try_to_go_back(module);

    if (going == GOING_UNREADABLE) {
        reload_end(module, RELOAD_OTHER_SCHEMA, module->images[module->previous].oldest_schema);
    } else if (going == GOING_WAITS && module->target->now() >= module->deadline) {
        reload_end(module, reload_why_not_at_rest(module), module->detail);
    } else if (going == GOING_WAITS) {
        reload_note_held(module, module->target->is_held(module->pd));
    }
}

/* False: it cannot be gone back, and nothing has changed. */
static bool begin_to_go_back(struct reload_module *module)
{
    enum reload_step step = (enum reload_step)module->step;

    module->wanted_back = true;
    if (step == STEP_AT_REST) {
        module->deadline = reload_in_ms(module, ROLLBACK_MS);
        record_set_step(module, STEP_QUIESCING);
    }
    switch (reload_try_to_go_back(module)) {
    case GOING_UNREADABLE:
        module->wanted_back = false;
        record_set_step(module, step);
        return false;
    case GOING_WAITS:
        module->changed |= step == STEP_AT_REST;
        return true;
    default:
        return true;
    }
}

bool reload_rollback(struct reload_module *module, const struct protocol_reload_rollback *request)
{
    if (module->swaps != request->swaps) { /* repeated, if that swap was this one */
        return module->swaps == request->swaps + 1 && module->step == STEP_AT_REST
                && module->cause == RELOAD_ROLLED_BACK;
    }
    if (module->previous != RELOAD_NO_IMAGE && module->wanted_back) {
        return true; /* repeated */
    }
    if (module->previous == RELOAD_NO_IMAGE
            || (module->step != STEP_AT_REST && module->step != STEP_PROBATION)) {
        return false;
    }
    reload_note_who(module, request->who.at, request->who.length);
    return begin_to_go_back(module);
}

/* ---- events ---- */

bool reload_fault(struct reload_module *module, uint64_t label)
{
    if (module->step != STEP_PROBATION) {
        return false;
    }
    reload_fail(module, RELOAD_FAULTED, label);
    return true;
}

void reload_tick(struct reload_module *module)
{
    switch (reload_phase(module)) {
    case RELOAD_QUIESCING:
        if (module->wanted_back) {
            wait_to_go_back(module);
        } else {
            reload_try_to_swap(module);
        }
        break;
    case RELOAD_PROBATION:
        reload_watch(module);
        break;
    case RELOAD_STAGING:
    case RELOAD_VERIFIED:
        if (module->target->now() >= module->deadline) {
            reload_end(module, RELOAD_ABANDONED, 0);
        }
        break;
    default:
        reload_note_start(module);
        break;
    }
}

uint64_t reload_next(const struct reload_module *module)
{
    switch (reload_phase(module)) {
    case RELOAD_VERIFIED: /* so that the alarm is set when the swap is asked for */
    case RELOAD_QUIESCING:
    case RELOAD_PROBATION:
        return reload_in_ms(module, LOOK_MS);
    case RELOAD_STAGING:
        return module->deadline;
    default:
        return UINT64_MAX;
    }
}
