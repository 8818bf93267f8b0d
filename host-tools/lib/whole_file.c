/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/whole_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void *read_all(
        int descriptor, const char *path, size_t most, size_t *size, struct error_report *error)
{
    struct stat status;
    char *bytes;

    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)
            || (unsigned long long)status.st_size > most) {
        error_set(error, STATUS_FAILURE, "%s: no file, or larger than %zu MiB", path, most >> 20);
        return NULL;
    }
    *size = (size_t)status.st_size;
    bytes = malloc(*size + 1);
    if (bytes == NULL || read(descriptor, bytes, *size) != (ssize_t)*size) {
        error_set(error, STATUS_FAILURE, "%s: cannot be read", path);
        free(bytes);
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}

void *whole_file(const char *path, size_t most, size_t *size, struct error_report *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes;

    if (descriptor < 0) {
        error_set(error, STATUS_FAILURE, "%s: %m", path);
        return NULL;
    }
    bytes = read_all(descriptor, path, most, size, error);
    close(descriptor);
    return bytes;
}
