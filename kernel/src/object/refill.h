/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Refills: the arithmetic of sporadic servers (sel4-abi.md, 9.2, 9.3). Pure functions of a
 * scheduling context and the time they are given; the scheduler's state is not touched.
 *
 * Invariants while the context is active, not round robin:
 *   B1  1 <= refill_count <= refill_max
 *   B2  refills are ordered: each one's time + amount <= the next one's time
 *   B3  the amounts sum up to the budget
 *   B4  the head holds at least MIN_BUDGET
 * Round robin: entry 0 is what is left of the slice, entry 1 what is used of it; entry 0 stays the
 * head (B3 holds).
 */
#pragma once

#include "kernel/src/core/objects.h"
#include "kernel/src/core/time_units.h"

static inline struct refill *sc_head(struct sched_context *sc)
{
    return &sc->refills[sc->refill_head];
}

/* The n-th refill counted from the head; n < refill_count. */
static inline struct refill *sc_refill(struct sched_context *sc, unsigned n)
{
    unsigned index = sc->refill_head + n;

    return &sc->refills[index < sc->refill_max ? index : index - sc->refill_max];
}

static inline struct refill *sc_tail(struct sched_context *sc)
{
    return sc_refill(sc, sc->refill_count - 1u);
}

/* Configured: a context that never was cannot run anything. */
static inline bool sc_is_active(const struct sched_context *sc)
{
    return sc->refill_max > 0;
}

static inline bool sc_is_round_robin(const struct sched_context *sc)
{
    return sc->period == 0;
}

/* The head refill may be used at `now`. */
static inline bool refill_is_ready(struct sched_context *sc, ticks_t now)
{
    return sc_head(sc)->time <= now;
}

/* After using `usage` ticks at least MIN_BUDGET is left in the head. */
static inline bool refill_is_sufficient(struct sched_context *sc, ticks_t usage)
{
    ticks_t amount = sc_head(sc)->amount;

    return amount >= usage && amount - usage >= MIN_BUDGET;
}

/*
 * Configures from scratch: one refill (now, budget). budget == period: round robin (period is then
 * stored as 0 and max_refills is MIN_REFILLS whatever was asked for). Units: ticks.
 */
void refill_new(struct sched_context *sc, unsigned max_refills, ticks_t budget, ticks_t period,
        ticks_t now);
/*
 * Configures while its thread is runnable: what is left in the head is kept (9.5). Not round robin.
 */
void refill_update(struct sched_context *sc, unsigned max_refills, ticks_t budget, ticks_t period,
        ticks_t now);
/* Charges `used` ticks; not round robin. */
void refill_charge(struct sched_context *sc, ticks_t used);
/* Moves `used` ticks from "left" to "used" of a round-robin slice. */
static inline void refill_charge_round_robin(struct sched_context *sc, ticks_t used)
{
    used = MIN(used, sc->refills[0].amount);
    sc->refills[0].amount -= used;
    sc->refills[1].amount += used;
}
/* A round-robin slice is over: all of it is available again. */
static inline void refill_recharge_round_robin(struct sched_context *sc)
{
    sc->refills[0].amount += sc->refills[1].amount;
    sc->refills[1].amount = 0;
}
/* refill_unblock_check() for a context that is not round robin. */
void refill_start_now(struct sched_context *sc, ticks_t now);
/* The thread was unblocked, or its context becomes current: what is past starts now. */
static inline void refill_unblock_check(struct sched_context *sc, ticks_t now)
{
    if (!sc_is_round_robin(sc)) {
        refill_start_now(sc, now);
    }
}
