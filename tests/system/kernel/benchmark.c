/* SPDX-License-Identifier: BSD-2-Clause */
/* Utilisation tracking in exact counts (19); only kernels for benchmarks have it. */
#include "tests/system/harness.h"

#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION

/* Words of GetThreadUtilisation in the buffer. */
enum {
    TCB_CYCLES,
    TCB_SWITCHES,
    TCB_KERNEL_CYCLES,
    TCB_ENTRIES,
    IDLE_CYCLES,
    IDLE_CYCLES_THERE,
    IDLE_SWITCHES,
    IDLE_KERNEL_CYCLES,
    IDLE_ENTRIES,
    TOTAL_CYCLES,
    TOTAL_SWITCHES,
    TOTAL_KERNEL_CYCLES,
    TOTAL_ENTRIES,
    WORDS
};

static word read_words(word tcb, word *words)
{
    for (word i = 0; i < WORDS; i++) {
        seL4_SetMR((int)i, 0x5a5a);
    }
    seL4_BenchmarkGetThreadUtilisation(tcb);
    for (word i = 0; i < WORDS; i++) {
        words[i] = seL4_GetMR((int)i);
    }
    return words[TCB_SWITCHES];
}

CASE(benchmark, empty_interval, "ResetLog, FinalizeLog: the fictitious switch to idle is counted")
{
    word words[WORDS];

    seL4_BenchmarkResetThreadUtilisation(ROOT_TCB);
    CHECK_EQ(0, seL4_BenchmarkResetLog());
    seL4_BenchmarkFinalizeLog();
    read_words(ROOT_TCB, words);
    CHECK_EQ(1, words[TCB_SWITCHES]);
    CHECK_EQ(2, words[TOTAL_SWITCHES]);
    CHECK_EQ(1, words[IDLE_SWITCHES]);
    CHECK_EQ(1, words[TOTAL_ENTRIES]); /* ResetLog itself */
    CHECK_EQ(1, words[TCB_ENTRIES]);
    CHECK(words[TOTAL_CYCLES] > 0);
    CHECK(words[TCB_CYCLES] <= words[TOTAL_CYCLES]);
}

CASE(benchmark, entries_are_counted, "each call that returns to the thread, also debug ones")
{
    word words[WORDS];
    struct registers r = { { ROOT_TCB, 0, 0, 0, 0, 0, 0, (word)seL4_SysBenchmarkNullSyscall } };
    struct registers yield = { { 0, 0, 0, 0, 0, 0, 0, (word)seL4_SysYield } };

    seL4_BenchmarkResetThreadUtilisation(ROOT_TCB);
    CHECK_EQ(0, seL4_BenchmarkResetLog());
    for (word i = 0; i < 10; i++) {
        raw_syscall(&r);
    }
    for (word i = 0; i < 5; i++) {
        raw_syscall(&yield);
    }
    seL4_BenchmarkFinalizeLog();
    read_words(ROOT_TCB, words);
    CHECK_EQ(16, words[TCB_ENTRIES]);
    CHECK_EQ(16, words[TOTAL_ENTRIES]);
    CHECK(words[TCB_KERNEL_CYCLES] > 0);
    CHECK_EQ(words[TOTAL_KERNEL_CYCLES], words[TCB_KERNEL_CYCLES]);
    CHECK_EQ(0, words[IDLE_ENTRIES]);
}

static void wait_for_ever(struct thread *thread)
{
    for (;;) {
        thread_wait(thread->arguments[0]);
        thread->stage++;
    }
}

CASE(benchmark, switches_are_counted, "a thread woken three times")
{
    word words[WORDS], notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = thread_start(wait_for_ever, 100, WITH_SC, 0, notification, 0, 0);

    let_others_run(300);
    seL4_BenchmarkResetThreadUtilisation(thread->tcb);
    CHECK_EQ(0, seL4_BenchmarkResetLog());
    for (word i = 0; i < 3; i++) {
        seL4_Signal(notification);
        let_others_run(300);
    }
    seL4_BenchmarkFinalizeLog();
    CHECK_EQ(3, thread->stage);
    CHECK_EQ(3, read_words(thread->tcb, words));
    CHECK(words[TCB_CYCLES] > 0);
    CHECK(words[TCB_CYCLES] < words[TOTAL_CYCLES]);
    CHECK(words[IDLE_CYCLES] > 0);
    CHECK_EQ(words[IDLE_CYCLES], words[IDLE_CYCLES_THERE]);
}

CASE(benchmark, idle_time, "nothing runs for a millisecond: most cycles are the idle thread's")
{
    word words[WORDS];

    CHECK_EQ(0, seL4_BenchmarkResetLog());
    let_others_run(1000);
    seL4_BenchmarkFinalizeLog();
    read_words(ROOT_TCB, words);
    CHECK(words[IDLE_CYCLES] > words[TOTAL_CYCLES] * 9 / 10);
    CHECK(words[IDLE_SWITCHES] >= 2);
    CHECK(words[TOTAL_CYCLES] >= words[IDLE_CYCLES]);
}

CASE(benchmark, reset_of_a_thread, "all its counters are 0; ResetLog does not do that")
{
    word words[WORDS];
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_EQ(0, seL4_BenchmarkResetLog());
    let_others_run(300);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    seL4_BenchmarkFinalizeLog();
    CHECK(read_words(thread->tcb, words) > 0);
    word cycles = words[TCB_CYCLES];
    CHECK_EQ(0, seL4_BenchmarkResetLog());
    seL4_BenchmarkFinalizeLog();
    read_words(thread->tcb, words);
    CHECK_EQ(cycles, words[TCB_CYCLES]);
    seL4_BenchmarkResetThreadUtilisation(thread->tcb);
    read_words(thread->tcb, words);
    for (word i = TCB_CYCLES; i <= TCB_ENTRIES; i++) {
        CHECK_EQ(0, words[i]);
    }
}

CASE(benchmark, nothing_is_tracked_after_finalize, "until the next ResetLog")
{
    word words[WORDS];
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_EQ(0, seL4_BenchmarkResetLog());
    seL4_BenchmarkFinalizeLog();
    seL4_BenchmarkResetThreadUtilisation(thread->tcb);
    let_others_run(300);
    CHECK_EQ(0, read_words(thread->tcb, words));
    CHECK_EQ(0, words[TCB_CYCLES]);
}

CASE(benchmark, other_capabilities_write_nothing, "19: not a TCB, no error")
{
    word words[WORDS];

    read_words(ROOT_CNODE, words);
    for (word i = 0; i < WORDS; i++) {
        CHECK_EQ(0x5a5a, words[i]);
    }
    seL4_BenchmarkResetThreadUtilisation(ROOT_CNODE);
}

CASE(benchmark, results_go_to_memory_only, "19: x2 to x5 keep their values")
{
    struct registers r = { { ROOT_TCB, 61, 62, 63, 64, 65, 66,
            (word)seL4_SysBenchmarkGetThreadUtilisation, 68 } };

    raw_syscall(&r);
    for (word i = 1; i < 7; i++) {
        CHECK_EQ(60 + i, r.x[i]);
    }
}

CASE(benchmark, calls_without_effect_on_registers, "NullSyscall, FinalizeLog, FlushCaches")
{
    const word numbers[] = { (word)seL4_SysBenchmarkNullSyscall, (word)seL4_SysBenchmarkFinalizeLog,
        (word)seL4_SysBenchmarkFlushCaches };

    CHECK_EQ(0, seL4_BenchmarkResetLog());
    for (word i = 0; i < 3; i++) {
        struct registers r = { { 0, 61, 62, 63, 64, 65, 66, numbers[i], 68 } };

        raw_syscall(&r);
        CHECK_EQ(0, r.x[0]);
        CHECK_EQ(61, r.x[1]);
        CHECK_EQ(65, r.x[5]);
    }
    for (word type = 1; type < 4; type++) {
        seL4_BenchmarkFlushL1Caches(type);
    }
}

CASE(benchmark, cycle_counter_is_exported, "10.5: EL0 reads the PMU")
{
    word a, b;

    __asm__ volatile("mrs %0, pmccntr_el0" : "=r"(a));
    let_others_run(10);
    __asm__ volatile("mrs %0, pmccntr_el0" : "=r"(b));
    CHECK(b > a);
}
#endif
