/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/log_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/escape.h"

void log_free(struct log_store *log)
{
    for (size_t i = 0; i < LOG_LINES_MAX; i++) {
        free(log->lines[i].text);
        log->lines[i].text = NULL;
    }
    log->begin = log->end = 0;
}

const struct log_line *log_line(const struct log_store *log, uint64_t index)
{
    return index >= log->begin && index < log->end ? &log->lines[index % LOG_LINES_MAX] : NULL;
}

static struct log_line *add_line(
        struct log_store *log, const char *text, size_t length, int64_t now)
{
    struct log_line *line = &log->lines[log->end % LOG_LINES_MAX];
    size_t size = 4 * length + 1;

    free(line->text);
    *line = (struct log_line){ .index = log->end, .arrived = now, .source = PROTOCOL_NO_PD };
    line->level = LEVEL_INFO;
    line->text = malloc(size);
    if (line->text != NULL) {
        escape_text(text, length, 1, line->text, size);
    }
    log->end++;
    if (log->end - log->begin > LOG_LINES_MAX) {
        log->begin = log->end - LOG_LINES_MAX;
    }
    return line;
}

void log_add_text(struct log_store *log, const char *text, size_t length, int64_t now)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\r') {
            continue;
        }
        if (text[i] != '\n') {
            log->partial[log->partial_length++] = text[i];
        }
        if (text[i] == '\n' || log->partial_length == sizeof(log->partial)) {
            add_line(log, log->partial, log->partial_length, now);
            log->partial_length = 0;
        }
    }
}

void log_add_gap(struct log_store *log, const char *why, int64_t now)
{
    add_line(log, why, strlen(why), now)->gap = true;
}

void log_restart(struct log_store *log)
{
    log->any_record = false;
}

static bool is_old(const struct log_store *log, uint32_t sequence)
{
    return log->any_record && log->next_sequence - sequence - 1 < UINT32_MAX / 2;
}

void log_add_record(struct log_store *log, const struct protocol_log_record *record, int64_t now)
{
    struct log_line *line;
    size_t length = record->text.length;
    char text[64];

    if (is_old(log, record->sequence)) {
        return; /* sent twice */
    }
    if (log->any_record && record->sequence != log->next_sequence) {
        uint32_t missing = record->sequence - log->next_sequence;

        log->lost += missing;
        snprintf(text, sizeof(text), "%u log record%s lost", missing, missing == 1 ? "" : "s");
        log_add_gap(log, text, now);
    }
    log->any_record = true;
    log->next_sequence = record->sequence + 1;
    while (length > 0
            && (record->text.at[length - 1] == '\n' || record->text.at[length - 1] == '\r')) {
        length--;
    }
    line = add_line(log, (const char *)record->text.at, length, now);
    line->time = record->time;
    line->source = record->source;
    line->level = record->level;
}
