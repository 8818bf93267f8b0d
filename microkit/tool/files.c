/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_read(struct arena *arena, const char *path, struct file *file)
{
    struct stat status;
    FILE *stream = fopen(path, "rb");

    if (stream == NULL) {
        return false;
    }
    if (fstat(fileno(stream), &status) != 0 || !S_ISREG(status.st_mode)) {
        fclose(stream);
        errno = EISDIR;
        return false;
    }
    file->path = path;
    file->size = (size_t)status.st_size;
    file->bytes = arena_alloc(arena, file->size + 1);

    size_t got = fread(file->bytes, 1, file->size, stream);

    fclose(stream);
    if (got != file->size) {
        errno = EIO;
        return false;
    }
    return true;
}

bool file_write(const char *path, const void *bytes, size_t size)
{
    FILE *stream = fopen(path, "wb");

    if (stream == NULL) {
        return false;
    }

    bool good = fwrite(bytes, 1, size, stream) == size;

    good = fclose(stream) == 0 && good;
    if (!good) {
        int error = errno;

        unlink(path);
        errno = error;
    }
    return good;
}

bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

const char *find_file(struct arena *arena, const char *const *search_paths, const char *name)
{
    if (name[0] == '/') {
        return is_file(name) ? name : NULL;
    }
    for (; *search_paths != NULL; search_paths++) {
        const char *path = arena_format(arena, "%s/%s", *search_paths, name);

        if (is_file(path)) {
            return path;
        }
    }
    return NULL;
}

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}
