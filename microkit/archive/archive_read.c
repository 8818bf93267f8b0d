/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a system archive; every field is checked, the file may come from anywhere. */
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "microkit/archive/archive.h"

#define HEADER 16

struct reading {
    struct system_archive *archive;
    const unsigned char *files;
    uint64_t files_size;
    const char *error;
};

static char message[256];

static void complain(struct reading *reading, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void complain(struct reading *reading, const char *format, ...)
{
    va_list arguments;

    if (reading->error != NULL) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    reading->error = message;
}

static const char *read_string(struct reading *reading, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    if (text == NULL) {
        complain(reading, "the description has no text '%s' where one belongs", name);
        return "";
    }
    return text;
}

static uint64_t read_number(
        struct reading *reading, const json_t *object, const char *name, uint64_t most)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_integer(value) || json_integer_value(value) < 0
            || (uint64_t)json_integer_value(value) > most) {
        complain(reading, "the description has no number '%s' (0..%llu) where one belongs", name,
                (unsigned long long)most);
        return 0;
    }
    return (uint64_t)json_integer_value(value);
}

static bool read_switch(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_boolean(value)) {
        complain(reading, "the description has no true or false '%s' where one belongs", name);
    }
    return json_is_true(value);
}

/* Zeroed items for a list; its length. NULL for an empty one. */
static void *read_list(struct reading *reading, const json_t *object, const char *name,
        size_t item_size, size_t *count)
{
    const json_t *list = json_object_get(object, name);
    void *items;

    *count = 0;
    if (!json_is_array(list)) {
        complain(reading, "the description has no list '%s' where one belongs", name);
        return NULL;
    }
    if (json_array_size(list) == 0) {
        return NULL;
    }
    items = calloc(json_array_size(list), item_size);
    if (items == NULL) {
        complain(reading, "out of memory");
        return NULL;
    }
    *count = json_array_size(list);
    return items;
}

static void read_file(struct reading *reading, const json_t *object, struct archive_file *file)
{
    uint64_t offset = read_number(reading, object, "offset", INT64_MAX);

    file->name = read_string(reading, object, "file");
    file->build_id = read_string(reading, object, "build_id");
    file->size = read_number(reading, object, "size", INT64_MAX);
    if (offset > reading->files_size || file->size > reading->files_size - offset) {
        complain(reading, "file '%s' is cut off", file->name);
        file->size = 0;
        return;
    }
    file->bytes = reading->files + offset;
}

static void read_mapping(
        struct reading *reading, const json_t *object, struct archive_mapping *mapping)
{
    const char *permissions = read_string(reading, object, "permissions");

    mapping->what = read_string(reading, object, "what");
    mapping->vaddr = read_number(reading, object, "vaddr", INT64_MAX);
    mapping->size = read_number(reading, object, "size", INT64_MAX);
    mapping->cached = read_switch(reading, object, "cached");
    if (strlen(permissions) > 3 || strspn(permissions, "rwx") != strlen(permissions)) {
        complain(reading, "'%.16s' are no permissions", permissions);
        return;
    }
    strcpy(mapping->permissions, permissions);
}

static void read_interrupt(
        struct reading *reading, const json_t *object, struct archive_interrupt *interrupt)
{
    interrupt->number = (unsigned)read_number(reading, object, "number", 1019);
    interrupt->id = (unsigned)read_number(reading, object, "id", ARCHIVE_MAX_ID);
    interrupt->edge = read_switch(reading, object, "edge");
}

static void read_capabilities(struct reading *reading, const json_t *object, struct archive_pd *pd)
{
    pd->capabilities_known = json_object_get(object, "capabilities") != NULL;
    if (!pd->capabilities_known) {
        return;
    }
    pd->capabilities = read_list(
            reading, object, "capabilities", sizeof(*pd->capabilities), &pd->capability_count);
    for (size_t i = 0; i < pd->capability_count; i++) {
        const json_t *item = json_array_get(json_object_get(object, "capabilities"), i);

        pd->capabilities[i].slot = (unsigned)read_number(reading, item, "slot", UINT32_MAX);
        pd->capabilities[i].kind = read_string(reading, item, "kind");
        pd->capabilities[i].of = read_string(reading, item, "of");
    }
}

/* Parents come before their children, so that nobody is his own ancestor. */
static int read_parent(struct reading *reading, const json_t *object, size_t index)
{
    if (json_is_null(json_object_get(object, "parent"))) {
        return -1;
    }
    if (index == 0) {
        complain(reading, "the first protection domain of the description has a parent");
        return -1;
    }
    return (int)read_number(reading, object, "parent", index - 1);
}

static void read_pd(
        struct reading *reading, const json_t *object, size_t index, struct archive_pd *pd)
{
    pd->name = read_string(reading, object, "name");
    pd->index = (unsigned)index;
    pd->priority = (unsigned)read_number(reading, object, "priority", 255);
    pd->budget_us = read_number(reading, object, "budget_us", INT64_MAX);
    pd->period_us = read_number(reading, object, "period_us", INT64_MAX);
    pd->passive = read_switch(reading, object, "passive");
    pd->fpu = read_switch(reading, object, "fpu");
    pd->parent = read_parent(reading, object, index);
    pd->child_id = (unsigned)read_number(reading, object, "child_id", ARCHIVE_MAX_ID);
    pd->entry = read_number(reading, object, "entry", INT64_MAX);
    pd->stack_bottom = read_number(reading, object, "stack_bottom", INT64_MAX);
    pd->stack_top = read_number(reading, object, "stack_top", INT64_MAX);
    pd->ipc_buffer = read_number(reading, object, "ipc_buffer", INT64_MAX);
    pd->image_low = read_number(reading, object, "image_low", INT64_MAX);
    pd->image_high = read_number(reading, object, "image_high", INT64_MAX);
    read_file(reading, json_object_get(object, "elf"), &pd->elf);
    pd->mappings =
            read_list(reading, object, "mappings", sizeof(*pd->mappings), &pd->mapping_count);
    for (size_t i = 0; i < pd->mapping_count; i++) {
        read_mapping(
                reading, json_array_get(json_object_get(object, "mappings"), i), &pd->mappings[i]);
    }
    pd->interrupts =
            read_list(reading, object, "interrupts", sizeof(*pd->interrupts), &pd->interrupt_count);
    for (size_t i = 0; i < pd->interrupt_count; i++) {
        read_interrupt(reading, json_array_get(json_object_get(object, "interrupts"), i),
                &pd->interrupts[i]);
    }
    read_capabilities(reading, object, pd);
}

static void read_pds(struct reading *reading, const json_t *description)
{
    struct system_archive *archive = reading->archive;

    archive->pds = read_list(
            reading, description, "protection_domains", sizeof(*archive->pds), &archive->pd_count);
    if (archive->pd_count > ARCHIVE_MAX_PDS) {
        complain(reading, "%zu protection domains are more than %d", archive->pd_count,
                ARCHIVE_MAX_PDS);
    }
    for (size_t i = 0; i < archive->pd_count && reading->error == NULL; i++) {
        read_pd(reading, json_array_get(json_object_get(description, "protection_domains"), i), i,
                &archive->pds[i]);
    }
}

static void read_regions(struct reading *reading, const json_t *description)
{
    struct system_archive *archive = reading->archive;

    archive->regions = read_list(reading, description, "memory_regions", sizeof(*archive->regions),
            &archive->region_count);
    for (size_t i = 0; i < archive->region_count && reading->error == NULL; i++) {
        const json_t *object = json_array_get(json_object_get(description, "memory_regions"), i);
        struct archive_region *region = &archive->regions[i];

        region->name = read_string(reading, object, "name");
        region->size = read_number(reading, object, "size", INT64_MAX);
        region->page_size = read_number(reading, object, "page_size", INT64_MAX);
        region->paddr = read_number(reading, object, "paddr", INT64_MAX);
        region->contiguous = read_switch(reading, object, "contiguous");
    }
}

static void read_end(struct reading *reading, const json_t *object, struct archive_channel_end *end)
{
    size_t pds = reading->archive->pd_count;

    end->pd = (unsigned)read_number(reading, object, "pd", pds == 0 ? 0 : pds - 1);
    end->id = (unsigned)read_number(reading, object, "id", ARCHIVE_MAX_ID);
    end->may_notify = read_switch(reading, object, "may_notify");
    end->may_call = read_switch(reading, object, "may_call");
}

static void read_channels(struct reading *reading, const json_t *description)
{
    struct system_archive *archive = reading->archive;

    archive->channels = read_list(
            reading, description, "channels", sizeof(*archive->channels), &archive->channel_count);
    for (size_t i = 0; i < archive->channel_count && reading->error == NULL; i++) {
        const json_t *object = json_array_get(json_object_get(description, "channels"), i);

        for (size_t side = 0; side < 2; side++) {
            read_end(reading, json_array_get(json_object_get(object, "ends"), side),
                    &archive->channels[i].ends[side]);
        }
    }
}

static void read_description(struct reading *reading, const json_t *description)
{
    struct system_archive *archive = reading->archive;

    if (read_number(reading, description, "version", INT64_MAX) != ARCHIVE_VERSION) {
        complain(reading, "it was written by another version of the microkit tool");
    }
    archive->board = read_string(reading, description, "board");
    archive->config = read_string(reading, description, "config");
    archive->system = read_string(reading, description, "system");
    archive->system_id = read_string(reading, description, "system_id");
    read_file(reading, json_object_get(description, "kernel"), &archive->kernel);
    read_pds(reading, description);
    read_regions(reading, description);
    read_channels(reading, description);
}

static uint64_t little_endian(const char *bytes)
{
    uint64_t value = 0;

    for (int i = 7; i >= 0; i--) {
        value = value << 8 | (unsigned char)bytes[i];
    }
    return value;
}

const char *archive_parse(const void *bytes, size_t size, struct system_archive *archive)
{
    struct reading reading = { .archive = archive };
    json_error_t error;
    uint64_t length;

    *archive = (struct system_archive){ 0 };
    if (size < HEADER || memcmp(bytes, ARCHIVE_MAGIC, 8) != 0) {
        return "it is not a system archive";
    }
    length = little_endian((const char *)bytes + 8);
    if (length > size - HEADER) {
        return "its description is cut off";
    }
    archive->bytes = malloc(size);
    if (archive->bytes == NULL) {
        return "out of memory";
    }
    memcpy(archive->bytes, bytes, size);
    archive->description =
            json_loadb(archive->bytes + HEADER, length, JSON_REJECT_DUPLICATES, &error);
    if (archive->description == NULL) {
        complain(&reading, "its description is damaged: line %d: %s", error.line, error.text);
        archive_close(archive);
        return reading.error;
    }

    size_t start = (HEADER + length + 7) / 8 * 8;

    start = start < size ? start : size;
    reading.files = (const unsigned char *)archive->bytes + start;
    reading.files_size = size - start;
    read_description(&reading, archive->description);
    if (reading.error != NULL) {
        archive_close(archive);
    }
    return reading.error;
}

const char *archive_open(const char *path, struct system_archive *archive)
{
    FILE *stream = fopen(path, "rb");
    const char *error = "it cannot be read";
    char *bytes = NULL;
    long size;

    *archive = (struct system_archive){ 0 };
    if (stream == NULL) {
        return strerror(errno);
    }
    if (fseek(stream, 0, SEEK_END) == 0 && (size = ftell(stream)) >= 0
            && fseek(stream, 0, SEEK_SET) == 0 && (bytes = malloc((size_t)size + 1)) != NULL
            && fread(bytes, 1, (size_t)size, stream) == (size_t)size) {
        error = archive_parse(bytes, (size_t)size, archive);
    }
    free(bytes);
    fclose(stream);
    return error;
}

void archive_close(struct system_archive *archive)
{
    for (size_t i = 0; i < archive->pd_count && archive->pds != NULL; i++) {
        free(archive->pds[i].mappings);
        free(archive->pds[i].interrupts);
        free(archive->pds[i].capabilities);
    }
    free(archive->pds);
    free(archive->regions);
    free(archive->channels);
    json_decref(archive->description);
    free(archive->bytes);
    *archive = (struct system_archive){ 0 };
}
