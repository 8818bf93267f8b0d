/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/source_folders.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char *source_folder(void)
{
    const char *folder = getenv("LIONSCOPE_SOURCE");

    return folder != NULL ? folder : LIONSCOPE_SOURCE;
}

static void add(struct source_folders *folders, const char *folder)
{
    if (folder[0] == '/' && strlen(folder) < SOURCE_FOLDER_MAX) {
        snprintf(folders->at[folders->count++], SOURCE_FOLDER_MAX, "%s", folder);
    }
}

void source_folders_find(struct source_folders *folders, const char *archive)
{
    char path[PATH_MAX];
    char *end;

    folders->count = 0;
    add(folders, source_folder());
    if (archive[0] == '\0' || realpath(archive, path) == NULL) {
        return;
    }
    for (unsigned i = 0; i < 2 && (end = strrchr(path, '/')) != NULL; i++) {
        *end = '\0';
        add(folders, path);
    }
}

FILE *source_folders_open(const struct source_folders *folders, const char *name)
{
    FILE *file = fopen(name, "re");
    char path[PATH_MAX];

    for (size_t i = 0; file == NULL && name[0] != '/' && i < folders->count; i++) {
        if ((size_t)snprintf(path, sizeof(path), "%s/%s", folders->at[i], name) < sizeof(path)) {
            file = fopen(path, "re");
        }
    }
    return file;
}
