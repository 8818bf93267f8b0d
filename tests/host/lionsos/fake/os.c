/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <os/sddf.h>
#include <string.h>

struct fake_os fake_os;
static sddf_channel deferred = SDDF_NO_CHANNEL;

void fake_os_reset(void)
{
    memset(&fake_os, 0, sizeof(fake_os));
    deferred = SDDF_NO_CHANNEL;
}

const char *sddf_get_pd_name(void)
{
    return "test";
}

void sddf_irq_ack(sddf_channel channel)
{
    fake_os.acknowledged[channel]++;
}

void sddf_deferred_irq_ack(sddf_channel channel)
{
    fake_os.acknowledged[channel]++;
}

void sddf_notify(sddf_channel channel)
{
    fake_os.notified[channel]++;
}

void sddf_deferred_notify(sddf_channel channel)
{
    fake_os.notified[channel]++;
    deferred = channel;
}

sddf_channel sddf_deferred_notify_curr(void)
{
    return deferred;
}

uint64_t sddf_get_mr(unsigned int index)
{
    return fake_os.message_registers[index];
}

void sddf_set_mr(unsigned int index, uint64_t value)
{
    fake_os.message_registers[index] = value;
}

void microkit_dbg_putc(int character)
{
    (void)character;
    fake_os.console_bytes++;
}

/* Components without protected() are never called. */
__attribute__((weak)) microkit_msginfo protected(sddf_channel channel, microkit_msginfo request)
{
    (void)channel;
    return request;
}

microkit_msginfo sddf_ppcall(sddf_channel channel, microkit_msginfo message)
{
    return protected(channel, message);
}
