/* SPDX-License-Identifier: BSD-2-Clause */
/* lionscope gdb: a local port for gdb-multiarch, and gdb-multiarch itself, attached to a PD. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console/app/interrupt.h"
#include "console/app/source_folders.h"
#include "console/commands/all.h"
#include "console/gdb/bridge.h"
#include "console/gdb/holder.h"

/* In this project's folder. */
#define SCRIPT "console/gdb/lionscope_gdb.py"
/* For the table of queues. */
#define QUEUE_INTERVAL_MS 1000
#define QUEUE_SAMPLES     4 /* a second */
/* For GDB to wait for an answer: the longest takes two at 115,200 baud, where others use the line, too. */
#define ANSWER_SECONDS 10

struct gdb_run {
    struct command_run *run;
    struct session *session;
    struct bridge *bridge; /* NULL: that of another console is used */
    int pd;                /* to attach to; -1: none */
    pid_t child;
};

static bool lists_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->hello_known && session->model->pds_known && session->modules.complete;
}

#define ARGUMENTS_MAX 20
#define ARGUMENT_MAX  (SOURCE_FOLDERS_MAX * SOURCE_FOLDER_MAX + 100)

struct arguments {
    char text[ARGUMENTS_MAX][ARGUMENT_MAX];
    char *list[ARGUMENTS_MAX + 1];
    size_t count;
};

static void add(struct arguments *arguments, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void add(struct arguments *arguments, const char *format, ...)
{
    va_list args;
    char *text = arguments->text[arguments->count];

    va_start(args, format);
    vsnprintf(text, ARGUMENT_MAX, format, args);
    va_end(args);
    arguments->list[arguments->count++] = text;
    arguments->list[arguments->count] = NULL;
}

/* GDB takes what stands in quotes as one, and each colon for the end of a folder. */
static void add_source_folders(const struct gdb_run *gdb, struct arguments *arguments)
{
    static struct source_folders folders;
    char list[ARGUMENT_MAX - 20] = "";
    size_t length = 0;

    source_folders_find(&folders, gdb->session->target.archive);
    for (size_t i = 0; i < folders.count; i++) {
        length += (size_t)snprintf(
                list + length, sizeof(list) - length, "%s%s", i > 0 ? ":" : "", folders.at[i]);
    }
    add(arguments, "directory \"%s\"", list);
}

/* The command line of GDB. Process numbers are indices of PDs plus one. */
static void gdb_arguments(const struct gdb_run *gdb, unsigned port, struct arguments *arguments)
{
    add(arguments, "gdb-multiarch");
    add(arguments, "-q");
    add(arguments, "-ex");
    add(arguments, "set non-stop on");
    add(arguments, "-ex");
    add(arguments, "set remotetimeout %d", ANSWER_SECONDS);
    add(arguments, "-ex");
    add_source_folders(gdb, arguments);
    add(arguments, "-ex");
    add(arguments, "source %s/" SCRIPT, source_folder());
    add(arguments, "-ex");
    add(arguments, "target extended-remote 127.0.0.1:%u", port);
    if (gdb->pd >= 0) {
        add(arguments, "-ex");
        add(arguments, "attach %d", gdb->pd + 1);
    }
}

static void print_command(const struct gdb_run *gdb, unsigned port)
{
    static struct arguments arguments;

    gdb_arguments(gdb, port, &arguments);
    for (size_t i = 0; i < arguments.count; i++) {
        const char *quote = strchr(arguments.list[i], ' ') != NULL ? "'" : "";

        fprintf(gdb->run->out, "%s%s%s%s", i > 0 ? " " : "", quote, arguments.list[i], quote);
    }
    fputc('\n', gdb->run->out);
    fflush(gdb->run->out);
}

/* An interrupt from the terminal is GDB's business. */
static void start_gdb(struct gdb_run *gdb, unsigned port)
{
    static struct arguments arguments;

    gdb_arguments(gdb, port, &arguments);
    signal(SIGINT, SIG_IGN);
    gdb->child = fork();
    if (gdb->child == 0) {
        signal(SIGINT, SIG_DFL);
        execvp(arguments.list[0], arguments.list);
        fprintf(stderr, "lionscope: %s: %s\n", arguments.list[0], strerror(errno));
        _exit(127);
    }
}

static void serve_once(struct gdb_run *gdb)
{
    struct pollfd polled[BRIDGE_POLL_MAX + 1];
    size_t count = bridge_poll(gdb->bridge, polled);
    int wait = session_wait_ms(gdb->session);

    polled[count++] = (struct pollfd){ .fd = session_descriptor(gdb->session),
        .events = session_poll_events(gdb->session) };
    poll(polled, (nfds_t)count, wait < BRIDGE_WAIT_MS ? wait : BRIDGE_WAIT_MS);
    bridge_step(gdb->bridge);
    session_step(gdb->session);
}

/* Until our GDB has ended and no other console's is left; without one of our own, until a signal. */
static void serve(struct gdb_run *gdb)
{
    int status;

    while (gdb->child > 0 && waitpid(gdb->child, &status, WNOHANG) == 0) {
        serve_once(gdb);
    }
    interrupt_catch();
    if (gdb->child > 0 && bridge_users(gdb->bridge) > 0) {
        fprintf(stderr,
                "lionscope: another console's debugger is still connected through this one; "
                "Ctrl-C ends it\n");
    }
    while (!interrupt_seen() && (gdb->child == 0 || bridge_users(gdb->bridge) > 0)) {
        serve_once(gdb);
    }
}

/* The channel is taken: by a console whose port we can use, too, or by one that has to be waited for. */
static enum exit_status be_guest(struct gdb_run *gdb)
{
    struct command_run *run = gdb->run;
    struct holder holder;
    int status;

    if (run->error.status != STATUS_POLICY || !holder_read(gdb->session->target.place, &holder)) {
        return run->error.status;
    }
    if (holder.port == 0 || run->options->port != 0) {
        return command_failed(run, STATUS_POLICY,
                "process %ld ('%s') uses the target's gdb channel%s", (long)holder.process,
                holder.words, holder.port != 0 ? ", and has a port of its own" : "");
    }
    run->error.status = STATUS_OK;
    if (run->options->serve) {
        print_command(gdb, holder.port);
        return STATUS_OK;
    }
    fprintf(stderr, "lionscope: through the port of process %ld ('%s')\n", (long)holder.process,
            holder.words);
    start_gdb(gdb, holder.port);
    waitpid(gdb->child, &status, 0);
    return STATUS_OK;
}

static void note_holder(const struct gdb_run *gdb)
{
    char words[64];

    snprintf(words, sizeof(words), "lionscope gdb%s%s", gdb->pd >= 0 ? " " : "",
            gdb->pd >= 0 ? names_pd(&gdb->session->model->names, (unsigned)gdb->pd) : "");
    holder_write(gdb->session->target.place, bridge_port(gdb->bridge), words);
}

static enum exit_status find_pd(struct gdb_run *gdb)
{
    struct command_run *run = gdb->run;
    const char *name = run->options->argument_count > 0 ? run->options->arguments[0] : NULL;

    gdb->pd = -1;
    if (name == NULL) {
        return STATUS_OK;
    }
    gdb->pd = names_find_pd(&gdb->session->model->names, name);
    if (gdb->pd < 0) {
        return command_usage(run, "there is no protection domain '%s'", name);
    }
    if ((gdb->session->model->pds[gdb->pd].flags & PROTOCOL_PD_CHILD) == 0) {
        return command_failed(run, STATUS_FAILURE,
                "'%s' is not a child of the monitor: it gets neither its faults nor its registers",
                name);
    }
    return STATUS_OK;
}

static enum exit_status run_gdb(struct command_run *run)
{
    struct session_needs needs = { .queue_interval = QUEUE_INTERVAL_MS,
        .queue_samples_per_second = QUEUE_SAMPLES };
    struct gdb_run gdb = { .run = run, .session = command_session(run, &needs) };

    if (gdb.session != NULL) {
        gdb.session->modules.wanted = true; /* which image a PD runs, and so whose symbols */
    }
    if (gdb.session == NULL
            || !session_wait(gdb.session, lists_known, NULL, run->options->timeout_s, &run->error)
            || find_pd(&gdb) != STATUS_OK) {
        return run->error.status;
    }
    if (run->options->print_command) {
        print_command(&gdb, run->options->port);
        return STATUS_OK;
    }
    if (!session_claim(gdb.session, CHANNEL_GDB, &run->error)) {
        return be_guest(&gdb);
    }
    gdb.bridge = bridge_open(gdb.session, run->options->port, &run->error);
    if (gdb.bridge == NULL) {
        return run->error.status;
    }
    note_holder(&gdb);
    if (run->options->serve) {
        print_command(&gdb, bridge_port(gdb.bridge));
    } else {
        start_gdb(&gdb, bridge_port(gdb.bridge));
    }
    serve(&gdb);
    holder_remove(gdb.session->target.place);
    bridge_close(gdb.bridge);
    return STATUS_OK;
}

const struct command command_gdb = {
    .name = "gdb",
    .arguments = "[PD]",
    .arguments_min = 0,
    .arguments_max = 1,
    .completes = COMPLETES_PD,
    .summary = "debug a protection domain while the others run",
    .details =
            "Starts gdb-multiarch, attached to the PD, in non-stop mode: only what is debugged "
            "stops. Symbols come from the system archive, and those of reloaded images, which are libraries to "
            "GDB, from the store of modules. With --serve it only opens a port and "
            "prints the command for GDB; with --print-command it prints that for the port given "
            "with --port, for use in an IDE. A second one on the same target uses the port of the "
            "first. When GDB ends, or the link is cut, no breakpoint is "
            "left, and the PD runs on.",
    .options = "serve print-command port",
    .examples = "lionscope gdb client0\n"
                "lionscope gdb --serve --port 3333\n"
                "lionscope gdb client0 --print-command --port 3333\n",
    .run = run_gdb,
};
