/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks pong to add (a protected call), then plays ping-pong with notifications. */
#include <microkit.h>

#include "ping_pong.h"

static unsigned rounds;

static void ask_for_a_sum(void)
{
    microkit_mr_set(0, 40);
    microkit_mr_set(1, 2);

    microkit_msginfo result = microkit_ppcall(CHANNEL, microkit_msginfo_new(7, 2));

    microkit_dbg_puts("ping: 40 + 2 = ");
    microkit_dbg_put32((seL4_Uint32)microkit_mr_get(0));
    microkit_dbg_puts(", label ");
    microkit_dbg_put32((seL4_Uint32)microkit_msginfo_get_label(result));
    microkit_dbg_puts("\n");
}

void init(void)
{
    ask_for_a_sum();
    microkit_dbg_puts("ping: serve\n");
    microkit_notify(CHANNEL);
}

void notified(microkit_channel ch)
{
    rounds++;
    microkit_dbg_puts("ping: got the ball back, round ");
    microkit_dbg_put32(rounds);
    microkit_dbg_puts("\n");
    if (rounds < ROUNDS) {
        microkit_deferred_notify(ch);
    } else {
        microkit_dbg_puts("ping: enough\n");
    }
}
