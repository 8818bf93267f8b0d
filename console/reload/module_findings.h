/* SPDX-License-Identifier: BSD-2-Clause */
/* What does not fit: all that is found wrong with a module, to be read in one go. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "host-tools/lib/error_report.h"

#define MODULE_FINDINGS_MAX 24

struct module_finding {
    const char *what;  /* a word: "kind" */
    const char *cause; /* another: "other_kind" */
    char found[100];   /* "": not to be shown */
    char wanted[100];
    char text[300]; /* a sentence about the module, and what to do */
};

struct module_findings {
    unsigned count;
    bool unreadable; /* there is no file to find anything in */
    struct module_finding at[MODULE_FINDINGS_MAX];
};

/* Adds one, whose found and wanted are still empty; never NULL: the last one is given again when there are too many. */
struct module_finding *module_findings_add(struct module_findings *findings, const char *what,
        const char *cause, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* What was found of it, and what would be right. */
void module_finding_found(struct module_finding *finding, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
void module_finding_wanted(struct module_finding *finding, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

/* The first one as an error about the file: STATUS_POLICY, or STATUS_FAILURE without a file. Returns false. */
bool module_findings_error(
        const struct module_findings *findings, const char *path, struct error_report *error);
/* The list for people, each with what was found and wanted. */
void module_findings_print(FILE *out, const struct module_findings *findings);
json_t *module_findings_json(const struct module_findings *findings);
