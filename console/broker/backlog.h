/* SPDX-License-Identifier: BSD-2-Clause */
/* What a target said last, for a console that comes later. */
#pragma once

#include "host-tools/lib/client.h"

struct backlog;

/* NULL without memory. */
struct backlog *backlog_new(void);
void backlog_free(struct backlog *backlog);
void backlog_add_text(struct backlog *backlog, const char *text, size_t length);
void backlog_add_record(struct backlog *backlog, const struct protocol_log_record *record);
/* Sends all that is kept. */
void backlog_replay(const struct backlog *backlog, struct client *client);
