/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of <string.h> that lwIP uses, for programs without a C library. */
#pragma once

#include <stddef.h>

#include <sddf/util/string.h>

void *memcpy(void *restrict destination, const void *restrict source, size_t size);
void *memmove(void *destination, const void *source, size_t size);
void *memset(void *destination, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

#define strlen(string)          sddf_strlen(string)
#define strcmp(a, b)            sddf_strcmp(a, b)
#define strncmp(a, b, limit)    sddf_strncmp(a, b, limit)
#define strncpy(to, from, size) sddf_strncpy(to, from, size)
