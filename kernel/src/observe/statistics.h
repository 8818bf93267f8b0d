/* SPDX-License-Identifier: BSD-2-Clause */
/* Statistics by capability: layout and labels are in <sel4/lionscope.h>. Reading resets nothing. */
#pragma once

#include "kernel/src/api/invocation.h"

error_t tcb_statistics_invoke(struct invocation *inv);
error_t sched_context_statistics_invoke(struct invocation *inv);
