/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers: general ones together, any of them one by one. */
#include "gdbstub/core/parts.h"

static bool read_group(struct gdbstub *stub, unsigned pd, enum aarch64_group group,
        struct aarch64_context *context)
{
    return stub->target->read_registers(stub->target, pd, group, context);
}

/* The current PD, if it is stopped: a running one's registers are not to be had or set. */
static int stopped_pd(struct gdbstub *stub)
{
    int pd = current_pd(stub);

    if (pd < 0 || stub->inferiors[pd].running) {
        reply_error(stub, pd < 0 ? ERROR_NO_THREAD : ERROR_NOT_STOPPED);
        return -1;
    }
    return pd;
}

void handle_read_all(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct aarch64_context context;
    struct aarch64_location location;
    int pd = stopped_pd(stub);

    (void)args;
    if (pd < 0) {
        return;
    }
    if (!read_group(stub, (unsigned)pd, AARCH64_GENERAL, &context)) {
        reply_error(stub, ERROR_UNREADABLE);
        return;
    }
    for (uint64_t i = 0; i < AARCH64_G_REGISTERS; i++) {
        aarch64_locate(i, &location);
        rsp_put_hex(&stub->reply, (uint8_t *)&context + location.offset, location.size);
    }
}

/* Changes one group of registers of the current PD as `args` says: all of `g`, or `only`. */
static void write_registers(struct gdbstub *stub, struct rsp_cursor *args, uint64_t first,
        uint64_t count, enum aarch64_group group)
{
    struct aarch64_context context;
    struct aarch64_location location;
    int pd = stopped_pd(stub);

    if (pd < 0) {
        return;
    }
    if (!read_group(stub, (unsigned)pd, group, &context)) {
        reply_error(stub, ERROR_UNREADABLE);
        return;
    }
    for (uint64_t i = first; i < first + count; i++) {
        aarch64_locate(i, &location);
        if (!rsp_take_hex(args, (uint8_t *)&context + location.offset, location.size)) {
            reply_error(stub, ERROR_MALFORMED);
            return;
        }
    }
    if (!rsp_at_end(args)) {
        reply_error(stub, ERROR_MALFORMED);
    } else if (!stub->target->write_registers(stub->target, (unsigned)pd, group, &context)) {
        reply_error(stub, ERROR_REFUSED);
    } else {
        reply_ok(stub);
    }
}

void handle_write_all(struct gdbstub *stub, struct rsp_cursor *args)
{
    write_registers(stub, args, 0, AARCH64_G_REGISTERS, AARCH64_GENERAL);
}

void handle_read_register(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct aarch64_context context;
    struct aarch64_location location;
    uint64_t number;
    int pd;

    if (!rsp_take_number(args, &number) || !rsp_at_end(args)
            || !aarch64_locate(number, &location)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    pd = stopped_pd(stub);
    if (pd < 0) {
        return;
    }
    if (read_group(stub, (unsigned)pd, location.group, &context)) {
        rsp_put_hex(&stub->reply, (uint8_t *)&context + location.offset, location.size);
    } else {
        for (unsigned i = 0; i < location.size; i++) {
            rsp_put(&stub->reply, "xx"); /* not available */
        }
    }
}

void handle_write_register(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct aarch64_location location;
    uint64_t number;

    if (!rsp_take_number(args, &number) || !rsp_take(args, "=")
            || !aarch64_locate(number, &location)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    write_registers(stub, args, number, 1, location.group);
}
