/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls the server for so many parts of work, then it is the other client's turn. */
#include <microkit.h>

#define SERVER 1
#define OTHER  2

static void take_turn(void)
{
    microkit_mr_set(0, PARTS);
    microkit_ppcall(SERVER, microkit_msginfo_new(0, 1));
    microkit_notify(OTHER);
}

void init(void)
{
    if (BEGINS) {
        take_turn();
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
    take_turn();
}
