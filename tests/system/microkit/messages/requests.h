/* SPDX-License-Identifier: BSD-2-Clause */
/* What the servers do, by label. */
#pragma once

#include <microkit.h>

enum request {
    REQUEST_ECHO = 1,          /* label + 1, as many registers, each times 3 plus 1 */
    REQUEST_CHANNEL,           /* register 0: the server's id of the channel */
    REQUEST_NESTED_ECHO,       /* like ECHO, but by the passive server, through the active one */
    REQUEST_NOTIFY_WITH_REPLY, /* 6 registers, and a deferred notification on channel 6 */
};

/* The server's channel to the passive server. */
#define NESTED_CHANNEL 2
#define NOTIFY_CHANNEL 6

/* Labels from here on are echoed with label + 1, too. */
#define FIRST_ECHO_LABEL 100

static inline seL4_Word echo_of(seL4_Word value)
{
    return 3 * value + 1;
}
