/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from a target, made safe for a terminal. */
#pragma once

#include <stddef.h>

/*
 * Copies `length` bytes to `out` (of `size`, terminated): control characters as ^X or \xNN, valid UTF-8
 * as it is if `utf8`, everything else as \xNN. Colour sequences (ESC [ ... m) are left out. Returns the
 * length of the result, which is cut between characters if there is no room.
 */
size_t escape_text(const char *text, size_t length, int utf8, char *out, size_t size);
