/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/pd/log.h"

#include "monitor/pd/clock.h"
#include "monitor/pd/link.h"
#include "monitor/telemetry/reports.h"

#define LOG_RECORDS      32 /* a power of two */
#define LOG_TEXT_MAX     192
#define REPEAT_AT_A_TIME 4

struct record {
    uint64_t time;
    enum protocol_level level;
    uint16_t pd; /* it is about, or PROTOCOL_NO_PD */
    uint16_t length;
    char text[LOG_TEXT_MAX];
};

static struct record records[LOG_RECORDS];
static uint32_t next_sequence;

static void send_record(uint32_t sequence, uint16_t number)
{
    static struct protocol_message message;
    const struct record *record = &records[sequence % LOG_RECORDS];
    struct protocol_log_record *body = &message.log_record;

    message.type = MESSAGE_LOG_RECORD;
    message.number = number;
    body->sequence = sequence;
    body->time = record->time;
    body->source = record->pd;
    body->level = (uint8_t)record->level;
    body->text.length = record->length;
    for (unsigned i = 0; i < record->length; i++) {
        body->text.at[i] = (uint8_t)record->text[i];
    }
    link_send(&message);
}

void log_write_for(enum protocol_level level, uint16_t pd, const char *text)
{
    struct record *record = &records[next_sequence % LOG_RECORDS];

    record->time = clock_now();
    record->level = level;
    record->pd = pd;
    record->length = 0;
    while (text[record->length] != 0 && record->length < LOG_TEXT_MAX) {
        record->text[record->length] = text[record->length];
        record->length++;
    }
    next_sequence++;
    if (reports_log_wanted()) {
        send_record(next_sequence - 1, 0);
    }
}

void log_write(enum protocol_level level, const char *text)
{
    log_write_for(level, PROTOCOL_NO_PD, text);
}

uint32_t log_oldest(void)
{
    return next_sequence < LOG_RECORDS ? 0 : next_sequence - LOG_RECORDS;
}

bool log_repeat(uint32_t sequence, uint16_t number)
{
    uint32_t from = sequence < log_oldest() ? log_oldest() : sequence;

    if (from >= next_sequence) {
        return false;
    }
    for (unsigned i = 0; i < REPEAT_AT_A_TIME && from < next_sequence; i++, from++) {
        send_record(from, number);
    }
    return true;
}
