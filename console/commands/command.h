/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands. One table feeds parser, prompt, help, completion and manual page; console/README.md says how
 * to add one.
 */
#pragma once

#include <stdio.h>

#include "console/app/options.h"
#include "console/app/session.h"

/* What a command's arguments name, for completion. */
enum command_completes {
    COMPLETES_NOTHING,
    COMPLETES_PD,
    COMPLETES_QUEUE,
    COMPLETES_VARIABLE, /* PD.VARIABLE */
    COMPLETES_COMMAND,
    COMPLETES_SHELL, /* bash, zsh */
    COMPLETES_FILE,
    COMPLETES_MODULE,    /* an ELF file of a module */
    COMPLETES_PD_MODULE, /* a PD that can be reloaded, then a module */
    COMPLETES_RELOADABLE,
};

/* One run of a command. */
struct command_run {
    const struct command *command;
    const struct options *options;
    FILE *out;              /* where data go; errors go to standard error, or into `error` */
    bool inside;            /* from the prompt: `shared` is a session that goes on afterwards */
    struct session *shared; /* NULL outside */
    struct session own;     /* the command's own one, if it asked for a session outside */
    struct error_report error;
};

struct command {
    const char *name;
    const char *arguments; /* as in "PD [ADDRESS]"; "" for none */
    size_t arguments_min, arguments_max;
    enum command_completes completes;
    bool changes;         /* the target: the full screen asks before */
    bool hidden;          /* not for people: left out of help and completion */
    const char *summary;  /* a line, begins small, without a full stop */
    const char *details;  /* sentences */
    const char *options;  /* names of the options it takes, besides the general ones; "" for none */
    const char *examples; /* lines "lionscope ...", each with a line end */
    /* Sets run->error for everything but STATUS_OK and STATUS_PROBLEMS. */
    enum exit_status (*run)(struct command_run *run);
};

/* Ends with NULL. */
extern const struct command *const command_table[];

/* NULL if there is no such command. */
const struct command *command_find(const char *name);
/*
 * Checks the arguments and runs the command. Errors are in run->error afterwards and not yet printed.
 * run->options->command names it; `out`, `inside` and `shared` are set by the caller.
 */
enum exit_status command_execute(struct command_run *run);

/*
 * The session of a run: the shared one, or one opened now and closed when the run ends. NULL:
 * run->error says why.
 */
struct session *command_session(struct command_run *run, const struct session_needs *needs);

/* What tables need: all streams, so often that --interval has several reports. */
struct session_needs command_needs(const struct options *options);

/* Sets run->error and returns its status. */
enum exit_status command_failed(struct command_run *run, enum exit_status status,
        const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for what is wrong with arguments. */
enum exit_status command_usage(struct command_run *run, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
