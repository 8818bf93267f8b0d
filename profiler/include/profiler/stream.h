/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the profiler PD and the monitor: requests as protected calls, samples in a shared queue. */
#pragma once

#include <stdint.h>

/* ---- requests: label, message registers; the reply's label is 0 or an error ---- */

enum profiler_request {
    PROFILER_START = 1, /* event, period (sel4/lionscope.h), bit mask of PD indices */
    PROFILER_STOP,
    PROFILER_STATUS, /* -> enum profiler_status words */
    PROFILER_WAITS, /* first entry -> enum profiler_waits words, then PROFILER_WAIT_WORDS an entry */
};

/* Arguments of PROFILER_START, as errors call them. */
enum profiler_start_argument {
    PROFILER_START_EVENT, /* this processor does not count it */
    PROFILER_START_PERIOD,
    PROFILER_START_PDS,
};

enum profiler_error {
    PROFILER_OK,
    PROFILER_UNSUPPORTED, /* by this kernel, or by the system's description */
    PROFILER_BAD_VALUE,   /* detail in the first word: which argument, from 0 */
    PROFILER_UNKNOWN_REQUEST,
};

enum profiler_status {
    PROFILER_RUNNING, /* 0 or 1 */
    PROFILER_EVENT,
    PROFILER_PERIOD,
    PROFILER_PDS,
    PROFILER_WRITTEN, /* samples the kernel has taken since the start */
    PROFILER_DROPPED, /* of those: no room in the ring, or in the stream */
    PROFILER_MISSED,  /* periods without sample: interrupts were late */
    PROFILER_TICKS,   /* that the profiler has run since boot */
    PROFILER_STATUS_WORDS
};

enum profiler_waits {
    PROFILER_WAITS_SINCE, /* ticks: the sums are of the time from here */
    PROFILER_WAITS_UNTIL, /* to here; as it was when entry 0 was asked for */
    PROFILER_WAITS_NEXT,  /* the entry to go on with; 0: that was all */
    PROFILER_WAITS_COUNT, /* entries here */
    PROFILER_WAITS_ENTRIES
};

#define PROFILER_WAIT_WORDS   3 /* pd index | reason << 16 | by << 32, ticks, times */
#define PROFILER_WAITS_A_TIME 16

/* ---- samples ---- */

#define PROFILER_FRAMES_MAX 26

/* flags, above those of struct lionscope_sample */
#define PROFILER_STACK_CUT \
    0x100 /* the walk ended early: deeper than that, or not a chain of frames */
#define PROFILER_NO_STACK 0x200 /* the profiler has no window on this PD's stack */

struct profiler_record {
    uint64_t time; /* ticks */
    uint32_t elapsed;
    uint16_t pd;      /* index + 1; 0: none, or one that is not sampled */
    uint16_t context; /* index + 1 of the PD whose scheduling context pays; 0: not known */
    uint16_t flags;
    uint16_t depth;
    uint32_t record; /* bytes from sp to the frame pointer; UINT32_MAX: not above it, or far away */
    uint64_t pc;
    uint64_t lr;
    uint64_t sp;
    uint64_t frames[PROFILER_FRAMES_MAX]; /* return addresses by frame pointers, innermost first */
};
_Static_assert(sizeof(struct profiler_record) == 256, "a power of two");

/* One producer, one consumer; number n is at n % capacity. */
struct profiler_stream {
    uint64_t written; /* by the profiler */
    uint64_t padding[7];
    uint64_t read; /* by the monitor */
    uint64_t more_padding[7];
    struct profiler_record records[];
};
