/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/drivers/timer/arm_generic/timeouts.h"

static void place(struct timeouts *timeouts, uint32_t index, uint16_t number)
{
    timeouts->heap[index] = number;
    timeouts->position[number] = (uint16_t)(index + 1);
}

static uint64_t deadline_at(const struct timeouts *timeouts, uint32_t index)
{
    return timeouts->deadline[timeouts->heap[index]];
}

/* Moves the member at `index` towards the root until its parent is not later. */
static void sift_up(struct timeouts *timeouts, uint32_t index)
{
    uint16_t number = timeouts->heap[index];

    while (index > 0) {
        uint32_t parent = (index - 1) / 2;

        if (deadline_at(timeouts, parent) <= timeouts->deadline[number]) {
            break;
        }
        place(timeouts, index, timeouts->heap[parent]);
        index = parent;
    }
    place(timeouts, index, number);
}

/* Moves the member at `index` away from the root until its children are not earlier. */
static void sift_down(struct timeouts *timeouts, uint32_t index)
{
    uint16_t number = timeouts->heap[index];

    for (;;) {
        uint32_t child = 2 * index + 1;

        if (child + 1 < timeouts->count
                && deadline_at(timeouts, child + 1) < deadline_at(timeouts, child)) {
            child++;
        }
        if (child >= timeouts->count
                || timeouts->deadline[number] <= deadline_at(timeouts, child)) {
            break;
        }
        place(timeouts, index, timeouts->heap[child]);
        index = child;
    }
    place(timeouts, index, number);
}

static void remove_at(struct timeouts *timeouts, uint32_t index)
{
    uint16_t last = timeouts->heap[--timeouts->count];

    timeouts->position[timeouts->heap[index]] = 0;
    if (index < timeouts->count) {
        place(timeouts, index, last);
        sift_up(timeouts, index);
        sift_down(timeouts, timeouts->position[last] - 1u);
    }
}

void timeouts_set(struct timeouts *timeouts, uint32_t number, uint64_t deadline)
{
    timeouts_cancel(timeouts, number);
    timeouts->deadline[number] = deadline;
    place(timeouts, timeouts->count, (uint16_t)number);
    timeouts->count++;
    sift_up(timeouts, timeouts->count - 1);
}

bool timeouts_cancel(struct timeouts *timeouts, uint32_t number)
{
    if (timeouts->position[number] == 0) {
        return false;
    }
    remove_at(timeouts, timeouts->position[number] - 1u);
    return true;
}

uint64_t timeouts_next(const struct timeouts *timeouts)
{
    return timeouts->count == 0 ? TIMEOUTS_NEVER : deadline_at(timeouts, 0);
}

bool timeouts_take_expired(struct timeouts *timeouts, uint64_t now, uint32_t *number)
{
    if (timeouts->count == 0 || deadline_at(timeouts, 0) > now) {
        return false;
    }
    *number = timeouts->heap[0];
    remove_at(timeouts, 0);
    return true;
}
