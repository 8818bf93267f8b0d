/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON as our programs write it: 64-bit numbers as strings, unknown values as null. */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* A 64-bit number, as a string of decimal digits. */
json_t *json_u64(uint64_t value);
/* An address, as a string of hexadecimal digits after 0x. */
json_t *json_address(uint64_t value);
/* A number that may have a fraction; null if it is not finite. */
json_t *json_measure(double value);
/* Text that need not be UTF-8 or terminated; what is not, becomes \xNN. */
json_t *json_text(const char *text, size_t length);
/* Seconds since 1970 as ISO 8601 with milliseconds, UTC. */
json_t *json_wall_clock(void);

/* Prints a document as one line if `compact`, otherwise indented; consumes it. False: cannot write. */
int json_print(FILE *out, json_t *document, int compact);
