/* SPDX-License-Identifier: BSD-2-Clause */
/* Passive: after init it has no time of its own and runs on its callers'. */
#include <microkit.h>

void init(void)
{
    microkit_dbg_puts("server: init runs on my own time\n");
}

void notified(microkit_channel ch)
{
    microkit_notify(ch);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
    seL4_Word number = microkit_mr_get(0);

    (void)ch;
    microkit_mr_set(0, number * number);
    return microkit_msginfo_new(microkit_msginfo_get_label(msginfo), 1);
}
