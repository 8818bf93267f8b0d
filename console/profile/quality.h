/* SPDX-License-Identifier: BSD-2-Clause */
/* How good a profile is, and what it costs. */
#pragma once

#include <stdio.h>

#include "console/profile/profile.h"

struct profile_figures {
    double seconds;    /* from the first sample to the last */
    bool timed;        /* by the timer; otherwise the next three mean nothing */
    double asked, got; /* samples a second, without the gaps */
    double drift;      /* percent */
    unsigned
            gaps; /* times of which there are no samples, although some were due: lost on the way */
    double gap_seconds; /* all of them together */
    /* Percent of the time: of kernel and profiler, of the monitor, of what carries the bytes, of all. */
    double profiler, monitor, line, cost;
};

struct profile_figures profile_figures(const struct profile *profile);

/* 0 of nothing. */
double profile_percent(uint64_t part, uint64_t whole);
/* The figures in words: three lines at most. */
void profile_quality(const struct profile *profile, FILE *out);
