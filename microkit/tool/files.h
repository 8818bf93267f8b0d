/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing whole files, and the search paths of the command line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "microkit/tool/arena.h"

/* A file in memory. */
struct file {
    const char *path;
    char *bytes; /* followed by a 0 */
    size_t size;
};

/* False with errno set if the file cannot be read. */
bool file_read(struct arena *arena, const char *path, struct file *file);
/* False with errno set; a partly written file is removed. */
bool file_write(const char *path, const void *bytes, size_t size);
/* Whether there is a folder of this name. */
bool is_directory(const char *path);
/* First `search path / name` that is a file; NULL if none. Absolute names are taken as they are. */
const char *find_file(struct arena *arena, const char *const *search_paths, const char *name);
/* What stands behind the last slash; points into `path`. */
const char *base_name(const char *path);
