/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lionscope's additions to the interface: statistics by capability. Labels lie outside upstream's
 * range, so another kernel answers seL4_IllegalOperation and a tool can tell. Not part of sel4.h.
 */
#pragma once

#include <sel4/errors.h>
#include <sel4/types.h>

enum {
    /* On a TCB capability: its counters. */
    LionscopeTCBStatistics = 0x4c530001,
    /* On a scheduling-context capability: its configuration, refills and consumption. */
    LionscopeSchedContextStatistics = 0x4c530002,
};

#define LIONSCOPE_STATISTICS_VERSION 1

/* Result of LionscopeTCBStatistics: one message register a field, in this order. */
struct lionscope_tcb_statistics {
    seL4_Word version;
    seL4_Word scheduled; /* times switched to */
    seL4_Word ticks_run; /* timer ticks, on whichever scheduling context */
    seL4_Word sends;     /* messages sent through endpoints without call semantics */
    seL4_Word calls;
    seL4_Word receives; /* messages received, faults and replies included */
    seL4_Word signals;  /* notifications signalled */
    seL4_Word faults;
    seL4_Word budget_expirations;
    seL4_Word
            state; /* 0 inactive, 1 running, 2 restart, 3..6 blocked: receive, send, reply, ntfn */
    seL4_Word parameters; /* priority | mcp << 8 | domain << 16 | flags << 24 */
};
#define LIONSCOPE_TCB_STATISTICS_WORDS 11

#define LIONSCOPE_MAX_REFILLS 50
/* Bits of lionscope_sched_context_statistics.refills_and_flags above the number of refills. */
#define LIONSCOPE_SC_SPORADIC (1UL << 32)
#define LIONSCOPE_SC_ACTIVE   (1UL << 33) /* configured */
#define LIONSCOPE_SC_CURRENT  (1UL << 34) /* a core runs on it right now */

struct lionscope_refill {
    seL4_Word time; /* ticks, absolute */
    seL4_Word amount;
};

/* Result of LionscopeSchedContextStatistics: nine words, then the refills. Times in ticks. */
struct lionscope_sched_context_statistics {
    seL4_Word version;
    seL4_Word timer_hz;
    seL4_Word budget;
    seL4_Word period; /* 0: round robin */
    seL4_Word left;   /* in the head refill, now */
    seL4_Word next_replenishment;
    seL4_Word total_consumed; /* never reset */
    seL4_Word refills_and_flags;
    seL4_Word now;
    struct lionscope_refill refills[LIONSCOPE_MAX_REFILLS];
};
#define LIONSCOPE_SC_STATISTICS_WORDS 9

#ifdef __aarch64__
#include <sel4/syscalls.h>

/*
 * Reads the counters of a thread. Changes nothing. Needs only a TCB capability.
 * Errors: seL4_InvalidCapability (0: no capability there), seL4_IllegalOperation (no TCB capability,
 * or a kernel without statistics); *result is then untouched.
 */
LIBSEL4_INLINE seL4_Error lionscope_TCB_GetStatistics(
        seL4_TCB tcb, struct lionscope_tcb_statistics *result)
{
    seL4_MessageInfo_t info = seL4_Call(tcb, seL4_MessageInfo_new(LionscopeTCBStatistics, 0, 0, 0));
    seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(info);
    seL4_Word *words = (seL4_Word *)(void *)result;

    if (error != seL4_NoError) {
        return error;
    }
    if (seL4_MessageInfo_get_length(info) < LIONSCOPE_TCB_STATISTICS_WORDS) {
        return seL4_IllegalOperation; /* an object that takes every label */
    }
    for (int i = 0; i < LIONSCOPE_TCB_STATISTICS_WORDS; i++) {
        words[i] = seL4_GetMR(i);
    }
    return seL4_NoError;
}

/*
 * Reads configuration and consumption of a scheduling context. Changes nothing, does not reset what
 * seL4_SchedContext_Consumed returns. Errors as above. The number of refills in *result is that of the
 * context; as many of them as the message had room for are filled in, the rest are zero.
 */
LIBSEL4_INLINE seL4_Error lionscope_SchedContext_GetStatistics(
        seL4_SchedContext sc, struct lionscope_sched_context_statistics *result)
{
    seL4_MessageInfo_t info =
            seL4_Call(sc, seL4_MessageInfo_new(LionscopeSchedContextStatistics, 0, 0, 0));
    seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(info);
    seL4_Word *words = (seL4_Word *)(void *)result;
    seL4_Word length = seL4_MessageInfo_get_length(info);

    if (error != seL4_NoError) {
        return error;
    }
    if (length < LIONSCOPE_SC_STATISTICS_WORDS) {
        return seL4_IllegalOperation;
    }
    for (seL4_Word i = 0; i < sizeof(*result) / sizeof(seL4_Word); i++) {
        words[i] = i < length ? seL4_GetMR((int)i) : 0;
    }
    return seL4_NoError;
}
#endif
