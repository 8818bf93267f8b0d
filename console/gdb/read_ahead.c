/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/read_ahead.h"

#include <string.h>

static void push(struct read_ahead *ahead, const struct memory_read *read, bool for_gdb)
{
    ahead->in_flight[ahead->count].read = *read;
    ahead->in_flight[ahead->count].for_gdb = for_gdb;
    ahead->in_flight[ahead->count].dropped = false;
    ahead->count++;
}

static bool has_room(const struct read_ahead *ahead)
{
    return ahead->count < READS_IN_FLIGHT;
}

void read_ahead_forget(struct read_ahead *ahead)
{
    ahead->held = false;
    ahead->last.length = 0;
    ahead->more = false;
    for (unsigned i = 0; i < ahead->count; i++) {
        ahead->in_flight[i].dropped = !ahead->in_flight[i].for_gdb;
    }
}

/* What was ordered may be longer than what GDB then asks for. */
static bool find_ordered(struct read_ahead *ahead, const struct memory_read *wanted)
{
    for (unsigned i = 0; i < ahead->count; i++) {
        struct memory_read *read = &ahead->in_flight[i].read;

        if (!ahead->in_flight[i].for_gdb && !ahead->in_flight[i].dropped
                && read->address == wanted->address && read->length >= wanted->length) {
            read->length = wanted->length;
            ahead->in_flight[i].for_gdb = true;
            return true;
        }
    }
    return false;
}

enum read_ahead_way read_ahead_ask(struct read_ahead *ahead, const struct memory_read *read,
        const uint8_t **bytes, size_t *length)
{
    struct memory_read before = ahead->last;
    bool follows =
            before.length >= READ_AHEAD_MIN && read->address == before.address + before.length;

    ahead->last = *read;
    ahead->more = follows;
    if (follows && ahead->held && ahead->held_address == read->address) {
        ahead->held = false;
        *bytes = ahead->held_bytes;
        *length = ahead->held_length < read->length ? ahead->held_length : read->length;
        return READ_HELD;
    }
    if (follows && find_ordered(ahead, read)) {
        return READ_AWAITED;
    }
    read_ahead_forget(ahead);
    if (!has_room(ahead)) {
        return READ_REFUSED;
    }
    ahead->last = *read;
    ahead->more = follows;
    push(ahead, read, true);
    return READ_ORDERED;
}

bool read_ahead_order(struct read_ahead *ahead, struct memory_read *read)
{
    *read = (struct memory_read){ ahead->last.address + ahead->last.length, ahead->last.length };
    if (!ahead->one_for_one || !ahead->more || !has_room(ahead) || ahead->held
            || read->length < READ_AHEAD_MIN || read->length > READ_AHEAD_MAX
            || read->address < ahead->last.address) {
        return false;
    }
    push(ahead, read, false);
    return true;
}

static void keep(struct read_ahead *ahead, uint64_t address, const uint8_t *bytes, size_t length)
{
    ahead->held = bytes != NULL && length != 0 && length <= sizeof(ahead->held_bytes);
    if (ahead->held) {
        ahead->held_address = address;
        ahead->held_length = length;
        memcpy(ahead->held_bytes, bytes, length);
    }
}

enum read_ahead_answer read_ahead_take(
        struct read_ahead *ahead, const uint8_t *bytes, size_t *length)
{
    struct memory_read read;
    bool for_gdb;
    bool dropped;

    if (ahead->count == 0) {
        return ANSWER_OF_NONE;
    }
    read = ahead->in_flight[0].read;
    for_gdb = ahead->in_flight[0].for_gdb;
    dropped = ahead->in_flight[0].dropped;
    ahead->count--;
    memmove(&ahead->in_flight[0], &ahead->in_flight[1], ahead->count * sizeof(ahead->in_flight[0]));
    if (for_gdb) {
        *length = *length < read.length ? *length : read.length;
        return ANSWER_OF_GDB;
    }
    if (!dropped) {
        keep(ahead, read.address, bytes, *length);
    }
    return ANSWER_OF_OURS;
}
