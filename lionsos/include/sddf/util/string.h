/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of <string.h> that PDs use, under names that do not clash with a C library a client may
 * bring along. Semantics are those of the functions without the prefix.
 */
#pragma once

#include <stddef.h>

static inline void *sddf_memcpy(void *destination, const void *source, size_t size)
{
    return __builtin_memcpy(destination, source, size);
}

static inline void *sddf_memmove(void *destination, const void *source, size_t size)
{
    return __builtin_memmove(destination, source, size);
}

static inline void *sddf_memset(void *destination, int value, size_t size)
{
    return __builtin_memset(destination, value, size);
}

static inline int sddf_memcmp(const void *a, const void *b, size_t size)
{
    return __builtin_memcmp(a, b, size);
}

size_t sddf_strlen(const char *string);
/* Length of the string, at most `limit`: safe on arrays that may lack their NUL. */
size_t sddf_strnlen(const char *string, size_t limit);
int sddf_strcmp(const char *a, const char *b);
int sddf_strncmp(const char *a, const char *b, size_t limit);
char *sddf_strchr(const char *string, int character);
char *sddf_strcpy(char *destination, const char *source);
char *sddf_strncpy(char *destination, const char *source, size_t limit);
