/* SPDX-License-Identifier: BSD-2-Clause */
/* A finished plan in words: the text report, its JSON form, and the system archive. */
#pragma once

#include <jansson.h>

#include "microkit/tool/options.h"
#include "microkit/tool/plan.h"

/* The resolved description: microkit/archive/ARCHIVE.md. */
json_t *describe_system(const struct plan *plan, const struct options *options);
/* All objects and operations. */
json_t *describe_objects(const struct plan *plan);
/* Plain text, for people (microkit.md, section 19). */
struct bytes describe_text(const struct plan *plan);
/* Writes the archive. False after printing what is wrong. */
bool write_archive(const struct plan *plan, json_t *description, const char *path);
