/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that come out of a composition. */
#pragma once

#include <stdbool.h>

#include "host-tools/compose/composition.h"

/*
 * Writes <folder>/<name>.system, the configuration files and images.mk. `source` is the composition's
 * file name, for the first line of each. False after writing to stderr what could not be written.
 */
bool output_write(
        struct composition *composition, const char *folder, const char *name, const char *source);

/* The tree as a `.system` file, and images.mk: zero-terminated. */
char *output_system(struct composition *composition, const char *source);
char *output_make(struct composition *composition, const char *name, const char *source);
