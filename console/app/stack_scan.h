/* SPDX-License-Identifier: BSD-2-Clause */
/* How deep the PDs' stacks have ever been: the zeros left at their far ends are counted by the target. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct session;

struct stack_scan {
    unsigned pd;        /* whose stack is looked at */
    uint64_t offset;    /* zeros found so far, from the far end */
    bool waits;         /* for an answer */
    int64_t next_round; /* ms */
};

/* Asks the next question if it is time to. */
void stack_scan_step(struct session *session, int64_t now);
