/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/state_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Makes each folder of the path behind `after` characters. */
static void make_folders(const char *path, size_t after)
{
    char part[600];

    for (const char *slash = strchr(path + after + 1, '/');; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof(part), "%.*s", slash != NULL ? (int)(slash - path) : 599, path);
        mkdir(part, 0700);
        if (slash == NULL) {
            return;
        }
    }
}

bool state_path(const char *file, char *path, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    char folder[500];

    if (state != NULL && state[0] == '/') {
        snprintf(folder, sizeof(folder), "%s/lionscope", state);
        make_folders(folder, 0); /* as the XDG specification wants it */
    } else if (home != NULL && home[0] != '\0') {
        snprintf(folder, sizeof(folder), "%s/.local/state/lionscope", home);
        make_folders(folder, strlen(home));
    } else {
        return false;
    }
    return (size_t)snprintf(path, size, "%s/%s", folder, file) < size;
}
