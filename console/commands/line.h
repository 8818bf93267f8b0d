/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line typed at a prompt, run on a session that is already there. */
#pragma once

#include "console/commands/command.h"

/* Where the prompt's history is kept; false: nowhere. Makes the folder. */
bool line_history_path(char *path, size_t size);

/* Runs `line` (the program's name may be left out). Output goes to `out`, errors to *error. */
enum exit_status line_run(const struct options *base, struct session *session, const char *line,
        FILE *out, struct error_report *error);
