/* SPDX-License-Identifier: BSD-2-Clause */
/* FPU switching inside the architecture layer; the rest of its interface is in arch.h. */
#pragma once

#include "kernel/src/core/kernel_state.h"

void arch_fpu_init(void);
/* Gives next its registers, or switches access off. Needed if next->fpu_used or access is on. */
void arch_fpu_switch(struct tcb *next);
