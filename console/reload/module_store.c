/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/app/state_folder.h"
#include "host-tools/lib/whole_file.h"

#define KEPT_MAX      64
#define SIZE_MAX_HERE (64u << 20)
#define PATH_MAX_HERE 700

static bool is_id(const char *build_id)
{
    size_t length = strlen(build_id);

    return length >= 8 && length <= 64 && strspn(build_id, "0123456789abcdef") == length;
}

static bool path_of(const char *build_id, char path[PATH_MAX_HERE])
{
    char folder[600];

    if (!is_id(build_id) || !state_path("modules", folder, sizeof(folder))) {
        return false;
    }
    mkdir(folder, 0700);
    snprintf(path, PATH_MAX_HERE, "%s/%s.elf", folder, build_id);
    return true;
}

/* Removes the oldest files if there are more than are kept. */
static void prune(const char *path)
{
    char folder[PATH_MAX_HERE], oldest[256];
    struct stat status, found = { 0 };
    struct dirent *entry;
    unsigned count = 0;
    DIR *list;

    snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
    list = opendir(folder);
    while (list != NULL && (entry = readdir(list)) != NULL) {
        if (entry->d_name[0] == '.' || fstatat(dirfd(list), entry->d_name, &status, 0) != 0) {
            continue;
        }
        if (count++ == 0 || status.st_mtime < found.st_mtime) {
            found = status;
            snprintf(oldest, sizeof(oldest), "%s", entry->d_name);
        }
    }
    if (count > KEPT_MAX) {
        unlinkat(dirfd(list), oldest, 0);
    }
    if (list != NULL) {
        closedir(list);
    }
}

bool module_store_put(
        const char *build_id, const void *bytes, size_t size, struct error_report *error)
{
    char path[PATH_MAX_HERE], draft[PATH_MAX_HERE + 20];
    bool good;
    FILE *file;

    if (!path_of(build_id, path)) {
        return error_set(error, STATUS_FAILURE,
                "the module has no build-id (link it with --build-id), or there is no folder to keep it");
    }
    snprintf(draft, sizeof(draft), "%s.%ld", path, (long)getpid());
    file = fopen(draft, "wbe");
    if (file == NULL) {
        return error_set(error, STATUS_FAILURE, "%s: %m", draft);
    }
    good = fwrite(bytes, 1, size, file) == size;
    good = fclose(file) == 0 && good && rename(draft, path) == 0;
    if (!good) {
        error_set(error, STATUS_FAILURE, "%s: %m", path);
        unlink(draft);
    }
    prune(path);
    return good;
}

bool module_store_path(const char *build_id, char *path, size_t size)
{
    char found[PATH_MAX_HERE];

    return path_of(build_id, found) && access(found, R_OK) == 0
            && (size_t)snprintf(path, size, "%s", found) < size;
}

void *module_store_get(const char *build_id, size_t *size)
{
    char path[PATH_MAX_HERE];
    struct error_report ignored;

    return path_of(build_id, path) ? whole_file(path, SIZE_MAX_HERE, size, &ignored) : NULL;
}
