/* SPDX-License-Identifier: BSD-2-Clause */
/* What the bottom line asks for: a command, a filter, the name of a file. */
#pragma once

#include "console/views/view.h"

void prompt_command(struct full_screen *screen);
void prompt_filter(struct full_screen *screen);
void prompt_write(struct full_screen *screen);
/* Asks for a line; `then` gets it unless the user thinks better of it. `source` may be NULL. */
struct prompt_source;
void prompt_ask(struct full_screen *screen, const char *label, const struct prompt_source *source,
        void (*then)(struct full_screen *screen, const char *line));
/* Runs a command line and shows what it printed; the screen lives on meanwhile. */
void prompt_run(struct full_screen *screen, const char *line);
/* Commands that need no asking. */
void prompt_doctor(struct full_screen *screen);
void prompt_show_command(struct full_screen *screen);
void prompt_show_json(struct full_screen *screen);

/* Runs the command again whose output lies above the view, if it is one that watches. */
void prompt_refresh_popup(struct full_screen *screen);

/* The command line that prints what the view shows, without the program's name. */
void prompt_command_of_view(const struct full_screen *screen, char *out, size_t size);

/* Takes what was typed, if the line has ended. */
void prompt_finish(struct full_screen *screen);
