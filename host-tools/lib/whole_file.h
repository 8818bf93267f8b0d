/* SPDX-License-Identifier: BSD-2-Clause */
/* A file's bytes. */
#pragma once

#include <stddef.h>

#include "host-tools/lib/error_report.h"

/* At most `most` bytes of a regular file, to be freed. NULL: *error says why not. */
void *whole_file(const char *path, size_t most, size_t *size, struct error_report *error);
