/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits until the server has become passive, then calls it. */
#include <microkit.h>

#define SERVER 0
#define SQUARE 1

static seL4_Word square(seL4_Word number)
{
    microkit_mr_set(0, number);
    microkit_ppcall(SERVER, microkit_msginfo_new(SQUARE, 1));
    return microkit_mr_get(0);
}

void init(void)
{
    for (seL4_Word number = 1; number <= 4; number++) {
        microkit_dbg_puts("client: square of ");
        microkit_dbg_put32((seL4_Uint32)number);
        microkit_dbg_puts(" is ");
        microkit_dbg_put32((seL4_Uint32)square(number));
        microkit_dbg_puts("\n");
    }
    microkit_notify(SERVER);
}

void notified(microkit_channel ch)
{
    (void)ch;
    microkit_dbg_puts("client: the server answered a notification on its own time\n");
}
