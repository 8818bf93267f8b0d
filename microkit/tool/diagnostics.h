/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with the user's files: collected, so that one run shows everything. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "microkit/tool/arena.h"

/* Place in the system description; line 0: nowhere in particular. Both count from 1. */
struct position {
    unsigned line;
    unsigned column;
};

/* One message. */
struct diagnostic {
    struct position position;
    const char *text;
};

/* All messages about a description. */
struct diagnostics {
    struct arena *arena;
    const char *file; /* of the system description, as the user wrote it */
    LIST(struct diagnostic) errors;
    LIST(struct diagnostic) warnings;
};

/* Notes an error; the text is one sentence without a full stop. */
void report_error(struct diagnostics *diagnostics, struct position position, const char *format,
        ...) __attribute__((format(printf, 3, 4)));
/* Notes something that is allowed and probably not meant. */
void report_warning(struct diagnostics *diagnostics, struct position position, const char *format,
        ...) __attribute__((format(printf, 3, 4)));

/*
 * Errors go to stderr in the order of the file, warnings to stdout. True if there were no errors.
 */
bool diagnostics_print(struct diagnostics *diagnostics);

/* "; did you mean 'candidate'?" for the nearest one, or "". */
const char *suggestion(struct arena *arena, const char *word, const char *const *candidates);

/* The candidate most like the word, or NULL if none is near. The list ends with NULL. */
const char *nearest_word(const char *word, const char *const *candidates);
