/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done from the Modules view: another image for a PD, or the one of before. */
#pragma once

#include "console/views/view.h"

/* Asks for a file, then whether it is meant, then replaces the selected PD's image. */
void modules_reload(struct full_screen *screen);
/* Asks whether it is meant, then brings the previous image back. */
void modules_rollback(struct full_screen *screen);
/* Why these do nothing now; NULL: they do. */
const char *modules_why_not(const struct full_screen *screen);
const char *modules_why_no_rollback(const struct full_screen *screen);

/* Asks whether a command line that changes the target is meant, and runs it then. */
void modules_confirm(struct full_screen *screen, const char *line);
/* Allows changes for a while, or no longer. */
void modules_allow(struct full_screen *screen, bool on);
void modules_toggle_allowed(struct full_screen *screen);
