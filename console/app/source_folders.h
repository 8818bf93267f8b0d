/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where sources are. Programs name theirs as seen from the root of their tree, so that images are the same wherever
 * they are built: those of this project from its root, those of a system of the user's own from the folder of its makefile.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

#define SOURCE_FOLDERS_MAX 3
#define SOURCE_FOLDER_MAX  512

struct source_folders {
    char at[SOURCE_FOLDERS_MAX][SOURCE_FOLDER_MAX];
    size_t count;
};

/* This project's: LIONSCOPE_SOURCE of the environment, or where this program was built. */
const char *source_folder(void);
/* archive: of the system, which lies where the system was built, as a rule in a folder of the makefile's; "": none. */
void source_folders_find(struct source_folders *folders, const char *archive);
/* Opens a source by the name that debug information has for it; NULL: it is in none of them. */
FILE *source_folders_open(const struct source_folders *folders, const char *name);
