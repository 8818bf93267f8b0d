/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading memory ahead of GDB, which asks for a long piece by one packet after the other, each when it has
 * the answer to the one before. The next one is ordered while it still looks at the last one. What was read
 * ahead counts only if GDB's very next packet asks for it: it is no older than that.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define READ_AHEAD_MAX \
    8192 /* bytes: longer reads are not read ahead of; the stub sends no more at once */
#define READ_AHEAD_MIN \
    1024 /* bytes: shorter reads that follow each other are not the begin of many */
/* Orders that the target has not answered: its queue has room for so many answers, whatever is in them. */
#define READS_IN_FLIGHT 2

struct memory_read {
    uint64_t address;
    uint64_t length;
};

struct read_ahead {
    bool one_for_one; /* the target answers each packet with one: it sends no acknowledgements */
    struct {
        struct memory_read read;
        bool for_gdb; /* GDB waits for it */
        bool dropped; /* nobody does */
    } in_flight[READS_IN_FLIGHT];
    unsigned count; /* of them, oldest first */
    bool held;      /* one that has come, for a packet of GDB's that has not */
    uint64_t held_address;
    size_t held_length;
    uint8_t held_bytes[READ_AHEAD_MAX];
    struct memory_read last; /* what GDB asked for last */
    bool more;               /* that followed on the one before: what follows on it may be next */
};

enum read_ahead_way {
    READ_HELD,    /* *bytes, *length: the answer */
    READ_AWAITED, /* it has been ordered already: read_ahead_take will say */
    READ_ORDERED, /* the caller sends it to the target */
    READ_REFUSED, /* too many at once, which GDB does not do: it has to go as it is */
};

/* GDB asks for this. READ_HELD: `bytes` are valid until the next call. */
enum read_ahead_way read_ahead_ask(struct read_ahead *ahead, const struct memory_read *read,
        const uint8_t **bytes, size_t *length);
/* After that: true if the caller shall send *read to the target, too. */
bool read_ahead_order(struct read_ahead *ahead, struct memory_read *read);
/* GDB has sent a packet that is none of the above. */
void read_ahead_forget(struct read_ahead *ahead);

enum read_ahead_answer {
    ANSWER_OF_GDB,  /* to a read that GDB waits for */
    ANSWER_OF_OURS, /* kept here or dropped */
    ANSWER_OF_NONE, /* to something else */
};

/*
 * The target has answered a packet with *length bytes of memory, NULL: an error, or something else.
 * ANSWER_OF_GDB: *length is cut to what GDB wants.
 */
enum read_ahead_answer read_ahead_take(
        struct read_ahead *ahead, const uint8_t *bytes, size_t *length);
