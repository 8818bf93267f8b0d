/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the numbered invariants of kernel/README.md over all threads and queues. Built in with
 * KERNEL_CHECK_INVARIANTS in debug builds; a violation stops the kernel and names the invariant.
 */
#pragma once

#include "kernel/src/core/config.h"

#if defined(KERNEL_CHECK_INVARIANTS_ON) && defined(CONFIG_DEBUG_BUILD)
/* At the end of a scheduling decision, when everything must be consistent. */
void invariants_check(void);
#else
static inline void invariants_check(void)
{
}
#endif
