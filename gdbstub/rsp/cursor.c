/* SPDX-License-Identifier: BSD-2-Clause */
#include "gdbstub/rsp/cursor.h"

#include "gdbstub/rsp/bytes.h"
#include "gdbstub/rsp/hex.h"

bool rsp_take(struct rsp_cursor *cursor, const char *text)
{
    size_t length = text_length(text);

    if (rsp_left(cursor) < length || !text_is(text, cursor->at, length)) {
        return false;
    }
    cursor->at += length;
    return true;
}

bool rsp_take_number(struct rsp_cursor *cursor, uint64_t *number)
{
    const uint8_t *at = cursor->at;
    uint64_t value = 0;

    while (at != cursor->end && hex_value(*at) >= 0) {
        if (value >> 60 != 0) {
            return false;
        }
        value = value << 4 | (uint64_t)hex_value(*at++);
    }
    if (at == cursor->at) {
        return false;
    }
    cursor->at = at;
    *number = value;
    return true;
}

bool rsp_take_range(struct rsp_cursor *cursor, struct rsp_range *range)
{
    struct rsp_cursor copy = *cursor;

    if (!rsp_take_number(&copy, &range->start) || !rsp_take(&copy, ",")
            || !rsp_take_number(&copy, &range->length)) {
        return false;
    }
    *cursor = copy;
    return true;
}

static bool take_id(struct rsp_cursor *cursor, int64_t *id)
{
    uint64_t number;

    if (rsp_take(cursor, "-1")) {
        *id = RSP_ALL;
        return true;
    }
    if (!rsp_take_number(cursor, &number) || number > INT32_MAX) {
        return false;
    }
    *id = (int64_t)number;
    return true;
}

bool rsp_take_thread(struct rsp_cursor *cursor, struct rsp_thread *thread)
{
    struct rsp_cursor copy = *cursor;

    *thread = (struct rsp_thread){ RSP_ANY, RSP_ANY };
    if (rsp_take(&copy, "p")) {
        if (!take_id(&copy, &thread->process)) {
            return false;
        }
        thread->thread = RSP_ALL;
        if (rsp_take(&copy, ".") && !take_id(&copy, &thread->thread)) {
            return false;
        }
    } else if (!take_id(&copy, &thread->thread)) {
        return false;
    }
    *cursor = copy;
    return true;
}

bool rsp_take_hex(struct rsp_cursor *cursor, uint8_t *bytes, size_t length)
{
    if (rsp_left(cursor) / 2 < length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        int high = hex_value(cursor->at[2 * i]);
        int low = hex_value(cursor->at[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    cursor->at += 2 * length;
    return true;
}

struct rsp_cursor rsp_take_until(struct rsp_cursor *cursor, uint8_t stop)
{
    struct rsp_cursor part = { cursor->at, cursor->at };

    while (part.end != cursor->end && *part.end != stop) {
        part.end++;
    }
    cursor->at = part.end == cursor->end ? part.end : part.end + 1;
    return part;
}
