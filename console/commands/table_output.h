/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of the model as lines of text or as JSON. */
#pragma once

#include <jansson.h>

#include "console/commands/command.h"
#include "console/model/columns.h"

#define CHOSEN_MAX 40

/* What commands that show a table take. */
#define TABLE_OPTIONS "json count interval fields sort reverse filter no-header"

/* Columns and order of one table, as the options want them. */
struct table_choice {
    const struct table *table;
    const struct column *columns[CHOSEN_MAX];
    size_t count;
    const struct column *sort; /* NULL: natural order */
    bool descending;
};

/* False: run->error says which name is wrong. --fields help: prints the names, then run->error is OK. */
bool table_choose(struct command_run *run, const struct table *table, struct table_choice *choice);

/* Rows that --filter lets through, in order; how many. */
unsigned table_rows(const struct table_choice *choice, const struct model *model,
        const struct options *options, unsigned *rows, unsigned size);

/* A value as the schema has it. */
json_t *cell_to_json(const struct cell *cell);
/* One object per row, with the chosen columns. */
json_t *table_to_json(const struct table_choice *choice, const struct model *model,
        const struct options *options);
/* Lines, with the columns as wide as their values. */
void table_print(FILE *out, const struct table_choice *choice, const struct model *model,
        const struct options *options);

/* What each document begins with: schema, command, target, time, system, what is missing. */
json_t *document_begin(const struct command_run *run, const struct session *session);
/* Prints a document: one line if it is one of several. Consumes it. */
void document_print(const struct command_run *run, json_t *document);

/*
 * A command that shows a table `--count` times (or once), every `--interval`. `default_sort` may be NULL.
 * `extra`, unless NULL, adds to the document or prints lines before the table.
 */
typedef void (*table_extra_fn)(
        const struct command_run *run, const struct session *session, json_t *document);
enum exit_status table_command(struct command_run *run, const struct table *table,
        const char *default_sort, table_extra_fn extra);
