/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Utilisation tracking of the benchmark configuration (sel4-abi.md, 19), in cycles. In other builds
 * the hooks are empty.
 */
#pragma once

#include "kernel/src/core/kernel_state.h"

/* Benchmark system calls; false: not one of them. */
bool benchmark_syscall(struct tcb *caller, sword_t number);

#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION
struct benchmark_state {
    word_t entry_time; /* of this kernel entry; first: the entry code writes it */
    bool running;
    word_t start_time;
    word_t end_time;
    word_t switches;
    word_t kernel_cycles;
    word_t kernel_entries;
};
extern struct benchmark_state benchmark;

/* Last thing of a kernel entry; called by the entry code of this configuration. */
void benchmark_kernel_exit(void);
void benchmark_switch(struct tcb *previous, struct tcb *next);
/*
 * Around the sleep of a core with nothing to run: idle is a thread as any other, so the kernel is
 * left to it, and what wakes the core is a new entry.
 */
void benchmark_idle_begin(void);
void benchmark_idle_end(void);
#else
static inline void benchmark_idle_begin(void)
{
}

static inline void benchmark_idle_end(void)
{
}

static inline void benchmark_switch(struct tcb *previous, struct tcb *next)
{
    (void)previous;
    (void)next;
}
#endif
