/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Benchmark PD: parent of the measured PDs. Between a client's START and STOP the kernel counts, for
 * each of them, cycles, entries and how often it was scheduled; then this PD prints the table. Only a
 * benchmark kernel counts these; with another one it says so. What every kernel counts follows: how often
 * each was scheduled, for how many ticks of the timer it ran, kernel included, and what it signalled.
 */
#include <os/sddf.h>

#include <sel4/lionscope.h>

#include <sddf/benchmark/config.h>
#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

__attribute__((section(".serial_client_config"), used)) serial_client_config_t serial_config;
__attribute__((section(".benchmark_config"), used)) struct benchmark_config config;

static serial_queue_handle_t serial_tx;

static seL4_Word child_tcb(uint32_t index)
{
    return BASE_TCB_CAP + config.children[index].child_id;
}

/* ---- What every kernel counts ---------------------------------------------------------------- */

static struct lionscope_tcb_statistics at_start[BENCHMARK_MAX_CHILDREN];

static void remember_counters(void)
{
    for (uint32_t i = 0; i < config.num_children; i++) {
        lionscope_TCB_GetStatistics(child_tcb(i), &at_start[i]); /* zeroes if there are none */
    }
}

static void print_counters(void)
{
    struct lionscope_tcb_statistics now;

    sddf_printf("COUNTERS: begin output\n");
    for (uint32_t i = 0; i < config.num_children; i++) {
        if (lionscope_TCB_GetStatistics(child_tcb(i), &now) == seL4_NoError) {
            sddf_printf("%s: scheduled %lu ticks %lu signals %lu calls %lu\n",
                    config.children[i].name, now.scheduled - at_start[i].scheduled,
                    now.ticks_run - at_start[i].ticks_run, now.signals - at_start[i].signals,
                    now.calls - at_start[i].calls);
        }
    }
    sddf_printf("COUNTERS: end output\n");
}

/* ---- What a benchmark kernel counts ---------------------------------------------------------- */

#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION
#include <sel4/benchmark_utilisation_types.h>

static void start(void)
{
    for (uint32_t i = 0; i < config.num_children; i++) {
        seL4_BenchmarkResetThreadUtilisation(child_tcb(i));
    }
    seL4_BenchmarkResetThreadUtilisation(
            TCB_CAP); /* before the log: its own interval starts there */
    seL4_BenchmarkResetLog();
}

static void print_block(
        const char *name, uint64_t kernel, uint64_t entries, uint64_t schedules, uint64_t total)
{
    sddf_printf("%s\n{\nKernelUtilisation: %lu\nKernelEntries: %lu\nNumberSchedules: %lu\n"
                "TotalUtilisation: %lu\n}\n",
            name, kernel, entries, schedules, total);
}

static void print_child(uint32_t index)
{
    seL4_BenchmarkGetThreadUtilisation(child_tcb(index));
    print_block(config.children[index].name, seL4_GetMR(BENCHMARK_TCB_KERNEL_UTILISATION),
            seL4_GetMR(BENCHMARK_TCB_NUMBER_KERNEL_ENTRIES),
            seL4_GetMR(BENCHMARK_TCB_NUMBER_SCHEDULES), seL4_GetMR(BENCHMARK_TCB_UTILISATION));
}

static void stop(void)
{
    seL4_BenchmarkFinalizeLog();
    seL4_BenchmarkGetThreadUtilisation(TCB_CAP);
    uint64_t kernel = seL4_GetMR(BENCHMARK_TOTAL_KERNEL_UTILISATION);
    uint64_t entries = seL4_GetMR(BENCHMARK_TOTAL_NUMBER_KERNEL_ENTRIES);
    uint64_t schedules = seL4_GetMR(BENCHMARK_TOTAL_NUMBER_SCHEDULES);
    uint64_t total = seL4_GetMR(BENCHMARK_TOTAL_UTILISATION);

    sddf_printf("BENCHMARK: begin output\n");
    print_block("Total utilisation details: ", kernel, entries, schedules, total);
    for (uint32_t i = 0; i < config.num_children; i++) {
        print_child(i);
    }
    sddf_printf("BENCHMARK: end output\n");
}
#else
static void start(void)
{
    sddf_printf("benchmark_start is no-op as benchmarking is disabled\n");
}

static void stop(void)
{
    sddf_printf("benchmark_stop is no-op as benchmarking is disabled\n");
}
#endif

void init(void)
{
    serial_queue_init(&serial_tx, serial_config.tx.queue.vaddr,
            (uint32_t)serial_config.tx.data.size, serial_config.tx.data.vaddr);
    serial_putchar_init(serial_config.tx.id, &serial_tx);
}

void notified(sddf_channel channel)
{
    if (channel == config.rx_start_ch) {
        remember_counters();
        start();
    } else if (channel == config.rx_stop_ch) {
        stop();
        print_counters();
    }
}

#define START_ADDRESS 0x200000 /* of programs linked with microkit.ld */
#define MAX_RESTARTS  8 /* a client that crashes again and again stays where it is in the end */

static const char *child_name(microkit_child child)
{
    for (uint32_t i = 0; i < config.num_children; i++) {
        if (config.children[i].child_id == child) {
            return config.children[i].name;
        }
    }
    return "?";
}

/* A child has faulted: clients are restarted, other PDs stay where they are. */
seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    static unsigned int restarts;
    const char *name = child_name(child);
    bool restart = sddf_strncmp(name, "client", 6) == 0 && restarts++ < MAX_RESTARTS;

    (void)reply;
    sddf_printf("BENCHMARK: %s %s fault %lu\n", name, restart ? "restarted after" : "stopped by",
            microkit_msginfo_get_label(message));
    if (restart) {
        microkit_pd_restart(child, START_ADDRESS);
    }
    return seL4_False;
}
