/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In the place of the echo server's idle PD, which never sleeps: with nobody awake, QEMU's virtual time
 * jumps to the next event instead of running on while this host is slow.
 */
#include <microkit.h>

void init(void)
{
}

void notified(microkit_channel channel)
{
    (void)channel;
}
