/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the benchmark's files share. Runs under QEMU's -icount shift=0, where one instruction is one
 * nanosecond: the physical counter (62.5 MHz) then advances one tick in 16 instructions, and a run
 * of many operations gives whole instructions. Each figure is a line `BENCH <name> <instructions>`.
 */
#pragma once

#include "tests/system/console.h"
#include "tests/system/harness.h"

#define INSTRUCTIONS_PER_TICK 16
#define ROUNDS                BENCH_ROUNDS /* of each loop; from the build */

/* ---- objects and threads (support.c) ---- */

/* Stops the benchmark if error is not 0. */
void must(const char *what, word error);

struct bench_thread {
    word tcb;
    word sc;
    seL4_IPCBuffer *buffer;
};

/* The benchmark's untyped memory; its first object keeps it in use. */
void bench_memory_init(void);
/* `count` fresh slots of the root CNode in a row; returns the first. */
word slots_new(word count);
/* The untyped that object_new() takes from. */
word bench_untyped(void);

/* A thread with its own IPC buffer and a round-robin context of 1 s; not resumed. */
struct bench_thread spawn(void (*function)(word, word), word priority, word a0, word a1,
        word fault_endpoint, word vspace);
/* An address space with the image in it. */
word new_vspace(void);
/* Resumes the thread and lets it run until it blocks. */
void let_it_block(word tcb);
/* The root's priority falls below all others' for a moment: they run until they block. */
void let_all_block(void);

/* ---- figures (support.c) ---- */

/* Prints the figure: instructions per round of what took `ticks` for all rounds. */
void report(const char *name, word ticks, word rounds, word overhead);

/* Left by one thread for its partner: when it started what the partner sees the end of. */
extern volatile word stamp;
/* Ticks summed up by partners. */
extern volatile word accumulated;
/* Measures what taking stamps costs. */
void measure_stamps(void);
/* Prints the figure from `accumulated`, without the stamps' own cost, and clears it. */
void report_stamped(const char *name, word rounds);

/* ---- the groups of rows; each prints its own ---- */

void bench_calls(void);
void bench_call_variants(void);
void bench_wakeups(void);
void bench_yield(void);
void bench_faults(void);
void bench_memory(void);
/* Worst time from a timer interrupt to the thread that waits for it, while long operations run. */
void bench_interrupts(void);

/* ---- system calls, as short as a user can make them ---- */

/* `instruction` is the svc or, to measure what the caller itself spends, a nop. */
#define DEFINE_CALL(name, instruction)                                                \
    static inline word name(word endpoint, word info, word mr0)                       \
    {                                                                                 \
        register word x0 __asm__("x0") = endpoint;                                    \
        register word x1 __asm__("x1") = info;                                        \
        register word x2 __asm__("x2") = mr0;                                         \
        register word x3 __asm__("x3") = 0;                                           \
        register word x4 __asm__("x4") = 0;                                           \
        register word x5 __asm__("x5") = 0;                                           \
        register word x7 __asm__("x7") = (word)seL4_SysCall;                          \
                                                                                      \
        __asm__ volatile(instruction                                                  \
                         : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5) \
                         : "r"(x7)                                                    \
                         : "memory");                                                 \
        return x2;                                                                    \
    }

#define DEFINE_REPLY_RECV(name, instruction)                                          \
    static inline word name(word endpoint, word info, word mr0, word reply)           \
    {                                                                                 \
        register word x0 __asm__("x0") = endpoint;                                    \
        register word x1 __asm__("x1") = info;                                        \
        register word x2 __asm__("x2") = mr0;                                         \
        register word x3 __asm__("x3") = 0;                                           \
        register word x4 __asm__("x4") = 0;                                           \
        register word x5 __asm__("x5") = 0;                                           \
        register word x6 __asm__("x6") = reply;                                       \
        register word x7 __asm__("x7") = (word)seL4_SysReplyRecv;                     \
                                                                                      \
        __asm__ volatile(instruction                                                  \
                         : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5) \
                         : "r"(x6), "r"(x7)                                           \
                         : "memory");                                                 \
        return x0;                                                                    \
    }

DEFINE_CALL(do_call, "svc #0")
DEFINE_REPLY_RECV(do_reply_recv, "svc #0")

/* Send, Recv, Wait, Yield: no message, no reply object. */
static inline void do_simple(word number, word cptr)
{
    register word x0 __asm__("x0") = cptr;
    register word x1 __asm__("x1") = 0;
    register word x6 __asm__("x6") = 0;
    register word x7 __asm__("x7") = number;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1)
                     : "r"(x6), "r"(x7)
                     : "x2", "x3", "x4", "x5", "memory");
}
