/* SPDX-License-Identifier: BSD-2-Clause */
/* The Profile view: what took the processor in the last seconds, sampled while it is wanted. */
#pragma once

#include "console/views/view.h"

/* Starts sampling, or stops it. */
void profile_toggle(struct full_screen *screen);
/* By function, by PD, by who pays, as a call tree. */
void profile_next_mode(struct full_screen *screen);
/* Source and instructions of the function with the cursor. */
void profile_annotate(struct full_screen *screen);
/* Of a PD: its functions only. Of a function: annotates it. */
void profile_open(struct full_screen *screen);

/* Why these do nothing now; NULL: they do. */
const char *profile_why_not(const struct full_screen *screen);
const char *profile_only_here(const struct full_screen *screen);
const char *profile_why_no_annotate(const struct full_screen *screen);
const char *profile_why_no_open(const struct full_screen *screen);

/* To be called again and again, whatever is shown. */
void profile_step(struct full_screen *screen);
/* Stops sampling for good. */
void profile_close(struct full_screen *screen);
