/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a packet's payload. Each rsp_take_ function takes what it names and says true, or says false
 * and leaves the cursor where it was; none reads past the end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rsp_cursor {
    const uint8_t *at;
    const uint8_t *end;
};

/* A thread as packets name it. */
#define RSP_ALL (-1)
#define RSP_ANY 0
struct rsp_thread {
    int64_t process; /* RSP_ALL, RSP_ANY or an id; RSP_ANY if the packet named none */
    int64_t thread;  /* likewise */
};

struct rsp_range {
    uint64_t start;
    uint64_t length;
};

static inline bool rsp_at_end(const struct rsp_cursor *cursor)
{
    return cursor->at == cursor->end;
}

static inline size_t rsp_left(const struct rsp_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* A text, letter by letter. */
bool rsp_take(struct rsp_cursor *cursor, const char *text);
/* 1 to 16 hexadecimal digits; more than 16 significant ones are refused. */
bool rsp_take_number(struct rsp_cursor *cursor, uint64_t *number);
/* "start,length" */
bool rsp_take_range(struct rsp_cursor *cursor, struct rsp_range *range);
/* "pPROCESS.THREAD", "pPROCESS" or "THREAD"; -1 is all. */
bool rsp_take_thread(struct rsp_cursor *cursor, struct rsp_thread *thread);
/* Exactly `length` bytes as pairs of digits. */
bool rsp_take_hex(struct rsp_cursor *cursor, uint8_t *bytes, size_t length);
/* All up to the character `stop` or the end, as a cursor of its own; behind `stop` it goes on. */
struct rsp_cursor rsp_take_until(struct rsp_cursor *cursor, uint8_t stop);
