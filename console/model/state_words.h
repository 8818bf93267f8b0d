/* SPDX-License-Identifier: BSD-2-Clause */
/* What a PD does right now, in words: "waits for a signal from eth_driver". */
#pragma once

#include "console/model/model.h"

/* In one word, for scripts and colours. */
enum state_class {
    STATE_UNKNOWN,
    STATE_RUNNING,       /* a core runs it */
    STATE_READY,         /* could run */
    STATE_WAITING,       /* for a signal, a call, a message */
    STATE_CALLING,       /* waits for a reply */
    STATE_OUT_OF_BUDGET, /* could run, but its budget is used up */
    STATE_FAULTED,
    STATE_STOPPED,
    STATE_BREAKPOINT, /* a debugger's */
    STATE_HELD,       /* by a debugger */
};

enum state_class state_of(const struct model *model, unsigned pd);
/* "running", "out_of_budget", ...: part of the JSON schema. */
const char *state_class_name(enum state_class state);
/* The full sentence. */
void state_in_words(const struct model *model, unsigned pd, char *out, size_t size);
