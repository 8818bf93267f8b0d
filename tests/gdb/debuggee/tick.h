/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that does tick() a hundred times a second. */
#pragma once

#include <os/sddf.h>

#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/util/util.h>

#define TICK_NS (10 * NS_IN_MS)

__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t config;

static void tick(void);

void init(void)
{
    sddf_timer_set_timeout(config.driver_id, TICK_NS);
}

void notified(sddf_channel channel)
{
    if (channel == config.driver_id) {
        sddf_timer_set_timeout(config.driver_id, TICK_NS);
        tick();
    }
}
