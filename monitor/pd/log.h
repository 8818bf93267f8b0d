/* SPDX-License-Identifier: BSD-2-Clause */
/* What the monitor itself has to say: the last records are kept for who missed them. */
#pragma once

#include "monitor/protocol/messages.h"

/* `text` is cut at LOG_TEXT_MAX. Sent at once if somebody is subscribed. */
void log_write(enum protocol_level level, const char *text);
/* The same about a PD. */
void log_write_for(enum protocol_level level, uint16_t pd, const char *text);
/* Sends the records from a sequence number on again, at most four. False if there are none. */
bool log_repeat(uint32_t sequence, uint16_t number);
/* The oldest number there is a record of. */
uint32_t log_oldest(void);
