/* SPDX-License-Identifier: BSD-2-Clause */
/* Printing to memory. */
#include <stdint.h>

#include <sddf/util/printf.h>

struct buffer {
    char *next;
    size_t room; /* bytes left, the NUL's included */
};

static void buffer_put(char character, void *argument)
{
    struct buffer *buffer = argument;

    if (buffer->room > 1) {
        *buffer->next++ = character;
        buffer->room--;
    }
}

int sddf_vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    struct buffer buffer = { .next = text, .room = size };
    int length = sddf_vfctprintf(buffer_put, &buffer, format, arguments);

    if (size > 0) {
        *buffer.next = '\0';
    }
    return length;
}

int sddf_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = sddf_vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return length;
}

int sddf_sprintf(char *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = sddf_vsnprintf(text, SIZE_MAX, format, arguments);
    va_end(arguments);
    return length;
}
