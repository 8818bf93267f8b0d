/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions per kernel operation, as initial task. How it measures: bench.h. */
#include "tests/bench/bench.h"

seL4_BootInfo *boot_info;

void root_task_main(seL4_BootInfo *info);

void root_task_main(seL4_BootInfo *info)
{
    boot_info = info;
    console_init();
    bench_memory_init();
    must("sc",
            seL4_SchedControl_Configure(
                    boot_info->schedcontrol.start, seL4_CapInitThreadSC, 1000000, 1000000, 0, 0));
    must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 100));
    measure_stamps();
    bench_calls();
    bench_call_variants();
    bench_wakeups();
    bench_yield();
    bench_faults();
    bench_memory();
    bench_interrupts();
    console_print("RUN PASSED\n");
}
