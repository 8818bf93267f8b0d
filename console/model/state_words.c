/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/state_words.h"

#include <stdio.h>

static const char *const class_names[] = {
    [STATE_UNKNOWN] = "unknown",
    [STATE_RUNNING] = "running",
    [STATE_READY] = "ready",
    [STATE_WAITING] = "waiting",
    [STATE_CALLING] = "calling",
    [STATE_OUT_OF_BUDGET] = "out_of_budget",
    [STATE_FAULTED] = "faulted",
    [STATE_STOPPED] = "stopped",
    [STATE_BREAKPOINT] = "breakpoint",
    [STATE_HELD] = "held",
};

const char *state_class_name(enum state_class state)
{
    return class_names[state];
}

/* Its head refill is in the future: the kernel will not run it before. */
static bool waits_for_replenishment(const struct model_pd *pd)
{
    return model_has(pd->sc_present, SC_UNTIL) && pd->sc[SC_UNTIL] > 0;
}

static enum state_class runnable_state(const struct model_pd *pd)
{
    if (model_has(pd->sc_present, SC_FLAGS) && (pd->sc[SC_FLAGS] & PROTOCOL_SC_CURRENT)) {
        return STATE_RUNNING;
    }
    return waits_for_replenishment(pd) ? STATE_OUT_OF_BUDGET : STATE_READY;
}

enum state_class state_of(const struct model *model, unsigned index)
{
    const struct model_pd *pd = &model->pds[index];

    if (!model_has(pd->present, PD_STATE)) {
        return STATE_UNKNOWN;
    }
    switch (pd->counters[PD_STATE]) {
    case PD_STATE_RUNNING:
    case PD_STATE_RESTART:
        return runnable_state(pd);
    case PD_STATE_RECEIVE:
    case PD_STATE_NOTIFICATION:
        return STATE_WAITING;
    case PD_STATE_SEND:
    case PD_STATE_REPLY:
        return pd->fault_seen ? STATE_FAULTED : STATE_CALLING;
    case PD_STATE_FAULTED:
        return STATE_FAULTED;
    case PD_STATE_BREAKPOINT:
        return STATE_BREAKPOINT;
    case PD_STATE_HELD:
        return STATE_HELD;
    case PD_STATE_INACTIVE:
        return pd->fault_seen ? STATE_FAULTED : STATE_STOPPED;
    default:
        return STATE_UNKNOWN;
    }
}

static void name_peer(const struct model *model, unsigned pd, bool calls, const char *word,
        char *out, size_t size)
{
    int peer = names_only_peer(&model->names, pd, calls);

    out[0] = '\0';
    if (peer >= 0) {
        snprintf(out, size, " %s %s", word, names_pd(&model->names, (unsigned)peer));
    }
}

static void blocked_in_words(const struct model *model, unsigned index, char *out, size_t size)
{
    char peer[96];

    switch (model->pds[index].counters[PD_STATE]) {
    case PD_STATE_NOTIFICATION:
        name_peer(model, index, false, "from", peer, sizeof(peer));
        snprintf(out, size, "waits for a signal%s", peer);
        break;
    case PD_STATE_RECEIVE:
        snprintf(out, size, "waits for a call or a signal");
        break;
    case PD_STATE_SEND:
        name_peer(model, index, true, "to", peer, sizeof(peer));
        snprintf(out, size, "waits to be received%s", peer);
        break;
    default:
        name_peer(model, index, true, "to", peer, sizeof(peer));
        snprintf(out, size, "in a call%s", peer);
        break;
    }
}

void state_in_words(const struct model *model, unsigned index, char *out, size_t size)
{
    const struct model_pd *pd = &model->pds[index];

    switch (state_of(model, index)) {
    case STATE_UNKNOWN:
        snprintf(out, size, "-");
        break;
    case STATE_RUNNING:
        snprintf(out, size, "running");
        break;
    case STATE_READY:
        snprintf(out, size, "ready to run");
        break;
    case STATE_OUT_OF_BUDGET:
        snprintf(out, size, "out of budget until +%.1f ms",
                model_ticks_to_us(model, pd->sc[SC_UNTIL]) / 1000);
        break;
    case STATE_FAULTED:
        snprintf(out, size, "faulted");
        break;
    case STATE_STOPPED:
        snprintf(out, size, "stopped");
        break;
    case STATE_BREAKPOINT:
        snprintf(out, size, "stopped at a breakpoint");
        break;
    case STATE_HELD:
        snprintf(out, size, "held by a debugger");
        break;
    case STATE_WAITING:
    case STATE_CALLING:
        blocked_in_words(model, index, out, size);
        break;
    }
}
