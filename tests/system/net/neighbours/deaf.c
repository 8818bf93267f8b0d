/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks for notifications, but takes no frame and returns no buffer. */
#include "tests/system/net/neighbours/neighbour.h"

void misbehave(void)
{
    net_request_signal_active(&rx);
    net_request_signal_free(&tx);
}
