/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>

#include <sddf/util/string.h>

size_t sddf_strnlen(const char *string, size_t limit)
{
    size_t length = 0;

    while (length < limit && string[length] != '\0') {
        length++;
    }
    return length;
}

size_t sddf_strlen(const char *string)
{
    return sddf_strnlen(string, SIZE_MAX);
}

int sddf_strncmp(const char *a, const char *b, size_t limit)
{
    for (size_t i = 0; i < limit; i++) {
        if (a[i] != b[i] || a[i] == '\0') {
            return (unsigned char)a[i] - (unsigned char)b[i];
        }
    }
    return 0;
}

int sddf_strcmp(const char *a, const char *b)
{
    return sddf_strncmp(a, b, SIZE_MAX);
}

char *sddf_strchr(const char *string, int character)
{
    for (;; string++) {
        if (*string == (char)character) {
            return (char *)string;
        }
        if (*string == '\0') {
            return NULL;
        }
    }
}

char *sddf_strcpy(char *destination, const char *source)
{
    return sddf_memcpy(destination, source, sddf_strlen(source) + 1);
}

char *sddf_strncpy(char *destination, const char *source, size_t limit)
{
    size_t length = sddf_strnlen(source, limit);

    sddf_memcpy(destination, source, length);
    sddf_memset(destination + length, 0, limit - length);
    return destination;
}
