/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operating system of host tests: notifications are counted instead of sent, and the message
 * registers are an array. Stands in for lionsos/include/microkit/os/sddf.h.
 */
#pragma once

#include <stdint.h>

typedef unsigned int sddf_channel;

#define MICROKIT_MAX_CHANNELS 62
#define SDDF_NO_CHANNEL       ((sddf_channel)-1)

typedef struct {
    uint64_t label;
    uint64_t count;
} microkit_msginfo;

static inline microkit_msginfo microkit_msginfo_new(uint64_t label, uint64_t count)
{
    return (microkit_msginfo){ .label = label, .count = count };
}

static inline uint64_t microkit_msginfo_get_label(microkit_msginfo message)
{
    return message.label;
}

static inline uint64_t microkit_msginfo_get_count(microkit_msginfo message)
{
    return message.count;
}

/* What the component under test has done; fake_os_reset() clears it. */
struct fake_os {
    uint32_t notified[256]; /* by channel, deferred ones included */
    uint32_t acknowledged[256];
    uint64_t message_registers[120];
    uint32_t console_bytes;
};
extern struct fake_os fake_os;
void fake_os_reset(void);

const char *sddf_get_pd_name(void);
void sddf_irq_ack(sddf_channel channel);
void sddf_deferred_irq_ack(sddf_channel channel);
void sddf_notify(sddf_channel channel);
void sddf_deferred_notify(sddf_channel channel);
sddf_channel sddf_deferred_notify_curr(void);
uint64_t sddf_get_mr(unsigned int index);
void sddf_set_mr(unsigned int index, uint64_t value);
void microkit_dbg_putc(int character);

/* Entry points of the component under test. */
void init(void);
void notified(sddf_channel channel);
microkit_msginfo protected(sddf_channel channel, microkit_msginfo request);
/* Goes straight to protected() of the component under test, from the channel's other end. */
microkit_msginfo sddf_ppcall(sddf_channel channel, microkit_msginfo message);
