/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/observe/benchmark.h"

#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION
#include <sel4/benchmark_utilisation_types.h>
#include <sel4/syscall.h>

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/ipc.h"

struct benchmark_state benchmark;

void benchmark_kernel_exit(void)
{
    struct tcb *current = this_core->current;
    word_t cycles = arch_cycle_count() - benchmark.entry_time;

    if (benchmark.running) {
        benchmark.kernel_cycles += cycles;
        benchmark.kernel_entries++;
        current->utilisation.kernel_cycles += cycles;
        current->utilisation.kernel_entries++;
    }
}

void benchmark_idle_begin(void)
{
    benchmark_kernel_exit();
}

void benchmark_idle_end(void)
{
    benchmark.entry_time = arch_cycle_count();
}

/* An interval ends for `previous` and begins for `next`, both at the time of this entry. */
void benchmark_switch(struct tcb *previous, struct tcb *next)
{
    if (!benchmark.running) {
        return;
    }
    benchmark.switches++;
    previous->utilisation.cycles += benchmark.entry_time - previous->utilisation.interval_start;
    next->utilisation.interval_start = benchmark.entry_time;
    next->utilisation.schedules++;
}

static void reset_log(struct tcb *caller)
{
    benchmark.running = true;
    benchmark.start_time = arch_cycle_count();
    benchmark.switches = 1;
    benchmark.kernel_cycles = 0;
    benchmark.kernel_entries = 0;
    idle_thread.utilisation = (struct utilisation){ 0 };
    caller->utilisation.interval_start = benchmark.start_time;
    caller->utilisation.schedules++;
    caller->context.x[0] = 0;
}

static void finalize_log(struct tcb *caller)
{
    benchmark_switch(caller, &idle_thread);
    benchmark.end_time = benchmark.entry_time;
    benchmark.running = false;
}

static struct tcb *find_thread(struct tcb *caller)
{
    struct lookup found = cspace_lookup(caller, caller->context.x[0]);

    if (found.slot == NULL || cap_type(found.slot->cap) != CAP_THREAD) {
        return NULL;
    }
    return cap_thread_object(found.slot->cap);
}

static void get_utilisation(struct tcb *caller)
{
    const struct tcb *tcb = find_thread(caller);
    struct ipc_buffer *buffer = ipc_buffer_for_receiving(caller);
    const struct utilisation *idle = &idle_thread.utilisation;

    if (tcb == NULL || buffer == NULL) {
        return;
    }
    buffer->msg[BENCHMARK_TCB_UTILISATION] = tcb->utilisation.cycles;
    buffer->msg[BENCHMARK_TCB_NUMBER_SCHEDULES] = tcb->utilisation.schedules;
    buffer->msg[BENCHMARK_TCB_KERNEL_UTILISATION] = tcb->utilisation.kernel_cycles;
    buffer->msg[BENCHMARK_TCB_NUMBER_KERNEL_ENTRIES] = tcb->utilisation.kernel_entries;
    buffer->msg[BENCHMARK_IDLE_LOCALCPU_UTILISATION] = idle->cycles;
    buffer->msg[BENCHMARK_IDLE_TCBCPU_UTILISATION] = idle->cycles;
    buffer->msg[BENCHMARK_IDLE_NUMBER_SCHEDULES] = idle->schedules;
    buffer->msg[BENCHMARK_IDLE_KERNEL_UTILISATION] = idle->kernel_cycles;
    buffer->msg[BENCHMARK_IDLE_NUMBER_KERNEL_ENTRIES] = idle->kernel_entries;
    buffer->msg[BENCHMARK_TOTAL_UTILISATION] = benchmark.end_time - benchmark.start_time;
    buffer->msg[BENCHMARK_TOTAL_NUMBER_SCHEDULES] = benchmark.switches;
    buffer->msg[BENCHMARK_TOTAL_KERNEL_UTILISATION] = benchmark.kernel_cycles;
    buffer->msg[BENCHMARK_TOTAL_NUMBER_KERNEL_ENTRIES] = benchmark.kernel_entries;
}

static void reset_utilisation(struct tcb *caller)
{
    struct tcb *tcb = find_thread(caller);

    if (tcb != NULL) {
        tcb->utilisation = (struct utilisation){ 0 };
    }
}

bool benchmark_syscall(struct tcb *caller, sword_t number)
{
    switch (number) {
    case seL4_SysBenchmarkFlushCaches:
        arch_flush_caches(caller->context.x[0] == 0 ? 3 : caller->context.x[1]);
        return true;
    case seL4_SysBenchmarkResetLog:
        reset_log(caller);
        return true;
    case seL4_SysBenchmarkFinalizeLog:
        finalize_log(caller);
        return true;
    case seL4_SysBenchmarkNullSyscall:
        return true;
    case seL4_SysBenchmarkGetThreadUtilisation:
        get_utilisation(caller);
        return true;
    case seL4_SysBenchmarkResetThreadUtilisation:
        reset_utilisation(caller);
        return true;
    }
    return false;
}
#else
bool benchmark_syscall(struct tcb *caller, sword_t number)
{
    (void)caller;
    (void)number;
    return false;
}
#endif
