/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/host_files.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "console/gdb/host_tables.h"

/* Error numbers of GDB's file protocol. */
#define FILEIO_ENOENT 2
#define FILEIO_EBADF  9
#define FILEIO_EINVAL 22
#define FILEIO_EMFILE 24
#define FILEIO_EROFS  30

static void say(struct host_answer *answer, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void say(struct host_answer *answer, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    answer->length = (size_t)vsnprintf((char *)answer->bytes, sizeof(answer->bytes), format, args);
    va_end(args);
}

static void fail(struct host_answer *answer, int error)
{
    say(answer, "F-1,%x", (unsigned)error);
}

static int digit_value(char digit)
{
    const char *digits = "0123456789abcdef";
    const char *at = digit != '\0' ? strchr(digits, digit | 0x20) : NULL;

    return at == NULL ? -1 : (int)(at - digits);
}

/* Pairs of digits up to a comma or the end. */
static bool take_name(const char *args, char *name, size_t size)
{
    size_t length = 0;

    for (; *args != '\0' && *args != ','; args += 2) {
        int high = digit_value(args[0]);
        int low = high < 0 ? -1 : digit_value(args[1]);

        if (low < 0 || length + 1 >= size) {
            return false;
        }
        name[length++] = (char)(high << 4 | low);
    }
    name[length] = '\0';
    return true;
}

/* "/pd/NAME.elf", or "/build-id/DIGITS" */
static const struct archive_file *find_file(const struct model *model, const char *name)
{
    const struct system_archive *archive = &model->names.archive;

    for (size_t i = 0; model->names.has_archive && i < archive->pd_count; i++) {
        const struct archive_pd *pd = &archive->pds[i];
        size_t length = strlen(pd->name);

        if ((strncmp(name, "/pd/", 4) == 0 && strncmp(name + 4, pd->name, length) == 0
                    && strcmp(name + 4 + length, ".elf") == 0)
                || (strncmp(name, "/build-id/", 10) == 0 && pd->elf.build_id[0] != '\0'
                        && strcmp(name + 10, pd->elf.build_id) == 0)) {
            return &pd->elf;
        }
    }
    return NULL;
}

bool host_files_module(const char *path, char build_id[MODULE_STORE_ID_MAX])
{
    const char *name = strrchr(path, '/');

    return strncmp(path, "/modules/", 9) == 0 && sscanf(name, "/%64[0-9a-f].elf", build_id) == 1
            && strcmp(name + 1 + strlen(build_id), ".elf") == 0;
}

static struct host_file take_file(const struct model *model, const char *name)
{
    const struct archive_file *booted = find_file(model, name);
    struct host_file file = { 0 };
    char build_id[MODULE_STORE_ID_MAX];

    if (booted != NULL) {
        file = (struct host_file){ .bytes = booted->bytes, .size = booted->size };
    } else if (host_files_module(name, build_id)) {
        file.bytes = file.owned = module_store_get(build_id, &file.size);
    }
    return file;
}

static void open_file(struct host_files *files, const char *args, struct host_answer *answer)
{
    char name[256];
    struct host_file file = { 0 };

    if (take_name(args, name, sizeof(name))) {
        file = take_file(files->model, name);
    }
    if (file.bytes == NULL) {
        fail(answer, FILEIO_ENOENT);
        return;
    }
    for (unsigned i = 0; i < HOST_FILES_OPEN_MAX; i++) {
        if (files->open[i].bytes == NULL) {
            files->open[i] = file;
            say(answer, "F%x", i);
            return;
        }
    }
    free(file.owned);
    fail(answer, FILEIO_EMFILE);
}

/* The open file that the arguments begin with; *rest is what follows. */
static struct host_file *file_of(struct host_files *files, const char *args, char **rest)
{
    unsigned long number = strtoul(args, rest, 16);

    return *rest == args || number >= HOST_FILES_OPEN_MAX || files->open[number].bytes == NULL
            ? NULL
            : &files->open[number];
}

static void read_file(struct host_files *files, const char *args, struct host_answer *answer)
{
    char *rest;
    const struct host_file *file = file_of(files, args, &rest);
    unsigned long long count;
    unsigned long long offset;

    if (file == NULL || *rest != ',') {
        fail(answer, FILEIO_EBADF);
        return;
    }
    count = strtoull(rest + 1, &rest, 16);
    offset = *rest == ',' ? strtoull(rest + 1, &rest, 16) : 0;
    offset = offset < file->size ? offset : file->size;
    count = count < file->size - offset ? count : file->size - offset;
    count = count < HOST_FILES_PIECE ? count : HOST_FILES_PIECE;
    say(answer, "F%llx;", count);
    memcpy(answer->bytes + answer->length, file->bytes + offset, count);
    answer->length += count;
}

static void put_big_endian(uint8_t *at, uint64_t value, unsigned size)
{
    while (size-- > 0) {
        *at++ = (uint8_t)(value >> (8 * size));
    }
}

/* A structure of 64 bytes, big endian; GDB looks at mode and size. */
static void stat_file(struct host_files *files, const char *args, struct host_answer *answer)
{
    char *rest;
    const struct host_file *file = file_of(files, args, &rest);
    uint8_t stat[64] = { 0 };

    if (file == NULL) {
        fail(answer, FILEIO_EBADF);
        return;
    }
    put_big_endian(stat + 8, 0100444, 4);
    put_big_endian(stat + 28, file->size, 8);
    say(answer, "F%zx;", sizeof(stat));
    memcpy(answer->bytes + answer->length, stat, sizeof(stat));
    answer->length += sizeof(stat);
}

static void close_file(struct host_files *files, const char *args, struct host_answer *answer)
{
    char *rest;
    struct host_file *file = file_of(files, args, &rest);

    if (file == NULL) {
        fail(answer, FILEIO_EBADF);
        return;
    }
    free(file->owned);
    *file = (struct host_file){ 0 };
    say(answer, "F0");
}

void host_files_close(struct host_files *files)
{
    for (unsigned i = 0; i < HOST_FILES_OPEN_MAX; i++) {
        free(files->open[i].owned);
        files->open[i] = (struct host_file){ 0 };
    }
}

static void set_file_system(struct host_files *files, const char *args, struct host_answer *answer)
{
    (void)files;
    (void)args;
    say(answer, "F0"); /* one for all processes */
}

static void refuse(struct host_files *files, const char *args, struct host_answer *answer)
{
    (void)files;
    (void)args;
    fail(answer, FILEIO_EROFS);
}

static void no_link(struct host_files *files, const char *args, struct host_answer *answer)
{
    (void)files;
    (void)args;
    fail(answer, FILEIO_EINVAL);
}

static const struct {
    const char *name;
    void (*answer)(struct host_files *files, const char *args, struct host_answer *answer);
} operations[] = {
    { "vFile:setfs:", set_file_system },
    { "vFile:open:", open_file },
    { "vFile:pread:", read_file },
    { "vFile:fstat:", stat_file },
    { "vFile:close:", close_file },
    { "vFile:readlink:", no_link },
    { "vFile:pwrite:", refuse },
    { "vFile:unlink:", refuse },
};

/* "name:offset,length" of a table. */
static bool answer_table(struct host_files *files, const char *args, struct host_answer *answer)
{
    char name[32];
    char *document = NULL;
    size_t size = 0;
    FILE *out;
    unsigned offset;
    unsigned length;
    bool found;
    const char *colon = strchr(args, ':');

    if (colon == NULL || (size_t)(colon - args) >= sizeof(name)
            || sscanf(colon + 1, "%x,%x", &offset, &length) != 2) {
        return false;
    }
    snprintf(name, sizeof(name), "%.*s", (int)(colon - args), args);
    out = open_memstream(&document, &size);
    if (out == NULL) {
        return false;
    }
    found = host_table_write(files->model, name, out);
    fclose(out);
    if (found) {
        offset = offset < size ? offset : (unsigned)size;
        length = length < HOST_FILES_PIECE ? length : HOST_FILES_PIECE;
        length = length < size - offset ? length : (unsigned)(size - offset);
        answer->bytes[0] = offset + length < size ? 'm' : 'l';
        memcpy(answer->bytes + 1, document + offset, length);
        answer->length = length + 1;
    }
    free(document);
    return found;
}

bool host_files_answer(
        struct host_files *files, const uint8_t *packet, size_t length, struct host_answer *answer)
{
    static const char tables[] = "qXfer:osdata:read:";
    char text[1024];

    if (length >= sizeof(text)) {
        return false;
    }
    memcpy(text, packet, length);
    text[length] = '\0';
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        size_t name = strlen(operations[i].name);

        if (strncmp(text, operations[i].name, name) == 0) {
            operations[i].answer(files, text + name, answer);
            return true;
        }
    }
    return strncmp(text, tables, sizeof(tables) - 1) == 0
            && answer_table(files, text + sizeof(tables) - 1, answer);
}
