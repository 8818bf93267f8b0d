/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds for its callers and returns every ball. */
#include <microkit.h>

#include "ping_pong.h"

void init(void)
{
    microkit_dbg_puts("pong: ready\n");
}

void notified(microkit_channel ch)
{
    microkit_dbg_puts("pong: return\n");
    microkit_notify(ch);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
    (void)ch;
    microkit_mr_set(0, microkit_mr_get(0) + microkit_mr_get(1));
    return microkit_msginfo_new(microkit_msginfo_get_label(msginfo) + 1, 1);
}
