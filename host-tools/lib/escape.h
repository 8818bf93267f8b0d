/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from a target, made safe for a terminal, or for XML. */
#pragma once

#include <stddef.h>
#include <stdio.h>

/*
 * Copies `length` bytes to `out` (of `size`, terminated): control characters as ^X or \xNN, valid UTF-8
 * as it is if `utf8`, everything else as \xNN. Colour sequences (ESC [ ... m) are left out. Returns the
 * length of the result, which is cut between characters if there is no room.
 */
size_t escape_text(const char *text, size_t length, int utf8, char *out, size_t size);

/*
 * Writes text as XML content or the value of an attribute in double quotes; line ends and tabs as references, so
 * that they are kept in attributes; other control characters as "?".
 */
void escape_xml(FILE *out, const char *text);
