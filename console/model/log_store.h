/* SPDX-License-Identifier: BSD-2-Clause */
/* The last lines that came from a target, made safe for display. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/protocol/messages.h"

#define LOG_LINES_MAX 4000
#define LOG_LINE_MAX  1024 /* bytes; longer lines are cut into several */
#define LOG_HELD_MAX  16

struct log_line {
    uint64_t index;  /* counts from 0; lines are never renumbered */
    int64_t arrived; /* ms */
    uint64_t time;   /* ticks; 0 if not known */
    uint16_t source; /* PD, or PROTOCOL_NO_PD */
    uint8_t level;   /* enum protocol_level; raw text is LEVEL_INFO */
    bool gap;        /* no text: here something is missing */
    char *text;      /* UTF-8 without control characters */
};

struct log_store {
    struct log_line lines[LOG_LINES_MAX];
    uint64_t begin, end; /* indices of the lines that are kept: [begin, end) */
    char partial[LOG_LINE_MAX];
    size_t partial_length;
    bool any_record;
    uint32_t next_sequence;
    uint64_t lost; /* records that never came */
    /* Records that came after a gap wait, in order, until what is missing has come or is given up. */
    struct {
        struct protocol_log_record record;
        int64_t arrived;
    } held[LOG_HELD_MAX];
    unsigned held_count;
    int64_t held_since; /* ms */
};

void log_free(struct log_store *log);
/* Text from outside frames, any piece of it. */
void log_add_text(struct log_store *log, const char *text, size_t length, int64_t now);
/* A record of the log channel. */
void log_add_record(struct log_store *log, const struct protocol_log_record *record, int64_t now);
/* True: records are missing; *from is the first, and should be asked for. */
bool log_missing(const struct log_store *log, uint32_t *from);
/* Records before `to` will not come, or nobody knows any more: the gap is marked. Those held are shown. */
void log_give_up(struct log_store *log, uint32_t to, int64_t now);
/* Marks that something is missing, with a reason. */
void log_add_gap(struct log_store *log, const char *why, int64_t now);
/* The target counts its records from the beginning again. */
void log_restart(struct log_store *log);
/* A line by index; NULL if it is not kept. */
const struct log_line *log_line(const struct log_store *log, uint64_t index);
