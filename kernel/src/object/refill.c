/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/object/refill.h"

static struct refill refill_pop_head(struct sched_context *sc)
{
    struct refill head = *sc_head(sc);
    unsigned next = sc->refill_head + 1u;

    kassert(sc->refill_count > 1);
    sc->refill_head = (uint16_t)(next == sc->refill_max ? 0 : next);
    sc->refill_count--;
    return head;
}

static void refill_append(struct sched_context *sc, struct refill refill)
{
    kassert(sc->refill_count < sc->refill_max);
    sc->refill_count++;
    *sc_tail(sc) = refill;
}

/* Time that was used comes back one period after its start: at the tail, or merged into it. */
static void refill_schedule(struct sched_context *sc, struct refill refill)
{
    struct refill *tail = sc_tail(sc);

    if (tail->time + tail->amount >= refill.time) {
        tail->amount += refill.amount;
    } else if (sc->refill_count < sc->refill_max) {
        refill_append(sc, refill);
    } else {
        tail->time = refill.time - tail->amount;
        tail->amount += refill.amount;
    }
}

static void refill_reset(struct sched_context *sc, unsigned max_refills, ticks_t budget,
        ticks_t period, struct refill head)
{
    sc->budget = budget;
    sc->period = period;
    sc->refill_max = (uint16_t)max_refills;
    sc->refill_head = 0;
    sc->refill_count = 1;
    sc->refills[0] = head;
}

void refill_new(
        struct sched_context *sc, unsigned max_refills, ticks_t budget, ticks_t period, ticks_t now)
{
    struct refill head = { now, budget };

    if (budget == period) {
        refill_reset(sc, MIN_REFILLS, budget, 0, head);
        refill_append(sc, (struct refill){ now, 0 });
    } else {
        refill_reset(sc, max_refills, budget, period, head);
    }
}

void refill_update(
        struct sched_context *sc, unsigned max_refills, ticks_t budget, ticks_t period, ticks_t now)
{
    struct refill head = *sc_head(sc);

    if (head.time <= now) {
        head.time = now;
    }
    if (head.amount >= budget) {
        head.amount = budget;
        refill_reset(sc, max_refills, budget, period, head);
        return;
    }
    refill_reset(sc, max_refills, budget, period, head);
    refill_append(sc, (struct refill){ head.time + period, budget - head.amount });
    while (sc_head(sc)->amount < MIN_BUDGET) {
        head = refill_pop_head(sc);
        sc_head(sc)->amount += head.amount;
        sc_head(sc)->time -= head.amount;
    }
}

void refill_charge(struct sched_context *sc, ticks_t used)
{
    struct refill *head = sc_head(sc);

    while (head->amount <= used && head->time < MAX_RELEASE_TIME) {
        used -= head->amount;
        if (sc->refill_count == 1) {
            head->time += sc->period;
        } else {
            struct refill spent = refill_pop_head(sc);

            spent.time += sc->period;
            refill_schedule(sc, spent);
        }
        head = sc_head(sc);
    }
    if (used > 0 && head->time < MAX_RELEASE_TIME) {
        struct refill spent = { head->time + sc->period, used };

        head->amount -= used;
        head->time += used;
        refill_schedule(sc, spent);
    }
    while (sc_head(sc)->amount < MIN_BUDGET) {
        struct refill rest = refill_pop_head(sc);

        sc_head(sc)->amount += rest.amount;
        sc_head(sc)->time -= rest.amount;
    }
}

void refill_start_now(struct sched_context *sc, ticks_t now)
{
    if (!refill_is_ready(sc, now)) {
        return;
    }

    struct refill *head = sc_head(sc);

    head->time = now;
    while (sc->refill_count > 1 && sc_refill(sc, 1)->time <= now + head->amount) {
        struct refill old = refill_pop_head(sc);

        head = sc_head(sc);
        head->time = old.time;
        head->amount += old.amount;
    }
}
