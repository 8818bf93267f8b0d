/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/views/graphics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEVELS 8

static const char *const heights[2][LEVELS + 1] = {
    { " ", ".", ":", "-", "=", "+", "*", "#", "#" },
    { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" },
};
static const char *const widths[LEVELS] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };

static double clamp(double value)
{
    return !(value > 0) ? 0 : value > 1 ? 1 : value;
}

static const char *bar_column(unsigned column, unsigned eighths, bool utf8)
{
    unsigned full = eighths / LEVELS;

    if (column < full) {
        return utf8 ? "█" : "#";
    }
    if (column == full && eighths % LEVELS != 0) {
        return utf8 ? widths[eighths % LEVELS] : eighths % LEVELS >= LEVELS / 2 ? "#" : "-";
    }
    return utf8 ? "·" : ".";
}

void graphic_bar(double share, double mark, unsigned width, bool utf8, char *out)
{
    unsigned eighths = (unsigned)lround(clamp(share) * width * LEVELS);
    unsigned marked = (unsigned)(clamp(mark) * width);

    out[0] = '\0';
    if (eighths == 0 && share > 0) {
        eighths = 1; /* a little is not nothing */
    }
    marked = marked >= width ? width - 1 : marked;
    for (unsigned i = 0; i < width && i < GRAPHIC_MAX / 4; i++) {
        bool is_mark = mark > 0 && i == marked && i >= eighths / LEVELS;

        strcat(out, is_mark ? "|" : bar_column(i, eighths, utf8));
    }
}

void graphic_spark(const float *ring, unsigned size, uint64_t end, unsigned length, double top,
        unsigned width, bool utf8, char *out)
{
    unsigned shown = length < width ? length : width;

    out[0] = '\0';
    for (unsigned i = shown; i < width; i++) {
        strcat(out, " ");
    }
    for (unsigned i = 0; i < shown; i++) {
        double value = ring[(end - shown + i) % size];
        unsigned level = (unsigned)lround(clamp(top > 0 ? value / top : 0) * LEVELS);

        level = level == 0 && value > 0 ? 1 : level;
        strcat(out, isfinite(value) ? heights[utf8][level] : " ");
    }
}

void graphic_histogram(const uint32_t *counts, unsigned length, bool utf8, char *out)
{
    uint32_t most = 0;

    for (unsigned i = 0; i < length; i++) {
        most = counts[i] > most ? counts[i] : most;
    }
    out[0] = '\0';
    for (unsigned i = 0; i < length; i++) {
        unsigned level = most == 0 ? 0 : (unsigned)((uint64_t)counts[i] * LEVELS / most);

        level = level == 0 && counts[i] > 0 ? 1 : level;
        strcat(out, counts[i] == 0 ? (utf8 ? "·" : ".") : heights[utf8][level]);
    }
}
