/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operating system as sDDF components see it, on Microkit. Components include this instead of
 * <microkit.h>, so a test (or another system) can put its own header of this name in front.
 */
#pragma once

#include <stdint.h>

#include <microkit.h>

typedef microkit_channel sddf_channel;

/* Value of sddf_deferred_notify_curr() while nothing is deferred. */
#define SDDF_NO_CHANNEL ((sddf_channel)-1)

/* This PD's name, NUL-terminated if shorter than 64 bytes. */
static inline const char *sddf_get_pd_name(void)
{
    return microkit_name;
}

/* Lets the next interrupt through. */
static inline void sddf_irq_ack(sddf_channel channel)
{
    microkit_irq_ack(channel);
}

/* The same, combined with the wait that follows the handler. Uses the one deferred slot. */
static inline void sddf_deferred_irq_ack(sddf_channel channel)
{
    microkit_deferred_irq_ack(channel);
}

static inline void sddf_notify(sddf_channel channel)
{
    microkit_notify(channel);
}

/* The same, combined with the wait that follows the handler. Uses the one deferred slot. */
static inline void sddf_deferred_notify(sddf_channel channel)
{
    microkit_deferred_notify(channel);
}

/*
 * Channel whose notification is deferred, or SDDF_NO_CHANNEL when the slot is free. A deferred
 * interrupt acknowledgement shows as a number above every channel id.
 */
static inline sddf_channel sddf_deferred_notify_curr(void)
{
    if (!microkit_have_signal) {
        return SDDF_NO_CHANNEL;
    }
    return (sddf_channel)(microkit_signal_cap - BASE_OUTPUT_NOTIFICATION_CAP);
}

/* Protected call; the caller waits for the reply. */
static inline microkit_msginfo sddf_ppcall(sddf_channel channel, microkit_msginfo message)
{
    return microkit_ppcall(channel, message);
}

static inline uint64_t sddf_get_mr(unsigned int index)
{
    return microkit_mr_get(index);
}

static inline void sddf_set_mr(unsigned int index, uint64_t value)
{
    microkit_mr_set(index, value);
}
