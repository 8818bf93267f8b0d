/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of input with readline: its keys, history and completion. Either in the bottom line of the full
 * screen, fed key by key, or alone on a terminal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef void (*prompt_add_fn)(void *to, const char *candidate);

/* Who knows what a word may be completed to. */
struct prompt_source {
    void *context;
    /* Calls `add` for what may stand at `start` of `line`. */
    void (*candidates)(void *context, const char *line, size_t start, prompt_add_fn add, void *to);
};

/* Name and version of the library. */
const char *prompt_library(void);

/* Reads and writes the history there; NULL: none. Call once. */
void prompt_history(const char *path);
/* Writes it. */
void prompt_history_save(void);

/* Begins a line in the full screen. `source` may be NULL; then the line is not for the history. */
void prompt_begin(const char *label, const char *initial, const struct prompt_source *source);
bool prompt_active(void);
/* A key of screen.h. */
void prompt_key(int key);
/* True: the line has ended; its text, or NULL if it was cancelled, which is valid until the next begin. */
bool prompt_ended(const char **line);
/* Draws the line and, above it, what it could be completed to. */
void prompt_draw(int row);

/* A line from the terminal; NULL at its end. To be freed. */
char *prompt_read(const char *label, const struct prompt_source *source);
