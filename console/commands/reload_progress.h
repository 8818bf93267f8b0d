/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps of a transaction as they happen: a line for each that is over, with the time it took, and on a terminal one that is
 * drawn anew in place for the one that is under way.
 */
#pragma once

#include <jansson.h>

#include "console/commands/command.h"
#include "console/reload/reload_client.h"

struct reload_progress {
    struct reload_client *client;
    FILE *out;      /* NULL: prints nothing */
    bool live;      /* a terminal, on which a line can be drawn anew */
    bool drawn;     /* there is such a line now */
    bool under_way; /* a step is: */
    enum reload_step step;
    double limit_s;               /* how long it takes; 0: not known before */
    int64_t began;                /* us */
    int64_t next_draw;            /* ms */
    double took_ms[RELOAD_STEPS]; /* negative: that step was not reached */
};

void reload_progress_init(struct reload_progress *progress, const struct command_run *run,
        struct reload_client *client);
/* A step begins. */
void reload_progress_begin(struct reload_progress *progress, enum reload_step step, double limit_s);
/* It has reached what it was for: "word       text; time" */
void reload_progress_done(struct reload_progress *progress, const char *word, const char *format,
        ...) __attribute__((format(printf, 3, 4)));
/* No more steps, however it ended. */
void reload_progress_end(struct reload_progress *progress);
/* [{"step": ..., "ms": ...}]: those that were reached. */
json_t *reload_progress_json(const struct reload_progress *progress);
