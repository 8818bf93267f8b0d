/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in attributes (microkit.md, section 3). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What a text that should be a number is. */
enum number_result {
    NUMBER_GOOD,
    NUMBER_MALFORMED,
    NUMBER_TOO_LARGE
};

/*
 * Unsigned number: decimal, or hexadecimal behind 0x (unless decimal_only); underscores between
 * digits are skipped. The value is only stored when the result is NUMBER_GOOD.
 */
enum number_result parse_number(const char *text, bool decimal_only, uint64_t *value);
