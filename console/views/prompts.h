/* SPDX-License-Identifier: BSD-2-Clause */
/* What the bottom line asks for: a command, a filter, the name of a file. */
#pragma once

#include "console/views/view.h"

void prompt_command(struct full_screen *screen);
void prompt_filter(struct full_screen *screen);
void prompt_write(struct full_screen *screen);
/* Commands that need no asking. */
void prompt_doctor(struct full_screen *screen);
void prompt_show_command(struct full_screen *screen);
void prompt_show_json(struct full_screen *screen);

/* Takes what was typed, if the line has ended. */
void prompt_finish(struct full_screen *screen);
