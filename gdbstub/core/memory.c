/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of PDs that run or do not. Software breakpoints are never seen and never overwritten. */
#include "gdbstub/core/parts.h"

/* Calls `exchange` for each byte of [address, address + length) where a breakpoint stands. */
static void for_breakpoint_bytes(struct gdbstub *stub, unsigned pd, uint64_t address, size_t length,
        uint8_t *bytes, void (*exchange)(uint8_t *byte, uint8_t *original))
{
    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        struct breakpoint *breakpoint = &stub->breakpoints[i];

        if (!breakpoint->used || breakpoint->pd != pd || breakpoint->kind != BREAK_SOFTWARE
                || breakpoint->lifted) {
            continue;
        }
        for (uint64_t j = 0; j < AARCH64_BREAKPOINT_SIZE; j++) {
            uint64_t offset = breakpoint->address + j - address;

            if (offset < length) {
                exchange(bytes + offset, (uint8_t *)&breakpoint->original + j);
            }
        }
    }
}

static void hide(uint8_t *byte, uint8_t *original)
{
    *byte = *original;
}

size_t stub_read(struct gdbstub *stub, unsigned pd, uint64_t address, void *bytes, size_t length)
{
    size_t done = stub->target->read_memory(stub->target, pd, address, bytes, length);

    for_breakpoint_bytes(stub, pd, address, done, bytes, hide);
    return done;
}

static void keep(uint8_t *byte, uint8_t *original)
{
    *original = *byte;
}

/* Written as a whole; then the breakpoints are put in again. */
size_t stub_write(
        struct gdbstub *stub, unsigned pd, uint64_t address, const void *bytes, size_t length)
{
    size_t done = stub->target->write_memory(stub->target, pd, address, bytes, length);

    for_breakpoint_bytes(stub, pd, address, done, (uint8_t *)(uintptr_t)bytes, keep);
    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        struct breakpoint *breakpoint = &stub->breakpoints[i];

        if (breakpoint->used && breakpoint->pd == pd && breakpoint->kind == BREAK_SOFTWARE
                && !breakpoint->lifted
                && (breakpoint->address - address < done
                        || address - breakpoint->address < AARCH64_BREAKPOINT_SIZE)) {
            breakpoint_put(stub, breakpoint);
        }
    }
    return done;
}

typedef void put_t(struct rsp_builder *builder, const void *bytes, size_t length);

/*
 * As much as there is and fits; GDB asks again for the rest. The bytes are read to the end of the reply's memory,
 * which their encoding, at most twice as long, does not reach before they are encoded.
 */
static void read_memory(
        struct gdbstub *stub, struct rsp_cursor *args, const char *before, put_t *put)
{
    struct rsp_builder *reply = &stub->reply;
    struct rsp_range range;
    int pd = current_pd(stub);
    size_t wanted;
    size_t got;
    uint8_t *bytes;

    if (!rsp_take_range(args, &range) || !rsp_at_end(args)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    if (pd < 0) {
        reply_error(stub, ERROR_NO_THREAD);
        return;
    }
    rsp_put(reply, before);
    wanted = at_most(range.length, rsp_room_for_binary(reply));
    bytes = reply->bytes + sizeof(reply->bytes) - wanted;
    got = stub_read(stub, (unsigned)pd, range.start, bytes, wanted);
    put(reply, bytes, got);
    if (got == 0 && range.length != 0) {
        reply_error(stub, ERROR_UNREADABLE);
    }
}

void handle_read_hex(struct gdbstub *stub, struct rsp_cursor *args)
{
    read_memory(stub, args, "", rsp_put_hex);
}

/* GDB 16 and later, which know us by binary-upload+. */
void handle_read_binary(struct gdbstub *stub, struct rsp_cursor *args)
{
    read_memory(stub, args, "b", rsp_put_binary);
}

/* `bytes` lie in the packet, where they may be changed. */
static void write_memory(
        struct gdbstub *stub, const struct rsp_range *range, const uint8_t *bytes, size_t length)
{
    int pd = current_pd(stub);

    if (length != range->length) {
        reply_error(stub, ERROR_MALFORMED);
    } else if (pd < 0) {
        reply_error(stub, ERROR_NO_THREAD);
    } else if (stub_write(stub, (unsigned)pd, range->start, bytes, length) != length) {
        reply_error(stub, ERROR_UNREADABLE);
    } else {
        reply_ok(stub);
    }
}

void handle_write_binary(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct rsp_range range;

    if (rsp_take_range(args, &range) && rsp_take(args, ":")) {
        write_memory(stub, &range, args->at, rsp_left(args));
    } else {
        reply_error(stub, ERROR_MALFORMED);
    }
}

void handle_write_hex(struct gdbstub *stub, struct rsp_cursor *args)
{
    /* Half as many bytes as digits: they are put where the packet begins, which has been read. */
    uint8_t *bytes = stub->receiver.payload;
    struct rsp_range range;

    if (rsp_take_range(args, &range) && rsp_take(args, ":") && range.length == rsp_left(args) / 2
            && rsp_take_hex(args, bytes, range.length) && rsp_at_end(args)) {
        write_memory(stub, &range, bytes, range.length);
    } else {
        reply_error(stub, ERROR_MALFORMED);
    }
}
