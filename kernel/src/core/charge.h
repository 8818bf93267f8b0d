/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who pays for time, and until when (sel4-abi.md, 9.2 to 9.4): for the scheduler and the fast
 * paths.
 */
#pragma once

#include "kernel/src/arch/arch.h"
#include "kernel/src/object/refill.h"

/* Charges everything since charged_until to the current context. */
static inline void time_commit(void)
{
    struct sched_context *sc = this_core->current_sc;
    ticks_t used = this_core->now - this_core->charged_until;

    this_core->charged_until = this_core->now;
    if (sc == NULL || !sc_is_active(sc) || used == 0) {
        return;
    }
    if (likely(sc_is_round_robin(sc))) {
        refill_charge_round_robin(sc, used);
    } else {
        refill_charge(sc, used);
    }
    sc->total_consumed += used;
}

/* Sets the timer, and how long the fast budget check may say yes. */
static inline void timer_program(void)
{
    struct sched_context *sc = this_core->current_sc;
    ticks_t end = this_core->domain_end;

    if (likely(sc != NULL)) {
        ticks_t amount = sc_head(sc)->amount;

        if (likely(amount < end - this_core->now)) {
            end = this_core->now + amount;
        }
    }
    this_core->entry_deadline = end > MIN_BUDGET ? end - MIN_BUDGET : 0;
    if (this_core->release_head != NULL) {
        end = MIN(end, sc_head(this_core->release_head->sc)->time);
    }
    this_core->timer_end = end;
    arch_timer_set(MIN(end, this_core->sample_at));
    this_core->reprogram = false;
}

/* The current thread, or the one that is about to be, runs on sc from now on; NULL: it is idle. */
static inline void sched_context_switch(struct sched_context *sc)
{
    if (sc != this_core->current_sc) {
        this_core->reprogram = true;
        if (sc != NULL && !sc->sporadic) {
            refill_unblock_check(sc, this_core->now);
        }
    }
    if (this_core->reprogram) {
        time_commit();
        this_core->current_sc = sc;
        timer_program();
    }
}
