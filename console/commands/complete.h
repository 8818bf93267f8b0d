/* SPDX-License-Identifier: BSD-2-Clause */
/* What a command line may go on with: for the prompt and for the shells' completion. */
#pragma once

#include "console/app/session.h"
#include "console/ui/prompt.h"

/*
 * Calls `add` for each word that may stand at `start` of `line` (which begins with a command, without
 * the program's name). `model` may be NULL: nothing is known of the target then. `programs`
 * gives the names of variables.
 */
void complete_line(const struct model *model, struct programs *programs, const char *line,
        size_t start, prompt_add_fn add, void *to);
