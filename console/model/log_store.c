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
    log->held_count = 0;
}

/* How far a record is ahead of the next one; negative: it has been there. */
static int32_t ahead(const struct log_store *log, uint32_t sequence)
{
    return log->any_record ? (int32_t)(sequence - log->next_sequence) : 0;
}

static void append(struct log_store *log, const struct protocol_log_record *record, int64_t now)
{
    struct log_line *line;
    size_t length = record->text.length;

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

static void remove_first_held(struct log_store *log)
{
    log->held_count--;
    memmove(log->held, log->held + 1, log->held_count * sizeof(log->held[0]));
}

/* Shows those that follow without a gap. */
static void show_held(struct log_store *log)
{
    while (log->held_count > 0 && ahead(log, log->held[0].record.sequence) <= 0) {
        if (ahead(log, log->held[0].record.sequence) == 0) {
            append(log, &log->held[0].record, log->held[0].arrived);
        }
        remove_first_held(log);
    }
}

static void hold(struct log_store *log, const struct protocol_log_record *record, int64_t now)
{
    unsigned place = log->held_count;

    if (log->held_count == LOG_HELD_MAX) {
        log_give_up(log, log->held[0].record.sequence, now);
        log_add_record(log, record, now);
        return;
    }
    while (place > 0
            && ahead(log, log->held[place - 1].record.sequence) > ahead(log, record->sequence)) {
        place--;
    }
    if (place > 0 && log->held[place - 1].record.sequence == record->sequence) {
        return;
    }
    memmove(log->held + place + 1, log->held + place,
            (log->held_count - place) * sizeof(log->held[0]));
    log->held[place].record = *record;
    log->held[place].arrived = now;
    log->held_since = log->held_count == 0 ? now : log->held_since;
    log->held_count++;
}

bool log_missing(const struct log_store *log, uint32_t *from)
{
    *from = log->next_sequence;
    return log->held_count > 0;
}

void log_give_up(struct log_store *log, uint32_t to, int64_t now)
{
    int32_t missing = ahead(log, to);
    char text[64];

    if (log->held_count > 0 && ahead(log, log->held[0].record.sequence) < missing) {
        missing = ahead(log, log->held[0].record.sequence);
    }
    if (log->any_record && missing > 0) {
        log->lost += (uint64_t)missing;
        snprintf(text, sizeof(text), "%d log record%s lost", missing, missing == 1 ? "" : "s");
        log_add_gap(log, text, now);
        log->next_sequence += (uint32_t)missing;
    }
    show_held(log);
}

void log_add_record(struct log_store *log, const struct protocol_log_record *record, int64_t now)
{
    int32_t distance = ahead(log, record->sequence);

    if (distance > 0) {
        hold(log, record, now);
    } else if (distance == 0) {
        append(log, record, now);
        show_held(log);
    } /* else it was sent twice */
}
