/* SPDX-License-Identifier: BSD-2-Clause */
/* A new image has to answer, to come to rest again and again, and not to use up its budget. */
#include "monitor/reload/parts.h"

#define EXHAUSTIONS_MAX 32  /* from one rest to the next */
#define ANSWER_MS       100 /* in which a new image has to be ready */
#define HEARTBEAT_MS    500 /* in which it has to come to rest again */

void reload_note_start(struct reload_module *module)
{
    const struct lions_hand_over *state = reload_hand_over(module);
    uint64_t ready = __atomic_load_n(&state->ready, __ATOMIC_ACQUIRE);

    if (module->down == 0 && state->started >= module->since) {
        module->down = state->started - module->since;
        module->ready = ready != 0 ? ready - module->since : 0;
        module->changed |= ready != 0;
    } else if (module->ready == 0 && ready > module->since) {
        module->ready = ready - module->since;
        module->changed = true;
    }
}

/* True if a debugger has stopped it: what it has to do in time has so much more of it, from one look to the next. */
static bool stands_still(struct reload_module *module, uint64_t now)
{
    uint64_t since = now - module->looked_at;
    bool stood = module->stands;

    module->looked_at = now;
    module->stands = module->target->is_held(module->pd);
    reload_note_held(module, module->stands);
    if (stood || module->stands) {
        module->alive_at += since;
        module->deadline += since;
    }
    return module->stands;
}

void reload_watch(struct reload_module *module)
{
    uint64_t now = module->target->now();
    uint64_t ms = module->target->ticks_per_ms;
    uint64_t where;
    bool rests = module->target->is_at_rest(module->pd, &where);
    uint64_t exhausted = module->target->exhaustions(module->pd);

    /* Not yet at the swap: that would only keep the new image from beginning. */
    if (!module->watched || rests) {
        module->watched = true;
        module->exhausted_before = exhausted;
    }
    exhausted -= module->exhausted_before;
    reload_note_start(module);
    if (stands_still(module, now)) {
        return;
    }
    if (rests && module->ready != 0) {
        module->rested = true;
        module->alive_at = now;
    }
    if (module->wanted_back && reload_try_to_go_back(module) == GOING_BACK) {
        return;
    }
    if (!rests && exhausted > EXHAUSTIONS_MAX) {
        reload_fail(module, RELOAD_EXHAUSTED, exhausted);
    } else if (module->ready == 0 && now - module->alive_at >= ANSWER_MS * ms) {
        reload_fail(module, RELOAD_SILENT, where);
    } else if (now - module->alive_at >= HEARTBEAT_MS * ms) {
        reload_fail(module, RELOAD_NO_HEARTBEAT, where);
    } else if (now >= module->deadline && module->rested && !module->wanted_back) {
        reload_end(module, RELOAD_COMMITTED, 0);
    }
}
