/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A profile: samples with their stacks as functions, and what is needed to read them elsewhere. Its file is
 * JSON, so that other programs can read it.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host-tools/lib/error_report.h"

#define PROFILE_FRAMES_MAX 80

struct profile_function {
    char *name;
    char *file; /* "" if not known */
    int line;
};

struct profile_sample {
    uint64_t time;    /* ticks */
    uint32_t elapsed; /* ticks since the one before */
    uint16_t pd;      /* who ran: a number of pds[]; 0: idle or not sampled */
    uint16_t payer;   /* whose scheduling context paid, likewise */
    uint16_t flags;   /* PROTOCOL_SAMPLE_ */
    uint16_t depth;
    uint32_t frames[PROFILE_FRAMES_MAX]; /* numbers of functions[], innermost first */
    uint64_t pc;
};

struct profile {
    char *system;
    char **pds; /* pds[0] is "-" */
    size_t pd_count;
    struct profile_function *functions;
    size_t function_count, function_room;
    struct profile_sample *samples;
    size_t sample_count, sample_room;
    uint64_t ticks_per_second;
    uint64_t period; /* asked for, in ticks, or in times that the event happens */
    uint32_t event;  /* sel4/lionscope.h; 0 (older recordings): timer ticks */
    uint64_t taken, dropped, missed;
    uint64_t profiler_ticks; /* that the profiler has run for it, with the kernel's part */
    uint64_t monitor_ticks;  /* that the monitor has worked on it */
    uint64_t line_ticks;     /* that its bytes' way to the line has taken, as far as is known */
    uint64_t ticks;          /* from the first status to the last */
    json_t *waits;           /* why PDs did not run: waits.h; NULL: was not asked for */
    json_t *code;            /* of functions that were hit: annotate.h; NULL: there is none */
};

void profile_init(struct profile *profile);
void profile_free(struct profile *profile);

/* The number of a function; the same for the same name, file and line. */
uint32_t profile_function(struct profile *profile, const char *name, const char *file, int line);
/* Room for one more sample, zeroed. */
struct profile_sample *profile_add(struct profile *profile);

/* False: *error says why not. */
bool profile_save(const struct profile *profile, const char *path, struct error_report *error);
/* The file is input: everything is checked. */
bool profile_load(struct profile *profile, const char *path, struct error_report *error);
bool profile_parse(
        struct profile *profile, const char *text, size_t size, struct error_report *error);

/* What a stack begins with, outermost first: the PD, or what takes its place. */
const char *profile_root(const struct profile *profile, const struct profile_sample *sample);
/* The innermost frame's name: [kernel] in front of user code if it hit the kernel; NULL: none. */
const char *profile_top(const struct profile_sample *sample);
