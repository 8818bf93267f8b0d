/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source and instructions of a function, and how often each was hit. The recording carries both, so that it can be
 * read without the program. In it: [{"pd", "function", "image": as in names of functions, "" if it is the one that the PD
 * was booted with, "start", "words": hex, "files": [...], "lines": [[file, line] an instruction], "sources": {file: {line:
 * text}}}, ...].
 */
#pragma once

#include <stdio.h>

#include "console/app/session.h"
#include "console/profile/profile.h"

/* Takes the code of all functions that samples hit into the profile. */
void annotate_collect(struct profile *profile, struct session *session);

/*
 * Prints the function, as reports name it, or one of that name in another image. pd: NULL: the one with most samples in
 * it. False: the recording has no such function; *error says why not.
 */
bool annotate_print(const struct profile *profile, const char *function, const char *pd, FILE *out,
        struct error_report *error);
