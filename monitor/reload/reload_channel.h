/* SPDX-License-Identifier: BSD-2-Clause */
/* The reload channel: which PDs can be reloaded, and their transactions (transaction.h). */
#pragma once

#include <microkit.h>

#include "monitor/include/monitor/reload_config.h"
#include "monitor/protocol/messages.h"

/*
 * With a configuration that is not filled in nothing can be reloaded. After targets_init(). In a monitor that has been restarted:
 * what was under way is given up or carried through, and the log says so.
 */
void reload_channel_init(const monitor_reload_config_t *config);
bool reload_channel_available(void);

/* Answers the messages of the channel. */
void reload_channel_answer(const struct protocol_message *request);
/* A child has faulted. True: its transaction has brought another image back, and it runs. */
bool reload_channel_fault(microkit_child child, microkit_msginfo message);

/* Goes on with transactions, and tells the console what has changed. */
void reload_channel_tick(void);
/*
 * An image has been swapped in just now, and begins when this PD waits: what is not urgent had better be done at the
 * next alarm. Until the next tick.
 */
bool reload_channel_swapped(void);
/* When reload_channel_tick is needed next, in ticks; UINT64_MAX: not before the next event. */
uint64_t reload_channel_next(void);
