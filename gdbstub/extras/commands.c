/* SPDX-License-Identifier: BSD-2-Clause */
/* `monitor COMMAND` of GDB. The answer is text, sent as pairs of digits. */
#include "gdbstub/core/parts.h"

static void say(struct gdbstub *stub, const char *text)
{
    rsp_put_hex(&stub->reply, text, text_length(text));
}

static void say_decimal(struct gdbstub *stub, uint64_t number)
{
    char digits[24] = "";
    struct text text = { digits, sizeof(digits) };

    text_put_decimal(&text, number);
    say(stub, digits);
}

static void say_hex(struct gdbstub *stub, uint64_t number)
{
    char digits[24] = "";
    struct text text = { digits, sizeof(digits) };

    text_put_hex(&text, number);
    say(stub, digits);
}

/* One line on a PD: what `attach` takes, name, state. */
static void say_pd(struct gdbstub *stub, unsigned pd)
{
    char words[TARGET_TEXT_MAX];

    say_decimal(stub, process_of(stub, pd));
    say(stub, "\t");
    say(stub, stub->target->name(stub->target, pd));
    say(stub, stub->inferiors[pd].attached ? "\tattached\t" : "\t\t");
    describe_pd(stub, pd, words);
    say(stub, words);
    say(stub, "\n");
}

static void command_pds(struct gdbstub *stub, int pd)
{
    (void)pd;
    for (unsigned i = 0; i < stub->target->pd_count; i++) {
        say_pd(stub, i);
    }
}

static void command_why(struct gdbstub *stub, int pd)
{
    say_pd(stub, (unsigned)pd);
}

/* A PD that is stopped stays so, at its entry; one that runs runs from there. */
static void command_restart(struct gdbstub *stub, int pd)
{
    struct inferior *inferior = &stub->inferiors[pd];
    bool ran = inferior->running;

    if (!inferior->attached) {
        say(stub, "attach to it first\n");
        return;
    }
    stop_inferior(stub, (unsigned)pd);
    if (!stub->target->restart(stub->target, (unsigned)pd)) {
        say(stub, "its entry point is not known\n");
    } else if (!ran || inferior->held) {
        inferior->stop = (struct target_stop){ .kind = STOP_START };
        inferior->pending = ran;
        say(stub, "at its entry; registers that GDB has read before are void: flushregs\n");
        return;
    } else {
        say(stub, "restarted\n");
    }
    resume_inferior(stub, (unsigned)pd, false);
}

static void command_hold(struct gdbstub *stub, int pd)
{
    stub->inferiors[pd].held = !stub->inferiors[pd].held;
    say(stub,
            stub->inferiors[pd].held ? "will stop when it is restarted\n"
                                     : "will not stop when it is restarted\n");
}

/* For as long as it is attached. */
static void command_timeout(struct gdbstub *stub, int pd)
{
    struct inferior *inferior = &stub->inferiors[pd];

    if (!inferior->attached) {
        say(stub, "attach to it first\n");
    } else if (!stub->target->stop_at_timeout(stub->target, (unsigned)pd, !inferior->timed)) {
        say(stub, "its timeouts cannot be had\n");
    } else {
        inferior->timed = !inferior->timed;
        say(stub,
                inferior->timed ? "will stop when its budget is spent\n"
                                : "will not stop when its budget is spent\n");
    }
}

static void command_breakpoints(struct gdbstub *stub, int pd)
{
    static const char *const kinds[BREAKPOINT_KINDS] = { "software", "hardware", "write", "read",
        "access" };

    (void)pd;
    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        const struct breakpoint *breakpoint = &stub->breakpoints[i];

        if (breakpoint->used && !breakpoint->own) {
            say(stub, stub->target->name(stub->target, breakpoint->pd));
            say(stub, "\t");
            say(stub, kinds[breakpoint->kind]);
            say(stub, "\t");
            say_hex(stub, breakpoint->address);
            say(stub, breakpoint->conditions_end != 0 ? "\tconditional\n" : "\n");
        }
    }
}

static void command_help(struct gdbstub *stub, int pd);

static const struct {
    const char *name;
    const char *help;
    bool takes_pd;
    void (*run)(struct gdbstub *stub, int pd);
} commands[] = {
    { "help", "this list", false, command_help },
    { "pds", "all PDs: number for attach, name, state", false, command_pds },
    { "why", "[PD]: why it has stopped, or what it waits for", true, command_why },
    { "restart", "[PD]: to its entry point; memory stays as it is", true, command_restart },
    { "hold", "[PD]: stop it at its entry when it is restarted; again: do not", true,
            command_hold },
    { "timeout", "[PD]: stop it when its budget is spent; again: do not", true, command_timeout },
    { "breakpoints", "what stands in memory and in debug registers", false, command_breakpoints },
};

static void command_help(struct gdbstub *stub, int pd)
{
    (void)pd;
    for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        say(stub, commands[i].name);
        say(stub, " ");
        say(stub, commands[i].help);
        say(stub, "\n");
    }
}

static void run(struct gdbstub *stub, const uint8_t *line, size_t length)
{
    struct rsp_cursor name = { line, line + length };
    struct rsp_cursor word = rsp_take_until(&name, ' ');
    int pd = rsp_at_end(&name) ? current_pd(stub) : pd_named(stub, name.at, rsp_left(&name));

    for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (!text_is(commands[i].name, word.at, rsp_left(&word))) {
            continue;
        }
        if (commands[i].takes_pd && pd < 0) {
            say(stub,
                    rsp_at_end(&name) ? "which PD? none is attached\n"
                                      : "there is no PD of that name; see: monitor pds\n");
        } else {
            commands[i].run(stub, pd);
        }
        return;
    }
    say(stub, "no such command; see: monitor help\n");
}

void handle_monitor(struct gdbstub *stub, struct rsp_cursor *args)
{
    uint8_t line[128];
    size_t length = rsp_left(args) / 2;

    if (length > sizeof(line) || !rsp_take_hex(args, line, length) || !rsp_at_end(args)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    run(stub, line, length);
    if (stub->reply.length == 0) {
        reply_ok(stub); /* nothing to say; an empty answer would mean that there are no commands */
    }
}
