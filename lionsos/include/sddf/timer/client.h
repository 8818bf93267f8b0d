/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timer client. `channel` is timer_client_config.driver_id. Each function is one protected call; it
 * may be made from any entry point.
 */
#pragma once

#include <os/sddf.h>
#include <stdbool.h>
#include <stdint.h>

#include <sddf/timer/protocol.h>

/* Nanoseconds since boot; never goes back. */
static inline uint64_t sddf_timer_time_now(unsigned int channel)
{
    sddf_ppcall(channel, microkit_msginfo_new(SDDF_TIMER_GET_TIME, 0));
    return sddf_get_mr(0);
}

/*
 * Asks for one notification on `channel` in `timeout` ns, not earlier. Replaces the timeout set
 * before by this function.
 */
static inline void sddf_timer_set_timeout(unsigned int channel, uint64_t timeout)
{
    sddf_set_mr(0, timeout);
    sddf_ppcall(channel, microkit_msginfo_new(SDDF_TIMER_SET_TIMEOUT, 1));
}

/*
 * The same for one of SDDF_TIMER_IDS_PER_CLIENT independent timeouts, numbered from 0; number 0 is the
 * one of sddf_timer_set_timeout. False if there is no such id.
 */
static inline bool sddf_timer_set_timeout_id(
        unsigned int channel, unsigned int id, uint64_t timeout)
{
    sddf_set_mr(0, timeout);
    sddf_set_mr(1, id);
    microkit_msginfo reply =
            sddf_ppcall(channel, microkit_msginfo_new(SDDF_TIMER_SET_TIMEOUT_ID, 2));
    return microkit_msginfo_get_label(reply) == SDDF_TIMER_OK;
}

/*
 * Forgets a timeout, also one that has expired but was not taken. True if there was one: the client will
 * not hear of it again, though a notification without an id may still come.
 */
static inline bool sddf_timer_cancel_timeout_id(unsigned int channel, unsigned int id)
{
    sddf_set_mr(0, id);
    microkit_msginfo reply =
            sddf_ppcall(channel, microkit_msginfo_new(SDDF_TIMER_CANCEL_TIMEOUT_ID, 1));
    return microkit_msginfo_get_label(reply) == SDDF_TIMER_OK && sddf_get_mr(0) != 0;
}

/* Ids that have expired since the last call, as a bit set. Call it when the channel is notified. */
static inline uint64_t sddf_timer_take_expired(unsigned int channel)
{
    sddf_ppcall(channel, microkit_msginfo_new(SDDF_TIMER_TAKE_EXPIRED, 0));
    return sddf_get_mr(0);
}
