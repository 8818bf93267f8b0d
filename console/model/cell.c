/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/cell.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct cell cell_none(void)
{
    return (struct cell){ .kind = CELL_NONE };
}

struct cell cell_text(const char *text)
{
    struct cell cell = { .kind = CELL_TEXT };

    snprintf(cell.text, sizeof(cell.text), "%s", text);
    return cell;
}

struct cell cell_number(uint64_t number)
{
    return (struct cell){ .kind = CELL_NUMBER, .count = number };
}

struct cell cell_count(uint64_t count)
{
    return (struct cell){ .kind = CELL_COUNT, .count = count };
}

static struct cell measure(enum cell_kind kind, double value)
{
    return isfinite(value) ? (struct cell){ .kind = kind, .measure = value } : cell_none();
}

struct cell cell_rate(double value)
{
    return measure(CELL_RATE, value);
}

struct cell cell_share(double value)
{
    return measure(CELL_SHARE, value);
}

struct cell cell_us(double value)
{
    return measure(CELL_US, value);
}

struct cell cell_bytes(uint64_t bytes)
{
    return (struct cell){ .kind = CELL_BYTES, .count = bytes };
}

struct cell cell_switch(int on)
{
    return (struct cell){ .kind = CELL_SWITCH, .count = on != 0 };
}

void format_duration(double us, char *out, size_t size)
{
    if (us < 1000) {
        snprintf(out, size, "%.0f us", us);
    } else if (us < 1e6) {
        snprintf(out, size, us < 1e5 ? "%.2f ms" : "%.0f ms", us / 1e3);
    } else if (us < 600e6) {
        snprintf(out, size, us < 1e8 ? "%.2f s" : "%.0f s", us / 1e6);
    } else if (us < 48 * 3600e6) {
        snprintf(out, size, "%.0fh%02.0fm", floor(us / 3600e6), floor(fmod(us / 60e6, 60)));
    } else {
        snprintf(out, size, "%.0fd%02.0fh", floor(us / 86400e6), floor(fmod(us / 3600e6, 24)));
    }
}

void format_quantity(double value, char *out, size_t size)
{
    static const char *const prefixes[] = { "", " k", " M", " G", " T" };
    size_t step = 0;

    while (value >= 9999.5 && step < 4) {
        value /= 1000;
        step++;
    }
    snprintf(out, size, step > 0 && value < 100 ? "%.1f%s" : "%.0f%s", value, prefixes[step]);
}

static void format_bytes(uint64_t bytes, char *out, size_t size)
{
    if (bytes < 1024) {
        snprintf(out, size, "%" PRIu64 " B", bytes);
    } else if (bytes < 1024 * 1024) {
        snprintf(out, size, "%.1f KiB", (double)bytes / 1024);
    } else {
        snprintf(out, size, "%.1f MiB", (double)bytes / (1024 * 1024));
    }
}

void cell_format(const struct cell *cell, char *out, size_t size)
{
    switch (cell->kind) {
    case CELL_NONE:
        snprintf(out, size, "-");
        break;
    case CELL_TEXT:
        snprintf(out, size, "%s", cell->text);
        break;
    case CELL_NUMBER:
    case CELL_COUNT:
        snprintf(out, size, "%" PRIu64, cell->count);
        break;
    case CELL_RATE:
        format_quantity(cell->measure, out, size);
        break;
    case CELL_SHARE:
        snprintf(out, size, "%.1f", cell->measure * 100);
        break;
    case CELL_US:
        format_duration(cell->measure, out, size);
        break;
    case CELL_BYTES:
        format_bytes(cell->count, out, size);
        break;
    case CELL_SWITCH:
        snprintf(out, size, "%s", cell->count ? "yes" : "no");
        break;
    }
}

static double as_number(const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_RATE:
    case CELL_SHARE:
    case CELL_US:
        return cell->measure;
    case CELL_NONE:
        return -1;
    default:
        return (double)cell->count;
    }
}

int cell_compare(const struct cell *a, const struct cell *b)
{
    if (a->kind == CELL_TEXT && b->kind == CELL_TEXT) {
        return strcmp(a->text, b->text);
    }
    return (as_number(a) > as_number(b)) - (as_number(a) < as_number(b));
}
