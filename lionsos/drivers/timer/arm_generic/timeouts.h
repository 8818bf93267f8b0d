/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pending timeouts, ordered by deadline: a binary heap that knows where each member is, so setting,
 * cancelling and expiring one of n takes log n steps.
 *
 * A timeout is named by a number below TIMEOUTS_MAX; whoever uses it decides what the number means.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* All timeouts there can be: those of 62 channels, 64 each. */
#define TIMEOUTS_MAX (62 * 64)

/* No deadline: never. */
#define TIMEOUTS_NEVER UINT64_MAX

struct timeouts {
    uint32_t count;                  /* pending */
    uint16_t heap[TIMEOUTS_MAX];     /* numbers; heap[0] is the next to expire */
    uint16_t position[TIMEOUTS_MAX]; /* by number: index in heap plus 1; 0 if not pending */
    uint64_t deadline[TIMEOUTS_MAX]; /* by number */
};

/* Zeroed memory is an empty set. `deadline` is in any unit; a pending timeout moves to it. */
void timeouts_set(struct timeouts *timeouts, uint32_t number, uint64_t deadline);

/* False if it was not pending. */
bool timeouts_cancel(struct timeouts *timeouts, uint32_t number);

/* Deadline of the next one, or TIMEOUTS_NEVER. */
uint64_t timeouts_next(const struct timeouts *timeouts);

/* Takes out the next one if its deadline is `now` or earlier; false if there is none. */
bool timeouts_take_expired(struct timeouts *timeouts, uint64_t now, uint32_t *number);
