/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports: on request, and unasked to the subscriber (PROTOCOL.md, "Reports"). */
#pragma once

#include "monitor/protocol/messages.h"

/* Nobody is subscribed, nothing watched. line_rate: bytes a second; 0: no limit. */
void reports_init(uint32_t line_rate);

/* Answers pd_request, sc_request, queue_request, link_request. */
void reports_answer(const struct protocol_message *request);

/* Sets the streams; `granted` becomes what the subscriber gets. */
void reports_subscribe(
        const struct protocol_subscribe_request *wanted, struct protocol_subscribe_reply *granted);

/* Takes the looks and sends the reports that are due. */
void reports_tick(uint64_t now);
/* When reports_tick is needed next, in ticks; UINT64_MAX: not before the next message. */
uint64_t reports_next(void);
/* True while somebody is subscribed to the log. */
bool reports_log_wanted(void);
