/* SPDX-License-Identifier: BSD-2-Clause */
/* Running and stopping, and telling the client of stops: at once (all-stop) or when it can take them. */
#include "gdbstub/core/parts.h"

#define SIGNAL_INT 2

uint64_t read_pc(struct gdbstub *stub, unsigned pd)
{
    struct aarch64_context context;

    return stub->target->read_registers(stub->target, pd, AARCH64_GENERAL, &context)
            ? context.general.pc
            : UINT64_MAX;
}

/* The PD has stopped: memory is again as it is between steps. */
static void put_back(struct gdbstub *stub, unsigned pd)
{
    struct inferior *inferior = &stub->inferiors[pd];

    if (step_end(stub, pd)) {
        inferior->stop = (struct target_stop){ .kind = STOP_STEP };
    }
    if (inferior->lifted != NULL) {
        breakpoint_put(stub, inferior->lifted);
        inferior->lifted = NULL;
    }
}

void stop_inferior(struct gdbstub *stub, unsigned pd)
{
    struct inferior *inferior = &stub->inferiors[pd];

    if (inferior->running) {
        stub->target->stop(stub->target, pd, &inferior->stop);
        inferior->running = false;
        put_back(stub, pd);
    }
}

void resume_inferior(struct gdbstub *stub, unsigned pd, bool step)
{
    struct inferior *inferior = &stub->inferiors[pd];

    inferior->running = true;
    inferior->fresh = false;
    inferior->pending = false;
    inferior->stop.kind = STOP_NONE;
    stub->target->resume(stub->target, pd, step && !step_begin(stub, pd));
}

/* ---- telling ---- */

static int first_pending(const struct gdbstub *stub)
{
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached && stub->inferiors[pd].pending) {
            return (int)pd;
        }
    }
    return -1;
}

static void stop_all(struct gdbstub *stub)
{
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached) {
            stop_inferior(stub, pd);
        }
    }
}

void deliver_stops(struct gdbstub *stub)
{
    int pd = first_pending(stub);

    if (pd < 0) {
        return;
    }
    stub->reply.length = 0;
    if (stub->non_stop && !stub->notified) {
        stub->notified = true;
        rsp_put(&stub->reply, "Stop:");
        put_stop_reply(stub, (unsigned)pd);
        rsp_queue_packet(&stub->queue, '%', stub->reply.bytes, stub->reply.length);
    } else if (!stub->non_stop && stub->waiting) {
        stub->waiting = false;
        stop_all(stub);
        put_stop_reply(stub, (unsigned)pd);
        send_reply(stub);
    }
}

/* ? : all-stop: the last stop; non-stop: the first of all that are stopped, the rest by vStopped. */
void handle_reason(struct gdbstub *stub, struct rsp_cursor *args)
{
    int pd;

    (void)args;
    if (!stub->extended && current_pd(stub) < 0) {
        attach_any(stub);
    }
    if (stub->non_stop) {
        for (unsigned i = 0; i < stub->target->pd_count; i++) {
            stub->inferiors[i].pending = stub->inferiors[i].attached && !stub->inferiors[i].running;
        }
        stub->notified = true;
        handle_more_stops(stub, args);
        return;
    }
    stop_all(stub);
    pd = stub->told >= 0 && stub->inferiors[stub->told].attached ? stub->told : current_pd(stub);
    if (pd < 0) {
        rsp_put(&stub->reply, "W00");
    } else {
        put_stop_reply(stub, (unsigned)pd);
    }
}

void handle_more_stops(struct gdbstub *stub, struct rsp_cursor *args)
{
    int pd = first_pending(stub);

    (void)args;
    if (pd >= 0) {
        put_stop_reply(stub, (unsigned)pd);
    } else {
        stub->notified = false;
        reply_ok(stub);
    }
}

static void interrupt(struct gdbstub *stub, unsigned pd, unsigned signal)
{
    struct inferior *inferior = &stub->inferiors[pd];

    if (!inferior->attached || !inferior->running) {
        return;
    }
    stop_inferior(stub, pd);
    if (inferior->stop.kind == STOP_REQUESTED) {
        inferior->stop.detail = signal;
    }
    inferior->pending = true;
}

/* One PD: the one that stopped last, if it runs, otherwise the first that does. */
void handle_interrupt(struct gdbstub *stub, struct rsp_cursor *args)
{
    int chosen = -1;

    (void)args;
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached && stub->inferiors[pd].running
                && (chosen < 0 || (int)pd == stub->told)) {
            chosen = (int)pd;
        }
    }
    if (chosen >= 0) {
        interrupt(stub, (unsigned)chosen, SIGNAL_INT);
    }
    reply_ok(stub);
}

/* ---- stops ---- */

/* The breakpoint of ours that a PD has run into; NULL: none. */
static struct breakpoint *breakpoint_hit(struct gdbstub *stub, unsigned pd)
{
    switch (stub->inferiors[pd].stop.kind) {
    case STOP_SOFTWARE_BREAKPOINT:
        return find_breakpoint(stub, pd, BREAK_SOFTWARE, read_pc(stub, pd));
    case STOP_HARDWARE_BREAKPOINT:
        return find_breakpoint(stub, pd, BREAK_HARDWARE, read_pc(stub, pd));
    default:
        return NULL;
    }
}

/* A breakpoint with commands is there for the commands, and the PD goes on. */
static bool breakpoint_matters(struct gdbstub *stub, struct breakpoint *breakpoint)
{
    if (!conditions_hold(stub, breakpoint)) {
        return false;
    }
    if (breakpoint->commands_end > breakpoint->conditions_end) {
        run_commands(stub, breakpoint);
        return false;
    }
    return true;
}

static bool step_matters(struct gdbstub *stub, unsigned pd)
{
    const struct inferior *inferior = &stub->inferiors[pd];

    return inferior->stepping
            && read_pc(stub, pd) - inferior->range_start
            >= inferior->range_end - inferior->range_start;
}

void gdbstub_stopped(struct gdbstub *stub, unsigned pd, const struct target_stop *stop)
{
    struct inferior *inferior = &stub->inferiors[pd];
    struct breakpoint *breakpoint;

    if (pd >= stub->target->pd_count || !inferior->attached || !inferior->running) {
        return;
    }
    inferior->running = false;
    inferior->stop = *stop;
    put_back(stub, pd);
    breakpoint = breakpoint_hit(stub, pd);
    if (breakpoint != NULL && !breakpoint_matters(stub, breakpoint)) {
        inferior->lifted = breakpoint;
        breakpoint_lift(stub, breakpoint);
        resume_inferior(stub, pd, true);
    } else if (inferior->stop.kind == STOP_STEP && !step_matters(stub, pd)) {
        resume_inferior(stub, pd, inferior->stepping);
    } else {
        inferior->pending = true;
        deliver_stops(stub);
    }
}

/* ---- vCont and its ancestors ---- */

struct action {
    char kind; /* c, s, r or t */
    uint64_t start;
    uint64_t end;
    struct rsp_thread thread;
};

/* "kind[signal][start,end][:thread]". Signals are none that a PD could get; they are left out. */
static bool take_action(struct rsp_cursor *args, struct action *action)
{
    struct rsp_cursor part = rsp_take_until(args, ';');
    uint64_t signal;

    *action = (struct action){ .thread = { RSP_ALL, RSP_ALL } };
    if (rsp_at_end(&part)) {
        return false;
    }
    action->kind = (char)*part.at++;
    switch (action->kind) {
    case 'C':
    case 'S':
        action->kind = (char)(action->kind | 0x20);
        if (!rsp_take_number(&part, &signal)) {
            return false;
        }
        break;
    case 'r':
        if (!rsp_take_number(&part, &action->start) || !rsp_take(&part, ",")
                || !rsp_take_number(&part, &action->end) || action->end < action->start) {
            return false;
        }
        break;
    case 'c':
    case 's':
    case 't':
        break;
    default:
        return false;
    }
    return (!rsp_take(&part, ":") || rsp_take_thread(&part, &action->thread)) && rsp_at_end(&part);
}

static void act(struct gdbstub *stub, unsigned pd, const struct action *action)
{
    struct inferior *inferior = &stub->inferiors[pd];

    if (action->kind == 't') {
        interrupt(stub, pd, 0);
    } else if (!inferior->running && !inferior->pending) {
        inferior->stepping = action->kind != 'c';
        inferior->range_start = action->start;
        inferior->range_end = action->end;
        resume_inferior(stub, pd, inferior->stepping);
    }
}

/* The first action that names a PD is the one for it. */
static void act_first(struct gdbstub *stub, unsigned pd, struct rsp_cursor args)
{
    struct action action;

    while (!rsp_at_end(&args) && take_action(&args, &action)) {
        if (names_pd(stub, action.thread, pd)) {
            act(stub, pd, &action);
            return;
        }
    }
}

/* In all-stop the answer is the next stop. */
static void begin_waiting(struct gdbstub *stub)
{
    if (stub->non_stop) {
        reply_ok(stub);
        return;
    }
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached
                && (stub->inferiors[pd].running || stub->inferiors[pd].pending)) {
            stub->waiting = stub->silent = true;
            return;
        }
    }
    reply_error(stub, ERROR_NO_THREAD);
}

void handle_vcont_query(struct gdbstub *stub, struct rsp_cursor *args)
{
    (void)args;
    rsp_put(&stub->reply, "vCont;c;C;s;S;t;r");
}

void handle_vcont(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct rsp_cursor check = *args;
    struct action action;

    do {
        if (!take_action(&check, &action)) {
            reply_error(stub, ERROR_MALFORMED);
            return;
        }
    } while (!rsp_at_end(&check));
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached) {
            act_first(stub, pd, *args);
        }
    }
    begin_waiting(stub);
}

/* c, s, Csignal, Ssignal: for what Hc chose. An address to continue at is not supported, as in gdbserver. */
void handle_resume(struct gdbstub *stub, struct rsp_cursor *args)
{
    uint8_t name = stub->receiver.payload[0];
    struct action action = { .kind = (char)(name | 0x20) };
    int only = stub->resumed >= 0 ? stub->resumed : action.kind == 's' ? current_pd(stub) : -1;

    if (name < 'a') {
        rsp_take_until(args, ';'); /* the signal, which no PD can get */
    }
    if (!rsp_at_end(args)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    for (unsigned pd = 0; pd < stub->target->pd_count; pd++) {
        if (stub->inferiors[pd].attached && (only < 0 || only == (int)pd)) {
            act(stub, pd, &action);
        }
    }
    begin_waiting(stub);
}
