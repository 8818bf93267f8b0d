/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/diagnostics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORD         40
#define MAX_ERRORS_SHOWN 50

void report_error(
        struct diagnostics *diagnostics, struct position position, const char *format, ...)
{
    va_list arguments;
    struct diagnostic *error = list_add(diagnostics->arena, &diagnostics->errors);

    va_start(arguments, format);
    error->position = position;
    error->text = arena_vformat(diagnostics->arena, format, arguments);
    va_end(arguments);
}

void report_warning(
        struct diagnostics *diagnostics, struct position position, const char *format, ...)
{
    va_list arguments;
    struct diagnostic *warning = list_add(diagnostics->arena, &diagnostics->warnings);

    va_start(arguments, format);
    warning->position = position;
    warning->text = arena_vformat(diagnostics->arena, format, arguments);
    va_end(arguments);
}

/* By line, then column; what has no place comes last. Stable through the address of the text. */
static int compare(const void *left, const void *right)
{
    const struct diagnostic *a = left;
    const struct diagnostic *b = right;

    if (a->position.line != b->position.line) {
        return a->position.line - 1 < b->position.line - 1 ? -1 : 1;
    }
    if (a->position.column != b->position.column) {
        return a->position.column < b->position.column ? -1 : 1;
    }
    return strcmp(a->text, b->text);
}

bool diagnostics_print(struct diagnostics *diagnostics)
{
    size_t count = diagnostics->errors.count;

    list_for_each(warning, &diagnostics->warnings) {
        printf("WARNING: %s\n", warning->text);
    }
    if (count == 0) {
        return true;
    }
    fflush(stdout);
    qsort(diagnostics->errors.items, count, sizeof(struct diagnostic), compare);
    for (size_t i = 0; i < count && i < MAX_ERRORS_SHOWN; i++) {
        const struct diagnostic *error = &diagnostics->errors.items[i];

        if (error->position.line == 0) {
            fprintf(stderr, "Error: %s: %s\n", diagnostics->file, error->text);
        } else {
            fprintf(stderr, "Error: %s:%u:%u: %s\n", diagnostics->file, error->position.line,
                    error->position.column, error->text);
        }
    }
    if (count > MAX_ERRORS_SHOWN) {
        fprintf(stderr, "Error: %s: %zu more errors\n", diagnostics->file,
                count - MAX_ERRORS_SHOWN);
    }
    return false;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;

    return least < c ? least : c;
}

/* Number of single-letter edits between two words (Levenshtein). */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned row[MAX_WORD + 1];

    for (size_t j = 0; j <= b_length; j++) {
        row[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned above = row[j];

            row[j] = min3(row[j - 1] + 1, above + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_length];
}

const char *nearest_word(const char *word, const char *const *candidates)
{
    const char *best = NULL;
    size_t length = strlen(word);
    unsigned best_distance = (unsigned)(length < 4 ? 1 : length < 8 ? 2 : 3) + 1;

    if (length < 2 || length > MAX_WORD) {
        return NULL;
    }
    for (; *candidates != NULL; candidates++) {
        size_t candidate_length = strlen(*candidates);

        if (candidate_length > MAX_WORD) {
            continue;
        }

        unsigned edits = distance(word, length, *candidates, candidate_length);

        if (edits < best_distance) {
            best_distance = edits;
            best = *candidates;
        }
    }
    return best;
}

const char *suggestion(struct arena *arena, const char *word, const char *const *candidates)
{
    const char *near = nearest_word(word, candidates);

    return near != NULL ? arena_format(arena, "; did you mean '%s'?", near) : "";
}
