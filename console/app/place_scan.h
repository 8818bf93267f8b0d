/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where one PD is in its program: the target is asked for its registers without stopping it, then for the frames
 * on its stack, one after the other. A PD that runs meanwhile may leave a stack that is not of one moment.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "console/model/model.h"

struct session;

struct place_scan {
    int pd; /* index + 1 of whose place is wanted; 0: nobody's */
    bool waits;
    int again_ms; /* how often it is looked at */
    int64_t next; /* ms */
    uint64_t frame;
    struct model_place found; /* not complete yet */
};

#define PLACE_OFTEN_MS  100 /* of a PD that somebody waits for */
#define PLACE_SELDOM_MS 1000

/* Whose place is to be looked at from now on, again and again; -1: nobody's. */
void place_scan_want(struct session *session, int pd, int again_ms);
/* Asks the next question if it is time to. */
void place_scan_step(struct session *session, int64_t now);
