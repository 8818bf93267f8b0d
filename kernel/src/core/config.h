/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The build's choices as constants, so that options are plain `if`s and both branches compile.
 * Values: kernel/gen_config.h, which is generated (kernel/cmake/gen_config.cmake).
 */
#pragma once

#include <kernel/gen_config.h>

#ifdef CONFIG_DEBUG_BUILD
#define KERNEL_DEBUG 1
#else
#define KERNEL_DEBUG 0
#endif

#ifdef CONFIG_PRINTING
#define KERNEL_PRINTING 1
#else
#define KERNEL_PRINTING 0
#endif

#ifdef CONFIG_HARDWARE_DEBUG_API
#define KERNEL_HARDWARE_DEBUG 1
#else
#define KERNEL_HARDWARE_DEBUG 0
#endif

#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION
#define KERNEL_BENCHMARK 1
#else
#define KERNEL_BENCHMARK 0
#endif

#ifdef KERNEL_CHECK_INVARIANTS_ON
#define KERNEL_CHECK_INVARIANTS 1
#else
#define KERNEL_CHECK_INVARIANTS 0
#endif

#ifdef KERNEL_STATISTICS_OFF
#define KERNEL_STATISTICS 0
#else
#define KERNEL_STATISTICS 1
#endif

/*
 * Steps of a long operation from one look for interrupts to the next. The contract allows 100; what
 * is a step takes some 150 instructions, to look takes ten.
 */
#define WORK_UNITS_PER_PREEMPTION 8

/* sel4-abi.md, section 1: the same in every configuration. */
#define NUM_PRIORITIES              256
#define NUM_DOMAINS                 16
#define NUM_DOMAIN_SCHEDULE_ENTRIES 100
#define RETYPE_FAN_OUT_LIMIT        256
#define RESET_CHUNK_BITS            10 /* memory is cleared in steps of a KiB */
#define MAX_BOOTINFO_UNTYPEDS       230
#define BOOT_THREAD_TIME_SLICE_US   5000
#define KERNEL_WCET_US              10
#define ROOT_CNODE_BITS             CONFIG_ROOT_CNODE_SIZE_BITS
