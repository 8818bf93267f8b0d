/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timer driver PD: passive, above all its clients. A request runs on its caller's time; the interrupt
 * runs on the driver's own budget and takes log n steps for each of n timeouts that have expired.
 *
 * The protocol is in sddf/timer/protocol.h. Timeout number = channel * ids per client + id.
 */
#include <os/sddf.h>

#include <sddf/resources/device.h>
#include <sddf/timer/protocol.h>
#include <sddf/util/util.h>

#include "lionsos/drivers/timer/arm_generic/generic_timer.h"
#include "lionsos/drivers/timer/arm_generic/timeouts.h"

#define CLIENTS_MAX (TIMEOUTS_MAX / SDDF_TIMER_IDS_PER_CLIENT)
_Static_assert(CLIENTS_MAX == MICROKIT_MAX_CHANNELS, "each channel can be a client");

__attribute__((__section__(".device_resources"), used)) device_resources_t device_resources;

/* What happened so far; read by debuggers and monitors. */
struct timer_driver_counters {
    uint64_t expired;          /* timeouts */
    uint64_t refused;          /* requests with an unknown label or id */
    uint64_t unknown_channels; /* notifications from nowhere */
} timer_driver_counters;

static struct timeouts timeouts;
static uint64_t expired_ids[CLIENTS_MAX]; /* by channel: what TAKE_EXPIRED returns */
static uint64_t frequency;
static uint64_t programmed = GENERIC_TIMER_NEVER; /* what the comparator is set to */

static void program_next(void)
{
    uint64_t next = timeouts_next(&timeouts);

    if (next != programmed) {
        programmed = next;
        generic_timer_set_deadline(next);
    }
}

/* Now plus `ns`, in ticks. What lies beyond the end of time is as late as can be. */
static uint64_t deadline_after(uint64_t ns)
{
    uint64_t now = generic_timer_now();
    uint64_t ticks = generic_timer_ns_to_ticks(ns, frequency);

    return ticks < GENERIC_TIMER_NEVER - now ? now + ticks : GENERIC_TIMER_NEVER - 1;
}

static bool set_timeout(sddf_channel channel, uint64_t id, uint64_t ns)
{
    if (id >= SDDF_TIMER_IDS_PER_CLIENT) {
        return false;
    }
    expired_ids[channel] &= ~BIT(id);
    timeouts_set(&timeouts, channel * SDDF_TIMER_IDS_PER_CLIENT + (uint32_t)id, deadline_after(ns));
    program_next();
    return true;
}

/* An expiry that the client has not taken yet is taken back: it counts as cancelled, too. */
static bool cancel_timeout(sddf_channel channel, uint64_t id, bool *was_pending)
{
    if (id >= SDDF_TIMER_IDS_PER_CLIENT) {
        return false;
    }
    *was_pending = timeouts_cancel(&timeouts, channel * SDDF_TIMER_IDS_PER_CLIENT + (uint32_t)id)
            || (expired_ids[channel] & BIT(id)) != 0;
    expired_ids[channel] &= ~BIT(id);
    program_next();
    return true;
}

static uint64_t take_expired(sddf_channel channel)
{
    uint64_t ids = expired_ids[channel];

    expired_ids[channel] = 0;
    return ids;
}

/* All deadlines up to one reading of the clock, so the loop ends; later ones interrupt again. */
static void expire(void)
{
    uint64_t now = generic_timer_now();
    uint64_t clients = 0;
    uint32_t number;

    while (timeouts_take_expired(&timeouts, now, &number)) {
        uint32_t channel = number / SDDF_TIMER_IDS_PER_CLIENT;

        expired_ids[channel] |= BIT(number % SDDF_TIMER_IDS_PER_CLIENT);
        clients |= BIT(channel);
        timer_driver_counters.expired++;
    }
    program_next();
    for (; clients != 0; clients &= clients - 1) {
        sddf_notify((sddf_channel)__builtin_ctzl(clients));
    }
}

void init(void)
{
    assert(device_resources_check_magic(&device_resources));
    assert(device_resources.num_irqs == 1);

    frequency = generic_timer_frequency();
    assert(frequency > 0 && frequency <= NANOSECONDS_PER_SECOND);
    generic_timer_set_deadline(GENERIC_TIMER_NEVER); /* whatever ran before may have left one */
}

void notified(sddf_channel channel)
{
    if (channel != device_resources.irqs[0].id) {
        timer_driver_counters.unknown_channels++;
        return;
    }
    expire();
    sddf_deferred_irq_ack(channel);
}

static microkit_msginfo reply_with(uint64_t value)
{
    sddf_set_mr(0, value);
    return microkit_msginfo_new(SDDF_TIMER_OK, 1);
}

static microkit_msginfo reply_status(bool accepted)
{
    if (!accepted) {
        timer_driver_counters.refused++;
    }
    return microkit_msginfo_new(accepted ? SDDF_TIMER_OK : SDDF_TIMER_ERROR, 0);
}

microkit_msginfo protected(sddf_channel channel, microkit_msginfo request)
{
    /* Registers the caller did not send keep old contents: they only hurt the caller itself. */
    uint64_t argument = sddf_get_mr(0);
    bool was_pending;

    switch (microkit_msginfo_get_label(request)) {
    case SDDF_TIMER_GET_TIME:
        return reply_with(generic_timer_ticks_to_ns(generic_timer_now(), frequency));
    case SDDF_TIMER_SET_TIMEOUT:
        return reply_status(set_timeout(channel, 0, argument));
    case SDDF_TIMER_SET_TIMEOUT_ID:
        return reply_status(set_timeout(channel, sddf_get_mr(1), argument));
    case SDDF_TIMER_CANCEL_TIMEOUT_ID:
        if (!cancel_timeout(channel, argument, &was_pending)) {
            return reply_status(false);
        }
        return reply_with(was_pending);
    case SDDF_TIMER_TAKE_EXPIRED:
        return reply_with(take_expired(channel));
    default:
        return reply_status(false);
    }
}
