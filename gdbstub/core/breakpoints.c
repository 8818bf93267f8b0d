/* SPDX-License-Identifier: BSD-2-Clause */
/* Breakpoints and watchpoints: the table, and putting them into memory or hardware. */
#include "gdbstub/core/parts.h"

static const enum target_watch hardware_kinds[BREAKPOINT_KINDS] = {
    [BREAK_HARDWARE] = TARGET_EXECUTE,
    [WATCH_WRITE] = TARGET_WRITE,
    [WATCH_READ] = TARGET_READ,
    [WATCH_ACCESS] = TARGET_ACCESS,
};

struct breakpoint *find_breakpoint(
        struct gdbstub *stub, unsigned pd, enum breakpoint_kind kind, uint64_t address)
{
    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        struct breakpoint *breakpoint = &stub->breakpoints[i];

        if (breakpoint->used && !breakpoint->own && breakpoint->pd == pd && breakpoint->kind == kind
                && breakpoint->address == address) {
            return breakpoint;
        }
    }
    return NULL;
}

static bool put(struct gdbstub *stub, struct breakpoint *breakpoint)
{
    static const uint32_t instruction = AARCH64_BREAKPOINT;
    struct target *target = stub->target;

    if (breakpoint->kind == BREAK_SOFTWARE) {
        return target->write_memory(target, breakpoint->pd, breakpoint->address, &instruction,
                       sizeof(instruction))
                == sizeof(instruction);
    }
    breakpoint->unit = target->set_watch(target, breakpoint->pd, hardware_kinds[breakpoint->kind],
            breakpoint->address, breakpoint->length);
    return breakpoint->unit >= 0;
}

void breakpoint_put(struct gdbstub *stub, struct breakpoint *breakpoint)
{
    breakpoint->lifted = false;
    put(stub, breakpoint);
}

void breakpoint_lift(struct gdbstub *stub, struct breakpoint *breakpoint)
{
    struct target *target = stub->target;

    breakpoint->lifted = true;
    if (breakpoint->kind == BREAK_SOFTWARE) {
        target->write_memory(target, breakpoint->pd, breakpoint->address, &breakpoint->original,
                sizeof(breakpoint->original));
    } else if (breakpoint->unit >= 0) {
        target->clear_watch(target, breakpoint->pd, breakpoint->unit);
    }
}

void remove_breakpoint(struct gdbstub *stub, struct breakpoint *breakpoint)
{
    struct inferior *inferior = &stub->inferiors[breakpoint->pd];

    if (inferior->lifted == breakpoint) {
        inferior->lifted = NULL; /* out already; the step goes on */
    } else {
        breakpoint_lift(stub, breakpoint);
    }
    breakpoint->used = false;
}

void remove_breakpoints_of(struct gdbstub *stub, unsigned pd)
{
    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        if (stub->breakpoints[i].used && stub->breakpoints[i].pd == pd) {
            remove_breakpoint(stub, &stub->breakpoints[i]);
        }
    }
}

void breakpoint_remove_own(struct gdbstub *stub, struct breakpoint *breakpoint)
{
    struct breakpoint *known;

    remove_breakpoint(stub, breakpoint);
    known = find_breakpoint(stub, breakpoint->pd, BREAK_SOFTWARE, breakpoint->address);
    if (known != NULL && !known->lifted) {
        breakpoint_put(stub, known); /* it came meanwhile */
    }
}

/* "kind,address,length", common to Z and z. */
static bool take_place(struct gdbstub *stub, struct rsp_cursor *args, struct breakpoint *place)
{
    uint64_t kind;
    struct rsp_range range;
    int pd = current_pd(stub);

    if (!rsp_take_number(args, &kind) || kind >= BREAKPOINT_KINDS || !rsp_take(args, ",")
            || !rsp_take_range(args, &range) || pd < 0) {
        return false;
    }
    place->kind = (uint8_t)kind;
    place->pd = (uint16_t)pd;
    place->address = range.start;
    place->length = range.length;
    return true;
}

/* The original bytes of a new software breakpoint; false if there can be none. */
static bool read_original(struct gdbstub *stub, struct breakpoint *place)
{
    return place->kind != BREAK_SOFTWARE
            || (place->address % AARCH64_BREAKPOINT_SIZE == 0
                    && stub_read(stub, place->pd, place->address, &place->original,
                               sizeof(place->original))
                            == sizeof(place->original));
}

static struct breakpoint *free_breakpoint(struct gdbstub *stub)
{
    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        if (!stub->breakpoints[i].used) {
            return &stub->breakpoints[i];
        }
    }
    return NULL;
}

bool breakpoint_add_own(struct gdbstub *stub, unsigned pd, uint64_t address)
{
    struct breakpoint place = { .used = true,
        .own = true,
        .kind = BREAK_SOFTWARE,
        .pd = (uint16_t)pd,
        .unit = -1,
        .address = address,
        .length = AARCH64_BREAKPOINT_SIZE };
    const struct breakpoint *known = find_breakpoint(stub, pd, BREAK_SOFTWARE, address);
    struct breakpoint *breakpoint = free_breakpoint(stub);

    if (known != NULL && !known->lifted) {
        return true; /* that one will do */
    }
    if (breakpoint == NULL || !read_original(stub, &place) || !put(stub, &place)) {
        return false;
    }
    *breakpoint = place;
    return true;
}

/* A second Z for the same place replaces conditions and commands. */
void handle_insert(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct breakpoint place = { .used = true, .unit = -1 };
    struct breakpoint *breakpoint;

    if (!take_place(stub, args, &place) || !take_expressions(args, &place)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    breakpoint = find_breakpoint(stub, place.pd, place.kind, place.address);
    if (breakpoint != NULL && breakpoint->length == place.length) {
        breakpoint->conditions_end = place.conditions_end;
        breakpoint->commands_end = place.commands_end;
        bytes_copy(breakpoint->code, place.code, sizeof(place.code));
        reply_ok(stub);
        return;
    }
    breakpoint = free_breakpoint(stub);
    if (breakpoint == NULL) {
        reply_error(stub, ERROR_NO_ROOM);
    } else if (!read_original(stub, &place) || !put(stub, &place)) {
        reply_error(stub, ERROR_REFUSED);
    } else {
        *breakpoint = place;
        reply_ok(stub);
    }
}

/* To remove what is not there is no error: GDB may repeat itself. */
void handle_remove(struct gdbstub *stub, struct rsp_cursor *args)
{
    struct breakpoint place;
    struct breakpoint *breakpoint;

    if (!take_place(stub, args, &place)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    breakpoint = find_breakpoint(stub, place.pd, place.kind, place.address);
    if (breakpoint != NULL) {
        remove_breakpoint(stub, breakpoint);
    }
    reply_ok(stub);
}
