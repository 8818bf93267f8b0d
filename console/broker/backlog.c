/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/broker/backlog.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX    (64 * 1024)
#define RECORDS_MAX 256

struct backlog {
    char text[TEXT_MAX];
    size_t text_end; /* all that ever came; the last TEXT_MAX bytes are kept */
    struct protocol_log_record records[RECORDS_MAX];
    size_t record_end;
};

struct backlog *backlog_new(void)
{
    return calloc(1, sizeof(struct backlog));
}

void backlog_free(struct backlog *backlog)
{
    free(backlog);
}

void backlog_add_text(struct backlog *backlog, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        backlog->text[backlog->text_end++ % TEXT_MAX] = text[i];
    }
}

void backlog_add_record(struct backlog *backlog, const struct protocol_log_record *record)
{
    backlog->records[backlog->record_end++ % RECORDS_MAX] = *record;
}

static void replay_text(const struct backlog *backlog, struct client *client)
{
    static struct protocol_message message;
    size_t at = backlog->text_end > TEXT_MAX ? backlog->text_end - TEXT_MAX : 0;

    message.type = MESSAGE_RAW_TEXT;
    while (at < backlog->text_end) {
        uint16_t length = 0;

        while (at < backlog->text_end && length < PROTOCOL_TEXT_MAX) {
            message.raw_text.text.at[length++] = (uint8_t)backlog->text[at++ % TEXT_MAX];
        }
        message.raw_text.text.length = length;
        client_send(client, &message);
    }
}

void backlog_replay(const struct backlog *backlog, struct client *client)
{
    static struct protocol_message message;
    size_t at = backlog->record_end > RECORDS_MAX ? backlog->record_end - RECORDS_MAX : 0;

    replay_text(backlog, client);
    message.type = MESSAGE_LOG_RECORD;
    for (; at < backlog->record_end; at++) {
        message.log_record = backlog->records[at % RECORDS_MAX];
        client_send(client, &message);
    }
}
