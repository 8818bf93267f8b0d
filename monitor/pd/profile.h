/* SPDX-License-Identifier: BSD-2-Clause */
/* The profile channel: requests to the profiler PD, its samples to the console. */
#pragma once

#include "monitor/protocol/messages.h"
#include "profiler/include/profiler/config.h"

/* With a configuration that is not filled in there is no profiler, and requests are refused. */
void profile_init(const profiler_client_config_t *config);
/* After profile_init() in a monitor that has been restarted: nobody waits for samples any more. */
void profile_end(void);
bool profile_available(void);

/* Answers profile_start, profile_stop, profile_status_request. */
void profile_answer(const struct protocol_message *request);

/* Sends samples that have come; stops the profiler when the lease is over. */
void profile_tick(uint64_t now);
/* When profile_tick is needed next, in ticks; UINT64_MAX: not before the next message. */
uint64_t profile_next(void);
