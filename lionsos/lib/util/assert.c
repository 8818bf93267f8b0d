/* SPDX-License-Identifier: BSD-2-Clause */
#include <os/sddf.h>

#include <sddf/util/printf.h>
#include <sddf/util/util.h>

void _assert_fail(const char *assertion, const char *file, unsigned int line, const char *function)
{
    sddf_dprintf("%.64s: assertion failed: %s, in %s at %s:%u\n", sddf_get_pd_name(), assertion,
            function, file, line);
    for (;;) {
        __builtin_trap(); /* a fault: reported with registers, and the PD's parent learns of it */
    }
}

/* What the C library's <assert.h> calls, for sources that include that one. */
__attribute__((weak, noreturn)) void __assert_fail(
        const char *assertion, const char *file, unsigned int line, const char *function)
{
    _assert_fail(assertion, file, line, function);
}
