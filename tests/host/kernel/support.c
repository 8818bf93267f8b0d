/* SPDX-License-Identifier: BSD-2-Clause */
/* What kernel code calls when an assertion fails: the test fails with it. */
#include <stdio.h>
#include <stdlib.h>

#include "kernel/src/core/assert.h"

_Noreturn void kernel_assert_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "kernel assertion failed: %s at %s:%d\n", what, file, line);
    abort();
}
