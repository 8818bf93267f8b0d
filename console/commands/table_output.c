/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/commands/table_output.h"

#include <inttypes.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/app/interrupt.h"
#include "console/app/suggest.h"
#include "console/model/utf8.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/json_output.h"

/* --- which columns --- */

static const struct column *find_column(
        struct command_run *run, const struct table *table, const char *name, size_t length)
{
    const struct column *column = table_find_column(table, name, length);
    const char *names[CHOSEN_MAX];
    const char *nearest;
    char wrong[64];

    if (column != NULL) {
        return column;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        names[i] = table->columns[i].name;
    }
    snprintf(wrong, sizeof(wrong), "%.*s", (int)length, name);
    nearest = suggest(wrong, names, table->column_count);
    command_failed(run, STATUS_USAGE, "%s has no column '%s'", run->command->name, wrong);
    error_advise(&run->error, nearest != NULL ? "did you mean '%s'?" : "'--fields help' lists them",
            nearest);
    return NULL;
}

static void list_columns(struct command_run *run, const struct table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        fprintf(run->out, "%-24s %s\n", table->columns[i].name, table->columns[i].help);
    }
}

static bool choose_listed(
        struct command_run *run, const struct table *table, struct table_choice *choice)
{
    const char *at = run->options->fields;

    while (*at != '\0') {
        size_t length = strcspn(at, ",");
        const struct column *column = find_column(run, table, at, length);

        if (column == NULL || choice->count == CHOSEN_MAX) {
            return false;
        }
        choice->columns[choice->count++] = column;
        at += length + (at[length] == ',');
    }
    return true;
}

bool table_choose(struct command_run *run, const struct table *table, struct table_choice *choice)
{
    const char *sort = run->options->sort;

    *choice = (struct table_choice){ .table = table, .descending = run->options->reverse };
    if (run->options->fields != NULL && strcmp(run->options->fields, "help") == 0) {
        list_columns(run, table);
        return false;
    }
    if (run->options->fields != NULL && !choose_listed(run, table, choice)) {
        return false;
    }
    for (size_t i = 0; run->options->fields == NULL && i < table->column_count; i++) {
        if (run->options->json || table->columns[i].shown) {
            choice->columns[choice->count++] = &table->columns[i];
        }
    }
    if (sort != NULL) {
        choice->sort = find_column(run, table, sort, strlen(sort));
        return choice->sort != NULL;
    }
    return true;
}

/* --- which rows --- */

struct order {
    const struct table_choice *choice;
    const struct model *model;
};

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    const struct column *column = order->choice->sort;
    unsigned row_a = *(const unsigned *)a;
    unsigned row_b = *(const unsigned *)b;
    struct cell cell_a = column->value(order->model, row_a);
    struct cell cell_b = column->value(order->model, row_b);
    int result = cell_compare(&cell_a, &cell_b);

    if (order->choice->descending) {
        result = -result;
    }
    return result != 0 ? result : (row_a > row_b) - (row_a < row_b);
}

static bool passes(const struct table_choice *choice, const struct model *model, unsigned row,
        const regex_t *pattern)
{
    for (size_t i = 0; i < choice->table->column_count; i++) {
        struct cell cell = choice->table->columns[i].value(model, row);

        if (cell.kind == CELL_TEXT && regexec(pattern, cell.text, 0, NULL, 0) == 0) {
            return true;
        }
    }
    return false;
}

unsigned table_rows(const struct table_choice *choice, const struct model *model,
        const struct options *options, unsigned *rows, unsigned size)
{
    unsigned count = choice->table->rows(model, rows, size);
    struct order order = { choice, model };
    const char *filter = options->filter;
    regex_t pattern;

    if (filter != NULL
            && regcomp(&pattern, filter + (filter[0] == '!'), REG_EXTENDED | REG_ICASE | REG_NOSUB)
                    == 0) {
        unsigned kept = 0;

        for (unsigned i = 0; i < count; i++) {
            if (passes(choice, model, rows[i], &pattern) != (filter[0] == '!')) {
                rows[kept++] = rows[i];
            }
        }
        count = kept;
        regfree(&pattern);
    }
    if (choice->sort != NULL) {
        qsort_r(rows, count, sizeof(*rows), compare_rows, &order);
    }
    return count;
}

/* --- JSON --- */

json_t *cell_to_json(const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_NONE:
        return json_null();
    case CELL_TEXT:
        return json_text(cell->text, strlen(cell->text));
    case CELL_NUMBER:
        return json_integer((json_int_t)cell->count);
    case CELL_COUNT:
    case CELL_BYTES:
        return json_u64(cell->count);
    case CELL_RATE:
    case CELL_US:
        return json_measure(cell->measure);
    case CELL_SHARE:
        return json_measure(cell->measure * 100);
    case CELL_SWITCH:
        return json_boolean(cell->count != 0);
    }
    return json_null();
}

json_t *table_to_json(
        const struct table_choice *choice, const struct model *model, const struct options *options)
{
    json_t *list = json_array();
    unsigned rows[TABLE_ROWS_MAX];
    unsigned count = table_rows(choice, model, options, rows, TABLE_ROWS_MAX);

    for (unsigned i = 0; i < count; i++) {
        json_t *object = json_object();

        for (size_t j = 0; j < choice->count; j++) {
            struct cell cell = choice->columns[j]->value(model, rows[i]);

            json_object_set_new(object, choice->columns[j]->name, cell_to_json(&cell));
        }
        if (choice->table->extend != NULL && options->fields == NULL) {
            choice->table->extend(model, rows[i], object);
        }
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *archive_to_json(const struct model *model)
{
    const struct system_names *names = &model->names;
    json_t *archive;

    if (!names->has_archive) {
        return json_null();
    }
    archive = json_object();
    json_object_set_new(archive, "path", json_text(names->path, strlen(names->path)));
    json_object_set_new(archive, "matches", json_boolean(names->trusted));
    json_object_set_new(archive, "trouble",
            names->trusted ? json_null() : json_text(names->trouble, strlen(names->trouble)));
    return archive;
}

json_t *document_begin(const struct command_run *run, const struct session *session)
{
    const struct model *model = session->model;
    json_t *document = json_object();
    char trouble[400];
    int64_t age = model_age_ms(model, clock_ms());

    session_trouble(session, trouble, sizeof(trouble));
    json_object_set_new(document, "schema", json_string("lionscope/1"));
    json_object_set_new(document, "command", json_string(run->command->name));
    json_object_set_new(
            document, "target", json_text(session->target.place, strlen(session->target.place)));
    json_object_set_new(document, "time", json_wall_clock());
    json_object_set_new(document, "ticks", model->time != 0 ? json_u64(model->time) : json_null());
    json_object_set_new(document, "ticks_per_second",
            model->hello_known ? json_u64(model->hello.timer_hz) : json_null());
    json_object_set_new(
            document, "boot_id", model->hello_known ? json_u64(model->hello.boot_id) : json_null());
    json_object_set_new(document, "system",
            model->names.trusted
                    ? json_text(names_system(&model->names), strlen(names_system(&model->names)))
                    : json_null());
    json_object_set_new(document, "archive", archive_to_json(model));
    json_object_set_new(document, "age_ms", age < 0 ? json_null() : json_integer(age));
    json_object_set_new(document, "stale", json_boolean(model_is_stale(model, clock_ms())));
    json_object_set_new(document, "trouble",
            trouble[0] != '\0' ? json_text(trouble, strlen(trouble)) : json_null());
    return document;
}

void document_print(const struct command_run *run, json_t *document)
{
    json_print(run->out, document, run->options->count != 0);
}

/* --- text --- */

static void print_cell(FILE *out, const char *text, size_t width, bool left, bool last)
{
    size_t columns = utf8_columns(text);
    int pad = columns < width ? (int)(width - columns) : 0;

    if (left) {
        fprintf(out, "%s%*s", text, last ? 0 : pad, "");
    } else {
        fprintf(out, "%*s%s", pad, "", text);
    }
    fputs(last ? "\n" : "  ", out);
}

void table_print(FILE *out, const struct table_choice *choice, const struct model *model,
        const struct options *options)
{
    static char texts[TABLE_ROWS_MAX][CHOSEN_MAX][128];
    size_t widths[CHOSEN_MAX];
    unsigned rows[TABLE_ROWS_MAX];
    unsigned count = table_rows(choice, model, options, rows, TABLE_ROWS_MAX);

    for (size_t j = 0; j < choice->count; j++) {
        widths[j] = options->no_header ? 1 : strlen(choice->columns[j]->title);
        for (unsigned i = 0; i < count; i++) {
            struct cell cell = choice->columns[j]->value(model, rows[i]);
            size_t columns;

            cell_format(&cell, texts[i][j], sizeof(texts[i][j]));
            columns = utf8_columns(texts[i][j]);
            widths[j] = columns > widths[j] ? columns : widths[j];
        }
    }
    for (size_t j = 0; !options->no_header && j < choice->count; j++) {
        print_cell(out, choice->columns[j]->title, widths[j], choice->columns[j]->left,
                j + 1 == choice->count);
    }
    for (unsigned i = 0; i < count; i++) {
        for (size_t j = 0; j < choice->count; j++) {
            print_cell(
                    out, texts[i][j], widths[j], choice->columns[j]->left, j + 1 == choice->count);
        }
    }
}

/* --- a command that shows a table --- */

#define PATIENT_WINDOWS 3

struct sample_wait {
    uint64_t windows;
    bool queues;
};

/* A lost report leaves holes in a window; the next one or two may be whole. */
static bool has_holes(const struct model *model, bool queues)
{
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        if (model->pds[i].listed && model_has(model->pds[i].present, PD_RUN)
                && !isfinite(model->pds[i].rates.cpu)) {
            return true;
        }
    }
    for (unsigned i = 0; queues && i < model->queue_count; i++) {
        if (!model->queues[i].refused && !isfinite(model->queues[i].rates.in)) {
            return true;
        }
    }
    return false;
}

static bool have_sample(const struct session *session, void *context)
{
    const struct sample_wait *wait = context;
    const struct model *model = session->model;

    return model->pds_known && model->windows_done >= wait->windows
            && (model->windows_done >= wait->windows + PATIENT_WINDOWS
                    || !has_holes(model, wait->queues));
}

static void warn_of_archive(const struct session *session)
{
    const struct system_names *names = &session->model->names;

    if (names->has_archive && !names->trusted) {
        fprintf(stderr, "lionscope: %s: %s; names are left out\n", names->path, names->trouble);
    }
}

static void show_sample(struct command_run *run, const struct session *session,
        const struct table_choice *choice, table_extra_fn extra)
{
    json_t *document;

    if (!run->options->json) {
        if (extra != NULL) {
            extra(run, session, NULL);
        }
        table_print(run->out, choice, session->model, run->options);
        fflush(run->out);
        return;
    }
    document = document_begin(run, session);
    if (extra != NULL) {
        extra(run, session, document);
    }
    json_object_set_new(
            document, choice->table->name, table_to_json(choice, session->model, run->options));
    document_print(run, document);
}

enum exit_status table_command(struct command_run *run, const struct table *table,
        const char *default_sort, table_extra_fn extra)
{
    struct session_needs needs = command_needs(run->options);
    unsigned count = run->options->count > 0 && !run->inside ? run->options->count : 1;
    double limit = run->options->timeout_s + (PATIENT_WINDOWS + 1) * run->options->interval_s;
    struct table_choice choice;
    struct sample_wait wait = { .queues = table == &queue_table };
    struct session *session;

    if (!table_choose(run, table, &choice)) {
        return run->error.status;
    }
    if (choice.sort == NULL && default_sort != NULL) {
        choice.sort = table_find_column(table, default_sort, strlen(default_sort));
        choice.descending = !run->options->reverse;
    }
    session = command_session(run, &needs);
    if (session == NULL) {
        return run->error.status;
    }
    wait.windows = run->inside ? 1 : session->model->windows_done + 1;
    for (unsigned i = 0; i < count; i++) {
        if (!session_wait(session, have_sample, &wait, limit, &run->error)) {
            return run->error.status;
        }
        if (i == 0) {
            warn_of_archive(session);
        } else if (!run->options->json) {
            fputc('\n', run->out);
        }
        show_sample(run, session, &choice, extra);
        if (ferror(run->out)) {
            return STATUS_OK; /* nobody reads on, as in `| head` */
        }
        wait.windows = session->model->windows_done + 1;
    }
    return STATUS_OK;
}
