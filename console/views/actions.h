/* SPDX-License-Identifier: BSD-2-Clause */
/* What keys do: one table for the keyboard, the bottom line and the list of `?`. */
#pragma once

#include "console/views/view.h"

struct action {
    int key, other_key; /* KEY_NONE: no second one */
    const char *shown;  /* the keys, as people read them */
    const char *footer; /* NULL: not in the bottom line */
    const char *help;
    /* Why it does nothing here and now; NULL: it does. May itself be NULL: it always does. */
    const char *(*why_not)(const struct full_screen *screen);
    void (*run)(struct full_screen *screen);
};

extern const struct action action_table[];
extern const size_t action_count;

/* Runs what a key means; says so if it means nothing here. */
void action_key(struct full_screen *screen, int key);
void action_run(struct full_screen *screen, const struct action *action);
