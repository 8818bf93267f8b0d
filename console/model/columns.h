/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns of each kind of table: what commands print, views draw and JSON calls them. */
#pragma once

#include <jansson.h>

#include "console/model/cell.h"
#include "console/model/model.h"

struct column {
    const char *name;  /* in JSON and --fields; part of the schema */
    const char *title; /* over the column */
    unsigned width;    /* on the screen */
    bool left;         /* text: aligned left */
    bool shown;        /* without --fields */
    struct cell (*value)(const struct model *model, unsigned row);
    const char *help;
};

struct table {
    const char *name; /* of the list in JSON */
    const struct column *columns;
    size_t column_count;
    /* Fills in the rows there are, in their natural order; how many. */
    unsigned (*rows)(const struct model *model, unsigned *rows, unsigned size);
    /* Adds what is no column to a row's JSON. NULL: nothing. */
    void (*extend)(const struct model *model, unsigned row, json_t *object);
};

extern const struct table pd_table;
extern const struct table queue_table;
extern const struct table budget_table;
extern const struct table module_table; /* rows are PDs */

#define TABLE_ROWS_MAX 64

/* NULL if the table has no such column. */
const struct column *table_find_column(const struct table *table, const char *name, size_t length);
/* How many parents a PD has above it. */
unsigned pd_depth(const struct model *model, unsigned pd);
