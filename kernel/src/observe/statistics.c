/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/observe/statistics.h"

#include <sel4/lionscope.h>

#include "kernel/src/arch/arch.h"
#include "kernel/src/object/ipc_objects.h"

error_t tcb_statistics_invoke(struct invocation *inv)
{
    const struct tcb *tcb = cap_thread_object(inv->cap);
    const struct tcb_statistics *counters = &tcb->statistics;
    ticks_t running = tcb == this_core->current ? this_core->now - this_core->ran_since : 0;
    const word_t words[LIONSCOPE_TCB_STATISTICS_WORDS] = {
        LIONSCOPE_STATISTICS_VERSION,
        counters->scheduled,
        counters->ticks_run + running,
        counters->sends,
        counters->calls,
        counters->receives,
        counters->signals,
        counters->faults,
        counters->budget_expirations,
        /* A caller that asks for itself is running, though its call is not finished. */
        tcb == inv->caller ? THREAD_RUNNING : tcb->state,
        tcb->priority | (word_t)tcb->mcp << 8 | (word_t)tcb->domain << 16
                | (word_t)tcb->flags << 24,
    };

    invocation_result(inv, words, ARRAY_LENGTH(words));
    return OK;
}

static word_t refills_and_flags(const struct sched_context *sc)
{
    word_t word = sc_is_active(sc) ? sc->refill_count : 0;

    word |= sc->sporadic ? LIONSCOPE_SC_SPORADIC : 0;
    word |= sc_is_active(sc) ? LIONSCOPE_SC_ACTIVE : 0;
    word |= sc == this_core->current_sc ? LIONSCOPE_SC_CURRENT : 0;
    return word;
}

error_t sched_context_statistics_invoke(struct invocation *inv)
{
    struct sched_context *sc = cap_sched_context_object(inv->cap);
    ticks_t now = this_core->now;
    ticks_t uncharged = sc == this_core->current_sc ? now - this_core->charged_until : 0;
    /* Not initialised here: that would clear room for all refills there can be. */
    word_t words[LIONSCOPE_SC_STATISTICS_WORDS + 2 * LIONSCOPE_MAX_REFILLS];
    word_t length = 0;

    words[length++] = LIONSCOPE_STATISTICS_VERSION;
    words[length++] = arch_timer_hz();
    words[length++] = sc->budget;
    words[length++] = sc->period;
    words[length++] = 0; /* left, of the head refill */
    words[length++] = now;
    words[length++] = sc->total_consumed + uncharged;
    words[length++] = refills_and_flags(sc);
    words[length++] = now;
    if (sc_is_active(sc)) {
        struct refill *head = sc_head(sc);

        words[4] = head->amount > uncharged ? head->amount - uncharged : 0;
        words[5] = MAX(now, head->time);
        for (unsigned i = 0; i < sc->refill_count && i < LIONSCOPE_MAX_REFILLS; i++) {
            words[length++] = sc_refill(sc, i)->time;
            words[length++] = sc_refill(sc, i)->amount;
        }
    }
    invocation_result(inv, words, length);
    return OK;
}
