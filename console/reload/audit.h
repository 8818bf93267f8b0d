/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who changed what, and how it ended: a line of JSON for each transaction, in the state folder's audit.log. The
 * target's log has the same from its side.
 */
#pragma once

#include <jansson.h>

#include "console/app/session.h"
#include "console/reload/module_image.h"

/* What was asked for, and how it came out. */
struct audit_entry {
    const char *action; /* "reload", "rollback" */
    unsigned pd;
    const char *file;     /* NULL: none */
    const char *build_id; /* hexadecimal; NULL or "": not known */
    uint32_t from_version, version;
    const char *result; /* a word */
    double down_us;     /* 0: not known */
};

/* Adds a line. False: *error says why it could not be written. */
bool audit_add(
        const struct session *session, const struct audit_entry *entry, struct error_report *error);

/* The last entries, the oldest first: an array of objects, as they are in the file. */
json_t *audit_last(size_t most);
