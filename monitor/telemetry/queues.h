/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watched queues: looked at often, reported seldom. The console says where indices and flag are; the
 * monitor knows nothing about queue types (PROTOCOL.md, "Queues").
 */
#pragma once

#include <stdbool.h>

#include "monitor/protocol/messages.h"

/* No slot is in use. */
void queues_init(void);

/*
 * Watches, changes or frees a slot. 0 if that is done, else a code of enum protocol_error_code with its
 * detail.
 */
int queues_watch(const struct protocol_watch_queue_request *request, uint64_t *detail);

/* True if any slot is in use. */
bool queues_any(void);
/* One look at each watched queue. */
void queues_look(void);
/* The first watched slot from `slot` on; PROTOCOL_QUEUES_MAX if there is none. */
unsigned queues_next(unsigned slot);
/* Whether a look since queues_end_interval has found it other than the look before. */
bool queues_changed(unsigned slot);
/* What is kept of a slot since queues_end_interval. */
void queues_sample(unsigned slot, struct protocol_queue_sample *sample);
/* Minimum, maximum, sum and histogram begin anew. */
void queues_end_interval(unsigned slot);
