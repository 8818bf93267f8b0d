/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking PDs into the client's hands and giving them back. No packet ends a PD for good. */
#include "gdbstub/core/parts.h"
#include "gdbstub/rsp/hex.h"

bool attach_pd(struct gdbstub *stub, unsigned pd)
{
    struct inferior *inferior = &stub->inferiors[pd];

    if (inferior->attached || !stub->target->claim(stub->target, pd)) {
        return false;
    }
    *inferior = (struct inferior){ .attached = true, .fresh = true, .held = inferior->held };
    stub->target->stop(stub->target, pd, &inferior->stop);
    stub->current = stub->told = (int)pd;
    return true;
}

void attach_any(struct gdbstub *stub)
{
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (attach_pd(stub, pd)) {
            return;
        }
    }
}

void detach_pd(struct gdbstub *stub, unsigned pd)
{
    struct inferior *inferior = &stub->inferiors[pd];

    stop_inferior(stub, pd);
    remove_breakpoints_of(stub, pd);
    if (inferior->timed) {
        stub->target->stop_at_timeout(stub->target, pd, false);
    }
    resume_inferior(stub, pd, false);
    inferior->attached = false;
    stub->target->release(stub->target, pd);
}

/* In all-stop the answer is the stop; in non-stop the stop is told afterwards. */
static void tell_attached(struct gdbstub *stub, unsigned pd)
{
    if (stub->non_stop) {
        stub->inferiors[pd].pending = true;
        reply_ok(stub);
    } else {
        put_stop_reply(stub, pd);
    }
}

void handle_attach(struct gdbstub *stub, struct rsp_cursor *args)
{
    uint64_t process;
    uint64_t pd;

    if (!rsp_take_number(args, &process) || !rsp_at_end(args)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    pd = process - stub->target->first_process;
    if (pd >= stub->target->pd_count || !attach_pd(stub, (unsigned)pd)) {
        reply_error(stub, ERROR_REFUSED);
        return;
    }
    tell_attached(stub, (unsigned)pd);
}

void detach_all(struct gdbstub *stub)
{
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached) {
            detach_pd(stub, pd);
        }
    }
}

/* D: all; D;process: one. */
void handle_detach(struct gdbstub *stub, struct rsp_cursor *args)
{
    uint64_t process;
    int pd;

    if (rsp_at_end(args)) {
        detach_all(stub);
        reply_ok(stub);
        return;
    }
    if (!rsp_take(args, ";") || !rsp_take_number(args, &process) || !rsp_at_end(args)
            || process > INT32_MAX) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    pd = find_inferior(stub, (int64_t)process);
    if (pd < 0) {
        reply_error(stub, ERROR_NO_THREAD);
        return;
    }
    detach_pd(stub, (unsigned)pd);
    reply_ok(stub);
}

/* A PD is part of the system; all that ends is the debugging of it. */
void handle_kill(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct rsp_cursor with_separator = { args->at - 1, args->end };

    handle_detach(stub, &with_separator);
}

void handle_kill_all(struct gdbstub *stub, struct rsp_cursor *args)
{
    (void)args;
    detach_all(stub);
    stub->silent = true;
}

int pd_named(const struct gdbstub *stub, const uint8_t *name, size_t length)
{
    for (size_t i = length; i > 0; i--) {
        if (name[i - 1] == '/') {
            name += i;
            length -= i;
            break;
        }
    }
    if (length > 4 && text_is(".elf", name + length - 4, 4)) {
        length -= 4;
    }
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (text_is(stub->target->name(stub->target, pd), name, length)) {
            return (int)pd;
        }
    }
    return -1;
}

static int take_pd_name(struct gdbstub *stub, struct rsp_cursor *args)
{
    uint8_t name[2 * TARGET_NAME_MAX];
    struct rsp_cursor digits = rsp_take_until(args, ';');
    size_t length = rsp_left(&digits) / 2;

    if (length > sizeof(name) || !rsp_take_hex(&digits, name, length) || !rsp_at_end(&digits)) {
        return -1;
    }
    return length == 0 ? stub->told : pd_named(stub, name, length);
}

/* vRun;name;arguments...: from its first instruction. */
void handle_run(struct gdbstub *stub, struct rsp_cursor *args)
{
    int pd = take_pd_name(stub, args);

    if (pd < 0) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    if (!stub->inferiors[pd].attached && !attach_pd(stub, (unsigned)pd)) {
        reply_error(stub, ERROR_REFUSED);
        return;
    }
    stop_inferior(stub, (unsigned)pd);
    if (!stub->target->restart(stub->target, (unsigned)pd)) {
        reply_error(stub, ERROR_REFUSED);
        return;
    }
    stub->inferiors[pd].stop = (struct target_stop){ .kind = STOP_START };
    tell_attached(stub, (unsigned)pd);
}

void handle_is_attached(struct gdbstub *stub, struct rsp_cursor *args)
{
    (void)stub;
    (void)args;
    rsp_put(&stub->reply, "1"); /* PDs are there before their debugger: quit means detach */
}
