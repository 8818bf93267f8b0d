/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Idle PD, at the lowest priority: measures the time that nobody else wants. It reads the clock over
 * and over; two readings that are close together mean that nobody else has run between them.
 */
#include <microkit.h>

#include <sddf/benchmark/config.h>
#include <sddf/util/atomic.h>

#include "cycle_counter.h"

__attribute__((section(".benchmark_idle_config"), used)) struct benchmark_idle_config config;

/* Longest gap that is still this loop's own; the kernel needs more for the shortest interruption. */
#define OWN_GAP_MAX 150

void init(void)
{
    struct idle_cycles *cycles = config.cycle_counters;

    cycle_counter_start();
    uint64_t previous = cycle_counter_read();
    uint64_t start = previous;
    uint64_t idle = 0;

    for (;;) {
        uint64_t now = cycle_counter_read();
        uint64_t gap = now - previous;

        if (gap < OWN_GAP_MAX) {
            idle += gap;
        }
        SHARED_STORE(&cycles->total, now - start);
        SHARED_STORE(&cycles->previous, previous);
        SHARED_STORE(&cycles->idle, idle);
        previous = now;
    }
}

void notified(microkit_channel channel)
{
    (void)channel; /* never: init() does not return */
}
