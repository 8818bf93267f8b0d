/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/assert.h"
#include "kernel/src/core/print.h"

_Noreturn void kernel_panic(const char *reason)
{
    kprintf("\nKERNEL PANIC: %s\n", reason);
    arch_halt();
}

_Noreturn void kernel_assert_failed(const char *what, const char *file, int line)
{
    kprintf("\nKERNEL ASSERTION FAILED: %s at %s:%d\n", what, file, line);
    arch_halt();
}
