/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF files of modules by their build-id: what was loaded from here can be given names later, too, also by other
 * consoles of this user. They lie in the state folder, modules/BUILD-ID.elf; the oldest go when there are many.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "host-tools/lib/error_report.h"

#define MODULE_STORE_ID_MAX 65 /* digits of a build-id, and a zero */

/* build_id: hexadecimal digits. Keeps a copy. False: *error says why not. */
bool module_store_put(
        const char *build_id, const void *bytes, size_t size, struct error_report *error);
/* Where it is. False: there is none. */
bool module_store_path(const char *build_id, char *path, size_t size);
/* The file's bytes, to be freed; NULL: there is none. */
void *module_store_get(const char *build_id, size_t *size);
