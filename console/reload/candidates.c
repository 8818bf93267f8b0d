/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/candidates.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "console/reload/module_image.h"

#define FILES_MAX 200 /* of a folder that are looked into */

static bool is_module(const char *path, const char *kind)
{
    struct module_image image;
    struct error_report ignored;
    bool fits = module_image_open(&image, path, &ignored)
            && (kind == NULL || kind[0] == '\0' || strcmp(image.header.kind, kind) == 0);

    module_image_free(&image);
    return fits;
}

static bool ends_with_elf(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcmp(name + length - 4, ".elf") == 0;
}

/* Entries of a folder that begin with `prefix`; `shown` goes before their names. How many. */
static unsigned list_folder(const char *folder, const char *shown, const char *prefix, bool folders,
        const char *kind, void (*add)(void *to, const char *candidate), void *to)
{
    struct dirent *entry;
    unsigned looked_into = 0, found = 0;
    DIR *list = opendir(folder);

    while (list != NULL && (entry = readdir(list)) != NULL) {
        char path[1000], candidate[1000];
        struct stat status;

        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0
                || (entry->d_name[0] == '.' && prefix[0] != '.')) {
            continue;
        }
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        snprintf(candidate, sizeof(candidate), "%s%s", shown, entry->d_name);
        if (stat(path, &status) != 0) {
            continue;
        }
        if (S_ISDIR(status.st_mode) && folders) {
            strncat(candidate, "/", sizeof(candidate) - strlen(candidate) - 1);
            add(to, candidate);
            found++;
        } else if (S_ISREG(status.st_mode) && ends_with_elf(path) && looked_into++ < FILES_MAX
                && is_module(path, kind)) {
            add(to, candidate);
            found++;
        }
    }
    if (list != NULL) {
        closedir(list);
    }
    return found;
}

/* "x/y/loader.archive": "x/y/modules/"; a link leads to where the archive really is. */
static void modules_beside(const char *archive, char *folder, size_t size)
{
    char *real = realpath(archive, NULL);
    const char *path = real != NULL ? real : archive;
    const char *slash = strrchr(path, '/');

    snprintf(folder, size, "%.*smodules/", slash != NULL ? (int)(slash - path + 1) : 0, path);
    free(real);
}

void module_candidates(const char *typed, const char *archive, const char *kind,
        void (*add)(void *to, const char *candidate), void *to)
{
    const char *slash = strrchr(typed, '/');
    char folder[800], shown[800];

    if (typed[0] == '\0') {
        unsigned found = list_folder("build/modules", "build/modules/", "", false, kind, add, to);

        if (archive != NULL && archive[0] != '\0') {
            modules_beside(archive, folder, sizeof(folder));
            found += list_folder(folder, folder, "", false, kind, add, to);
        }
        if (found > 0) {
            return; /* among all the folders here they would not be seen */
        }
    }
    if (slash == NULL) {
        list_folder(".", "", typed, true, kind, add, to);
        return;
    }
    snprintf(shown, sizeof(shown), "%.*s", (int)(slash - typed + 1), typed);
    list_folder(shown, shown, slash + 1, true, kind, add, to);
}
