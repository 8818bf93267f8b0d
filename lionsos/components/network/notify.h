/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications of a handler that may have several to send. */
#pragma once

#include <os/sddf.h>

/* Notifies `channel`; the first one of a handler goes together with the wait that follows it. */
static inline void network_notify(sddf_channel channel)
{
    if (sddf_deferred_notify_curr() == SDDF_NO_CHANNEL) {
        sddf_deferred_notify(channel);
    } else {
        sddf_notify(channel);
    }
}
