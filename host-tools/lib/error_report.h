/* SPDX-License-Identifier: BSD-2-Clause */
/* What failed, on what, and what to do about it: one line each, for people. */
#pragma once

#include <stdbool.h>

#include "host-tools/lib/exit_status.h"

struct error_report {
    enum exit_status status; /* STATUS_OK: nothing failed */
    char text[400];
    char advice[200]; /* "" if there is none */
};

/* Sets status and text and forgets earlier advice. Returns false, so that callers can return it. */
bool error_set(struct error_report *error, enum exit_status status, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* Adds what to do. */
void error_advise(struct error_report *error, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
/* Prints "PROGRAM: text" and the advice to standard error. */
void error_print(const char *program, const struct error_report *error);
