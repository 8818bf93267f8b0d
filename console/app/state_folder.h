/* SPDX-License-Identifier: BSD-2-Clause */
/* Where this user's lasting files are: history, audit log, modules. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The path of a file of $XDG_STATE_HOME/lionscope (usually ~/.local/state/lionscope); the folder is made, mode 700.
 * False: there is no place for it.
 */
bool state_path(const char *file, char *path, size_t size);
