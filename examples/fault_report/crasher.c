/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes through a bad pointer; its name in the report, and its line with addr2line. */
#include <microkit.h>

static void write_to(volatile unsigned *where)
{
    *where = 42;
}

void init(void)
{
    microkit_dbg_puts("crasher: about to write to 0xdead000\n");
    write_to((volatile unsigned *)0xdead000);
    microkit_dbg_puts("crasher: never here\n");
}

void notified(microkit_channel ch)
{
    (void)ch;
}
