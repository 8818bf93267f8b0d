/* SPDX-License-Identifier: BSD-2-Clause */
/* One value of a table, with its unit; text and JSON are made from it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum cell_kind {
    CELL_NONE, /* not known: "-", null */
    CELL_TEXT,
    CELL_NUMBER, /* small: a number in JSON */
    CELL_COUNT,  /* 64 bits: a string in JSON */
    CELL_RATE,   /* per second */
    CELL_SHARE,  /* 0..1, shown as per cent */
    CELL_US,     /* microseconds */
    CELL_BYTES,
    CELL_SWITCH, /* yes or no */
};

struct cell {
    enum cell_kind kind;
    double measure; /* CELL_RATE, CELL_SHARE, CELL_US */
    uint64_t count; /* CELL_NUMBER, CELL_COUNT, CELL_BYTES, CELL_SWITCH */
    char text[128]; /* CELL_TEXT */
};

struct cell cell_none(void);
struct cell cell_text(const char *text);
struct cell cell_number(uint64_t number);
struct cell cell_count(uint64_t count);
/* These three are none if `value` is not finite. */
struct cell cell_rate(double value);
struct cell cell_share(double value);
struct cell cell_us(double value);
struct cell cell_bytes(uint64_t bytes);
struct cell cell_switch(int on);

/* For people: "1.2 k", "38.5 %", "2.50 ms", "-". */
void cell_format(const struct cell *cell, char *out, size_t size);
/* Order of two cells of a column: unknown ones first. */
int cell_compare(const struct cell *a, const struct cell *b);

/* "2.50 ms": the unit that fits. */
void format_duration(double us, char *out, size_t size);
/* "1.2 k": SI prefixes. */
void format_quantity(double value, char *out, size_t size);
