/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host knows of a system without asking it: names and structure, from the system archive. All
 * of the console asks here. Without an archive PDs have numbers only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host-tools/lib/error_report.h"
#include "microkit/archive/archive.h"
#include "monitor/protocol/messages.h"

struct system_names {
    bool has_archive;
    bool trusted; /* nothing contradicts that the archive is that of the running system */
    char path[512];
    char trouble[200]; /* why it is not trusted */
    struct system_archive archive;
    char numbers[PROTOCOL_PDS_MAX][8]; /* "pd12" */
};

/* Without an archive. */
void names_init(struct system_names *names);
/* With one. False: *error says what is wrong with it; the names are then as without. */
bool names_load(struct system_names *names, const char *path, struct error_report *error);
void names_free(struct system_names *names);

/*
 * Compares the archive with what the target says of itself. When they differ, names become numbers
 * until it fits again (the target may be rebooted with the right image).
 */
void names_check(struct system_names *names, const struct protocol_hello_reply *hello,
        const struct protocol_pd_list *pds);

/* Never NULL; valid until names_free. */
const char *names_pd(const struct system_names *names, unsigned pd);
/* Index of the PD with this name (or number, "pd12"), -1 if there is none. */
int names_find_pd(const struct system_names *names, const char *name);
/* NULL: not known. */
const struct archive_pd *names_describe_pd(const struct system_names *names, unsigned pd);
/* How the system is called; "" if that is not known. */
const char *names_system(const struct system_names *names);

/*
 * The only PD that may signal `pd` (or, with `calls`, that `pd` may call), -1 if there are several or
 * none, or it is not known.
 */
int names_only_peer(const struct system_names *names, unsigned pd, bool calls);
