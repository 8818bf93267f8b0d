/* SPDX-License-Identifier: BSD-2-Clause */
/* Of lower priority: runs after the crash, as if nothing had happened. */
#include <microkit.h>

void init(void)
{
    microkit_dbg_puts("survivor: still here\n");
}

void notified(microkit_channel ch)
{
    (void)ch;
}
