/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/error_report.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(struct error_report *error, enum exit_status status, const char *format, ...)
{
    va_list arguments;

    error->status = status;
    error->advice[0] = '\0';
    va_start(arguments, format);
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    return false;
}

void error_advise(struct error_report *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->advice, sizeof(error->advice), format, arguments);
    va_end(arguments);
}

void error_print(const char *program, const struct error_report *error)
{
    fprintf(stderr, "%s: %s\n", program, error->text);
    if (error->advice[0] != '\0') {
        fprintf(stderr, "%s: %s\n", program, error->advice);
    }
}
