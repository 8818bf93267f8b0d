/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lionscope's additions to the interface: statistics and sampling by capability. Labels lie outside upstream's
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
    /* On the IRQ handler of the performance monitor: samples into a frame; no more of them. */
    LionscopeIRQHandlerStartSampling = 0x4c530003,
    LionscopeIRQHandlerStopSampling = 0x4c530004,
    /* On a TCB and a scheduling-context capability: what samples call it. */
    LionscopeTCBSetSampleId = 0x4c530005,
    LionscopeSchedContextSetSampleId = 0x4c530006,
    /* On a TCB capability: its floating-point registers. */
    LionscopeTCBReadFloats = 0x4c530007,
    LionscopeTCBWriteFloats = 0x4c530008,
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

/* Floating-point and SIMD registers of a thread, as message registers in this order. */
struct lionscope_float_registers {
    seL4_Word status_and_control; /* FPSR | FPCR << 32 */
    seL4_Word v[32][2];           /* low half first */
};
#define LIONSCOPE_FLOAT_WORDS 65

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

/*
 * INTID of the performance monitor's overflow interrupt (Arm BSA, PPI assignments). Its handler's
 * capability is the authority to sample, also by the timer.
 */
#define LIONSCOPE_SAMPLE_INTID 23
/* Fewer events between two samples are refused: sampling would stop everything else. */
#define LIONSCOPE_SAMPLE_PERIOD_MIN 5000
#define LIONSCOPE_SAMPLE_PERIOD_MAX 0xf0000000UL
/* Events that every PMUv3 counts (Arm ARM, D13.10); others by their architectural number. */
#define LIONSCOPE_EVENT_INSTRUCTIONS 0x08
#define LIONSCOPE_EVENT_CYCLES       0x11
/* Not of the performance monitor: ticks of the kernel's timer. */
#define LIONSCOPE_EVENT_TICKS             0x10000
#define LIONSCOPE_SAMPLE_PERIOD_TICKS_MIN 625
/* Added to an event: a record of each switch, too. */
#define LIONSCOPE_EVENT_SWITCHES 0x20000

#define LIONSCOPE_SAMPLE_KERNEL 1 /* hit the kernel; pc is where user code goes on */
#define LIONSCOPE_SAMPLE_IDLE   2 /* nobody was running */
#define LIONSCOPE_SAMPLE_SWITCH 4 /* no sample, but the record of a switch */

/* lionscope_sample.next and .state of a switch */
#define LIONSCOPE_SWITCH_TO_IDLE       (1UL << 16)
#define LIONSCOPE_SWITCH_OUT_OF_BUDGET (1UL << 8)

/*
 * Where the interrupt hit. Of a switch: its time, the thread that ran until then, how it was left,
 * and who came next; the rest is not set.
 */
struct lionscope_sample {
    seL4_Uint64 time; /* ticks, when the kernel took it */
    union {
        seL4_Uint64 late; /* events (or ticks) since it was due */
        seL4_Uint64 next; /* switch: id of who runs from now on, or LIONSCOPE_SWITCH_TO_IDLE */
    };
    union {
        seL4_Uint64 elapsed; /* ticks since the sample before it */
        seL4_Uint64 state;   /* switch: as in the statistics, LIONSCOPE_SWITCH_OUT_OF_BUDGET */
    };
    seL4_Uint64 pc; /* this and the next three are 0 in threads without id */
    seL4_Uint64 lr;
    seL4_Uint64 sp;
    seL4_Uint64 fp; /* x29 */
    union {
        struct {
            seL4_Uint16 thread;  /* id of the thread, 0: it has none */
            seL4_Uint16 context; /* id of the scheduling context that pays, 0: it has none */
            seL4_Uint16 flags;   /* LIONSCOPE_SAMPLE_ */
            seL4_Uint16 core;
        };
        seL4_Uint64 ids_and_flags; /* all of them, little-endian */
    };
};

#define LIONSCOPE_SAMPLE_RING_VERSION 1

/* The start of the frame; samples follow up to its end. Number n is at n % capacity. */
struct lionscope_sample_ring {
    seL4_Uint64 version;
    seL4_Uint64 capacity; /* samples */
    seL4_Uint64 written;  /* by the kernel, only ever incremented */
    seL4_Uint64 read;     /* by user level: samples below this number may be overwritten */
    seL4_Uint64 dropped;  /* found no room */
    seL4_Uint64 missed;   /* periods that ended before the last one was sampled */
    seL4_Uint64 period;   /* events */
    seL4_Uint64 timer_hz;
    struct lionscope_sample samples[];
};

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
 * Reads the floating-point registers of another thread; zeros if it has never used them.
 * Errors: as above, and seL4_IllegalOperation for the caller's own.
 */
LIBSEL4_INLINE seL4_Error lionscope_TCB_ReadFloats(
        seL4_TCB tcb, struct lionscope_float_registers *result)
{
    seL4_MessageInfo_t info = seL4_Call(tcb, seL4_MessageInfo_new(LionscopeTCBReadFloats, 0, 0, 0));
    seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(info);
    seL4_Word *words = (seL4_Word *)(void *)result;

    if (error != seL4_NoError) {
        return error;
    }
    if (seL4_MessageInfo_get_length(info) < LIONSCOPE_FLOAT_WORDS) {
        return seL4_IllegalOperation;
    }
    for (int i = 0; i < LIONSCOPE_FLOAT_WORDS; i++) {
        words[i] = seL4_GetMR(i);
    }
    return seL4_NoError;
}

/*
 * Sets them. Errors: as for reading; seL4_TruncatedMessage; seL4_IllegalOperation also for a thread
 * that may not use floating point.
 */
LIBSEL4_INLINE seL4_Error lionscope_TCB_WriteFloats(
        seL4_TCB tcb, const struct lionscope_float_registers *registers)
{
    const seL4_Word *words = (const seL4_Word *)(const void *)registers;

    for (int i = 0; i < LIONSCOPE_FLOAT_WORDS; i++) {
        seL4_SetMR(i, words[i]);
    }
    return (seL4_Error)seL4_MessageInfo_get_label(seL4_Call(
            tcb, seL4_MessageInfo_new(LionscopeTCBWriteFloats, 0, 0, LIONSCOPE_FLOAT_WORDS)));
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

/*
 * Each `period` events the kernel writes a sample into the frame, whatever runs, and after `batch` samples
 * signals the notification of the handler (which is not masked: no Ack). What the frame held is lost. Switches that
 * are recorded (LIONSCOPE_EVENT_SWITCHES in `event`) do not count for the batch.
 * Starts anew if it was on. Ends with Stop, with the handler's or the frame's last capability.
 * A frame of the caller's, mapped or not, with write rights.
 * Errors: seL4_TruncatedMessage; seL4_IllegalOperation (another interrupt's handler, no performance
 * monitor, or another kernel); seL4_InvalidArgument (0: the processor does not count this event);
 * seL4_RangeError (event: 0 to 0x10000, period, batch: at least 1);
 * seL4_InvalidCapability (1: no frame, a device's, not writable).
 */
LIBSEL4_INLINE seL4_Error lionscope_IRQHandler_StartSampling(seL4_IRQHandler handler,
        seL4_CPtr frame, seL4_Word event, seL4_Word period, seL4_Word batch)
{
    seL4_SetCap(0, frame);
    seL4_SetMR(0, event);
    seL4_SetMR(1, period);
    seL4_SetMR(2, batch);
    return (seL4_Error)seL4_MessageInfo_get_label(
            seL4_Call(handler, seL4_MessageInfo_new(LionscopeIRQHandlerStartSampling, 0, 1, 3)));
}

/* No more samples; the frame stays as it is. Errors: seL4_IllegalOperation, as above. */
LIBSEL4_INLINE seL4_Error lionscope_IRQHandler_StopSampling(seL4_IRQHandler handler)
{
    return (seL4_Error)seL4_MessageInfo_get_label(
            seL4_Call(handler, seL4_MessageInfo_new(LionscopeIRQHandlerStopSampling, 0, 0, 0)));
}

LIBSEL4_INLINE seL4_Error lionscope_set_sample_id(seL4_CPtr cap, seL4_Word label, seL4_Uint16 id)
{
    seL4_SetMR(0, id);
    return (seL4_Error)seL4_MessageInfo_get_label(
            seL4_Call(cap, seL4_MessageInfo_new(label, 0, 0, 1)));
}

/*
 * From now on samples that hit this thread say so, and where. 0 (as at the start): nothing is told.
 * Errors: seL4_TruncatedMessage, seL4_RangeError (above 0xffff), seL4_IllegalOperation.
 */
LIBSEL4_INLINE seL4_Error lionscope_TCB_SetSampleId(seL4_TCB tcb, seL4_Uint16 id)
{
    return lionscope_set_sample_id(tcb, LionscopeTCBSetSampleId, id);
}

/* The same for the scheduling context that pays. */
LIBSEL4_INLINE seL4_Error lionscope_SchedContext_SetSampleId(seL4_SchedContext sc, seL4_Uint16 id)
{
    return lionscope_set_sample_id(sc, LionscopeSchedContextSetSampleId, id);
}
#endif
