/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables and memory by name: watch, read. */
#include <ctype.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "console/app/interrupt.h"
#include "console/app/memory.h"
#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "host-tools/lib/c_value.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/json_output.h"

#define LINE_BYTES_SHOWN 16
#define CHANGED_MAX      1024

/* What one argument names. */
struct watched {
    const char *text; /* as given */
    unsigned pd;
    const char *path; /* behind the PD's name and the dot */
    struct c_place place;
    unsigned char *bytes;
    unsigned char *before; /* NULL: not read before */
};

/* "PD.PATH": the longest name of a PD that fits. */
static bool split_name(struct command_run *run, const struct session *session, const char *text,
        unsigned *pd, const char **path)
{
    const struct system_archive *archive = &session->model->names.archive;
    size_t best = 0;

    for (size_t i = 0; i < archive->pd_count; i++) {
        size_t length = strlen(archive->pds[i].name);

        if (strncmp(text, archive->pds[i].name, length) == 0 && text[length] == '.'
                && length > best) {
            best = length;
            *pd = (unsigned)i;
            *path = text + length + 1;
        }
    }
    if (best == 0) {
        command_failed(run, STATUS_USAGE, "'%s' names no protection domain of the system", text);
        error_advise(&run->error, "write PD.VARIABLE, for example client0.config.tx.id");
    }
    return best != 0;
}

/* Finds the value and reads it. */
static bool load(struct command_run *run, struct session *session, struct watched *watched)
{
    struct memory_of of = { session, watched->pd };
    struct symbols *symbols = programs_symbols(&session->programs, watched->pd);

    if (symbols == NULL) {
        command_failed(run, STATUS_FAILURE, "the program that %s runs is not known here",
                names_pd(&session->model->names, watched->pd));
        error_advise(&run->error,
                "if it was reloaded from elsewhere: lionscope modules FILE.elf makes a module known");
        return false;
    }
    if (!path_resolve(symbols, watched->path, memory_read_of, &of, &watched->place, &run->error)) {
        return false;
    }
    if (watched->place.type.size == 0 || watched->place.type.size > MEMORY_READ_MAX) {
        command_failed(run, STATUS_FAILURE,
                "%s: its size is %" PRIu64 " bytes; 1 to %d can be read", watched->text,
                watched->place.type.size, MEMORY_READ_MAX);
        return false;
    }
    free(watched->before);
    watched->before = watched->bytes;
    watched->bytes = calloc(1, watched->place.type.size);
    return watched->bytes != NULL
            && memory_read(session, watched->pd, watched->place.address, watched->bytes,
                    watched->place.type.size, &run->error);
}

/* --- text --- */

/* Lines of the value before, to see which have changed. */
struct line_store {
    char *lines[CHANGED_MAX];
    size_t count, at;
    FILE *out;
    bool compare;
};

static void store_line(void *context, const char *path, const char *value)
{
    struct line_store *store = context;

    (void)path;
    if (store->count < CHANGED_MAX) {
        store->lines[store->count++] = strdup(value);
    }
}

static void print_line(void *context, const char *path, const char *value)
{
    struct line_store *store = context;
    bool changed = store->compare && store->at < store->count && store->lines[store->at] != NULL
            && strcmp(store->lines[store->at], value) != 0;

    store->at++;
    fprintf(store->out, "%c %-40s = %s\n", changed ? '*' : ' ', path, value);
}

static void print_value(
        const struct command_run *run, struct session *session, const struct watched *watched)
{
    struct symbols *symbols = programs_symbols(&session->programs, watched->pd);
    static struct line_store store;

    memset(&store, 0, sizeof(store));
    store.out = run->out;
    store.compare = watched->before != NULL;
    if (store.compare) {
        value_lines(symbols, &watched->place, watched->before, watched->text, store_line, &store);
    }
    value_lines(symbols, &watched->place, watched->bytes, watched->text, print_line, &store);
    for (size_t i = 0; i < store.count; i++) {
        free(store.lines[i]);
    }
}

/* --- JSON --- */

static json_t *value_object(struct session *session, const struct watched *watched)
{
    struct symbols *symbols = programs_symbols(&session->programs, watched->pd);
    json_t *object = json_object();

    json_object_set_new(object, "name", json_string(watched->text));
    json_object_set_new(object, "type",
            watched->place.type.name[0] != '\0' ? json_string(watched->place.type.name)
                                                : json_null());
    json_object_set_new(object, "address", json_address(watched->place.address));
    json_object_set_new(object, "size", json_integer((json_int_t)watched->place.type.size));
    json_object_set_new(object, "value", value_json(symbols, &watched->place, watched->bytes));
    return object;
}

static bool show_all(
        struct command_run *run, struct session *session, struct watched *watched, size_t count)
{
    json_t *document, *values = json_array();

    for (size_t i = 0; i < count; i++) {
        if (!load(run, session, &watched[i])) {
            json_decref(values);
            return false;
        }
        if (run->options->json) {
            json_array_append_new(values, value_object(session, &watched[i]));
        } else {
            print_value(run, session, &watched[i]);
        }
    }
    if (run->options->json) {
        document = document_begin(run, session);
        json_object_set_new(document, "values", values);
        document_print(run, document);
    } else {
        json_decref(values);
    }
    fflush(run->out);
    return true;
}

/* --- repeating --- */

static bool time_is_over(const struct session *session, void *context)
{
    (void)session;
    return clock_ms() >= *(const int64_t *)context;
}

static enum exit_status repeat(
        struct command_run *run, struct session *session, struct watched *watched, size_t count)
{
    unsigned times = run->inside ? 1 : run->options->count;

    for (unsigned i = 0; times == 0 || i < times; i++) {
        int64_t next = clock_ms() + (int64_t)(run->options->interval_s * 1000);

        if (i > 0 && !run->options->json) {
            fputc('\n', run->out);
        }
        if (!show_all(run, session, watched, count)) {
            return run->error.status;
        }
        if (ferror(run->out) || i + 1 == times) {
            break;
        }
        if (!session_wait(
                    session, time_is_over, &next, run->options->interval_s + 1, &run->error)) {
            return run->error.status;
        }
    }
    return STATUS_OK;
}

static enum exit_status watch_names(struct command_run *run, struct session *session)
{
    static struct watched watched[OPTIONS_ARGUMENTS_MAX];
    size_t count = run->options->argument_count;
    enum exit_status status = STATUS_OK;

    memset(watched, 0, sizeof(watched));
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        watched[i].text = run->options->arguments[i];
        if (!split_name(run, session, watched[i].text, &watched[i].pd, &watched[i].path)) {
            status = run->error.status;
        }
    }
    if (status == STATUS_OK) {
        status = repeat(run, session, watched, count);
    }
    for (size_t i = 0; i < count; i++) {
        free(watched[i].bytes);
        free(watched[i].before);
    }
    return status;
}

static struct session *session_for_memory(struct command_run *run)
{
    struct session_needs needs = { .link_interval = 0 };
    struct session *session = command_session(run, &needs);

    return session != NULL && memory_ready(session, run->options->timeout_s, &run->error) ? session
                                                                                          : NULL;
}

static enum exit_status run_watch(struct command_run *run)
{
    struct session *session = session_for_memory(run);

    return session != NULL ? watch_names(run, session) : run->error.status;
}

const struct command command_watch = {
    .name = "watch",
    .arguments = "PD.VARIABLE...",
    .arguments_min = 1,
    .arguments_max = OPTIONS_ARGUMENTS_MAX,
    .completes = COMPLETES_VARIABLE,
    .summary = "variables and structures of a running program, live, by their C names",
    .details =
            "A path begins with a global or static variable of the protection domain's program and "
            "goes on with .MEMBER, ->MEMBER or [INDEX], or has * before it; pointers into shared "
            "memory are followed. Types come from the program in the archive. Lines that have "
            "changed since the last time begin with *. Large values are read in pieces, not at one "
            "moment. It goes on until interrupted, or --count times.",
    .options = "json count interval",
    .examples = "lionscope watch client0.net_rx_handle\n"
                "lionscope watch 'eth_driver.rx_queue.active->tail' -i 0.5\n"
                "lionscope watch --json -n 1 client0.config\n",
    .run = run_watch,
};

/* --- read --- */

static bool take_number(const char *text, uint64_t *number)
{
    char *end;

    *number = strtoull(text, &end, 0);
    return isdigit((unsigned char)text[0]) && *end == '\0';
}

static void dump(FILE *out, uint64_t address, const unsigned char *bytes, size_t size)
{
    for (size_t at = 0; at < size; at += LINE_BYTES_SHOWN) {
        fprintf(out, "0x%012" PRIx64 " ", address + at);
        for (size_t i = at; i < at + LINE_BYTES_SHOWN; i++) {
            if (i < size) {
                fprintf(out, " %02x", bytes[i]);
            } else {
                fputs("   ", out);
            }
        }
        fputs("  ", out);
        for (size_t i = at; i < at + LINE_BYTES_SHOWN && i < size; i++) {
            fputc(bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i] : '.', out);
        }
        fputc('\n', out);
    }
}

static void show_bytes(struct command_run *run, struct session *session, unsigned pd,
        uint64_t address, const unsigned char *bytes, size_t size)
{
    struct symbols *symbols = programs_at(&session->programs, pd, UINT64_MAX, address);
    struct code_location location = { .symbol = "" };
    char *text = malloc(2 * size + 1);
    json_t *document;

    if (symbols != NULL) {
        symbols_locate(symbols, address, &location);
    }
    for (size_t i = 0; text != NULL && i < size; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    if (run->options->json) {
        document = document_begin(run, session);
        json_object_set_new(document, "pd", json_string(names_pd(&session->model->names, pd)));
        json_object_set_new(document, "address", json_address(address));
        json_object_set_new(document, "symbol",
                location.symbol[0] != '\0'
                        ? json_sprintf("%s+%" PRIu64, location.symbol, location.offset)
                        : json_null());
        json_object_set_new(document, "bytes", json_string(text != NULL ? text : ""));
        document_print(run, document);
    } else {
        if (location.symbol[0] != '\0') {
            fprintf(run->out, "%s+%" PRIu64 "%s%s\n", location.symbol, location.offset,
                    location.file[0] != '\0' ? "  " : "", location.file);
        }
        dump(run->out, address, bytes, size);
    }
    free(text);
}

static enum exit_status read_bytes(struct command_run *run, struct session *session)
{
    const struct options *options = run->options;
    int pd = names_find_pd(&session->model->names, options->arguments[0]);
    uint64_t address, size = 64;
    unsigned char *bytes;

    if (pd < 0) {
        return command_usage(run, "there is no protection domain '%s'", options->arguments[0]);
    }
    if (!take_number(options->arguments[1], &address)) {
        return command_usage(run, "'%s' is no address", options->arguments[1]);
    }
    if (options->argument_count > 2
            && (!take_number(options->arguments[2], &size) || size == 0
                    || size > MEMORY_READ_MAX)) {
        return command_usage(
                run, "'%s' is no length from 1 to %d", options->arguments[2], MEMORY_READ_MAX);
    }
    bytes = malloc(size);
    if (bytes != NULL && memory_read(session, (unsigned)pd, address, bytes, size, &run->error)) {
        show_bytes(run, session, (unsigned)pd, address, bytes, size);
    }
    free(bytes);
    return run->error.status;
}

static enum exit_status run_read(struct command_run *run)
{
    struct session *session = session_for_memory(run);
    struct options once = *run->options;

    if (session == NULL) {
        return run->error.status;
    }
    if (run->options->argument_count > 1) {
        return read_bytes(run, session);
    }
    once.count = 1;
    run->options = &once;
    return watch_names(run, session);
}

const struct command command_read = {
    .name = "read",
    .arguments = "PD.VARIABLE | PD ADDRESS [LENGTH]",
    .arguments_min = 1,
    .arguments_max = 3,
    .completes = COMPLETES_VARIABLE,
    .summary = "a variable once, or bytes at an address",
    .details =
            "With one argument like watch, but once. With a protection domain and an address in "
            "it: the bytes there, 64 unless told otherwise. The monitor must have the memory mapped "
            "(image_window, map).",
    .options = "json",
    .examples = "lionscope read client0.config\n"
                "lionscope read net_virt_rx 0x3000000 16\n",
    .run = run_read,
};
