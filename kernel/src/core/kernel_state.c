/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/kernel_state.h"

struct core_state core_state;
struct tcb idle_thread;
struct domain_schedule_entry domain_schedule[NUM_DOMAIN_SCHEDULE_ENTRIES];

#ifdef CONFIG_DEBUG_BUILD
struct tcb *all_threads;
#endif
