/* SPDX-License-Identifier: BSD-2-Clause */
/* PDs as processes with one thread each; the thread has the number of its process. */
#include "gdbstub/core/parts.h"

uint32_t process_of(const struct gdbstub *stub, unsigned pd)
{
    return stub->target->first_process + pd;
}

static int pd_of(const struct gdbstub *stub, int64_t process)
{
    int64_t pd = process - stub->target->first_process;

    return pd >= 0 && pd < stub->target->pd_count ? (int)pd : -1;
}

int find_inferior(const struct gdbstub *stub, int64_t process)
{
    int pd = pd_of(stub, process);

    return pd >= 0 && stub->inferiors[pd].attached ? pd : -1;
}

bool names_pd(const struct gdbstub *stub, struct rsp_thread thread, unsigned pd)
{
    int64_t id = process_of(stub, pd);

    return (thread.process <= 0 || thread.process == id)
            && (thread.thread <= 0 || thread.thread == id);
}

int current_pd(const struct gdbstub *stub)
{
    if (stub->current >= 0 && stub->inferiors[stub->current].attached) {
        return stub->current;
    }
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached) {
            return (int)pd;
        }
    }
    return -1;
}

void put_thread(struct gdbstub *stub, unsigned pd)
{
    if (stub->multiprocess) {
        rsp_put(&stub->reply, "p");
        rsp_put_number(&stub->reply, process_of(stub, pd));
        rsp_put(&stub->reply, ".");
    }
    rsp_put_number(&stub->reply, process_of(stub, pd));
}

void describe_pd(struct gdbstub *stub, unsigned pd, char text[TARGET_TEXT_MAX])
{
    const struct inferior *inferior = &stub->inferiors[pd];

    if (inferior->attached && !inferior->running) {
        explain_stop(&inferior->stop, text);
    } else {
        stub->target->describe(stub->target, pd, text);
    }
}

/* The first attached PD that a specification names; -1: none. */
static int first_named(const struct gdbstub *stub, struct rsp_thread thread)
{
    int current = current_pd(stub);

    if (current >= 0 && names_pd(stub, thread, (unsigned)current)) {
        return current;
    }
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached && names_pd(stub, thread, pd)) {
            return (int)pd;
        }
    }
    return -1;
}

void handle_select(struct gdbstub *stub, struct rsp_cursor *args)
{
    bool for_resuming = rsp_take(args, "c");
    struct rsp_thread thread;
    int pd;

    if ((!for_resuming && !rsp_take(args, "g")) || !rsp_take_thread(args, &thread)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    pd = first_named(stub, thread);
    if (for_resuming) {
        stub->resumed = thread.thread == RSP_ALL ? -1 : pd;
    } else if (pd >= 0) {
        stub->current = pd;
    } else if (thread.process > 0 || thread.thread > 0) {
        reply_error(stub, ERROR_NO_THREAD);
        return;
    }
    reply_ok(stub);
}

void handle_alive(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct rsp_thread thread;

    if (rsp_take_thread(args, &thread) && first_named(stub, thread) >= 0) {
        reply_ok(stub);
    } else {
        reply_error(stub, ERROR_NO_THREAD);
    }
}

void handle_current(struct gdbstub *stub, struct rsp_cursor *args)
{
    int pd = current_pd(stub);

    (void)args;
    if (pd >= 0) {
        rsp_put(&stub->reply, "QC");
        put_thread(stub, (unsigned)pd);
    }
}

/* All fit into one packet: at most 20 bytes each. */
void handle_first_threads(struct gdbstub *stub, struct rsp_cursor *args)
{
    (void)args;
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached) {
            rsp_put(&stub->reply, stub->reply.length == 0 ? "m" : ",");
            put_thread(stub, pd);
        }
    }
    if (stub->reply.length == 0) {
        rsp_put(&stub->reply, "l");
    }
}

void handle_more_threads(struct gdbstub *stub, struct rsp_cursor *args)
{
    (void)args;
    rsp_put(&stub->reply, "l");
}

void handle_extra_info(struct gdbstub *stub, struct rsp_cursor *args)
{
    char words[TARGET_TEXT_MAX];
    struct rsp_thread thread;
    int pd = rsp_take_thread(args, &thread) ? first_named(stub, thread) : -1;

    if (pd < 0) {
        reply_error(stub, ERROR_NO_THREAD);
        return;
    }
    describe_pd(stub, (unsigned)pd, words);
    rsp_put_hex(&stub->reply, stub->target->name(stub->target, (unsigned)pd),
            text_length(stub->target->name(stub->target, (unsigned)pd)));
    rsp_put_hex(&stub->reply, ": ", 2);
    rsp_put_hex(&stub->reply, words, text_length(words));
}
