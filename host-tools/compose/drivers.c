/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/compose/drivers.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "microkit/tool/files.h"

struct json_file {
    struct arena *arena;
    const char *path;
};

static bool fail(const struct json_file *file, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static bool fail(const struct json_file *file, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "Error: %s: ", file->path);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return false;
}

static const char *copy_string(const struct json_file *file, const json_t *string)
{
    return arena_copy(file->arena, json_string_value(string), json_string_length(string));
}

static bool read_index(const struct json_file *file, const json_t *object, const char *what,
        size_t number, size_t *index)
{
    const json_t *value = json_object_get(object, "dt_index");

    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return fail(file, "%s %zu: \"dt_index\" is not a number from 0 on", what, number);
    }
    *index = (size_t)json_integer_value(value);
    return true;
}

static bool read_region(
        const struct json_file *file, const json_t *object, size_t number, struct driver *driver)
{
    const json_t *name = json_object_get(object, "name");
    const json_t *permissions = json_object_get(object, "perms");
    const json_t *size = json_object_get(object, "size");
    const json_t *cached = json_object_get(object, "cached");
    struct driver_region *region = list_add(file->arena, &driver->regions);

    if (!json_is_string(name)) {
        return fail(file, "region %zu: \"name\" is not a string", number);
    }
    region->name = copy_string(file, name);
    if (permissions != NULL && !json_is_string(permissions)) {
        return fail(
                file, "region '%s': \"perms\" is not a string of the letters rwx", region->name);
    }
    region->permissions = permissions != NULL ? copy_string(file, permissions) : "rw";
    if (size != NULL && (!json_is_integer(size) || json_integer_value(size) <= 0)) {
        return fail(file, "region '%s': \"size\" is not a number of bytes above 0", region->name);
    }
    region->size = (uint64_t)json_integer_value(size);
    region->is_device = json_object_get(object, "dt_index") != NULL;
    if (cached != NULL && !json_is_boolean(cached)) {
        return fail(file, "region '%s': \"cached\" is neither true nor false", region->name);
    }
    region->cached = cached != NULL ? json_is_true(cached) : !region->is_device;
    if (!region->is_device && region->size == 0) {
        return fail(file, "region '%s' needs \"size\" (memory) or \"dt_index\" (registers)",
                region->name);
    }
    return !region->is_device || read_index(file, object, "region", number, &region->dt_index);
}

static bool read_resources(const struct json_file *file, const json_t *root, struct driver *driver)
{
    const json_t *resources = json_object_get(root, "resources");
    const json_t *regions = json_object_get(resources, "regions");
    const json_t *interrupts = json_object_get(resources, "irqs");
    const json_t *item;
    size_t i;

    if (!json_is_array(regions) || !json_is_array(interrupts)) {
        return fail(file, "expected \"resources\" with the lists \"regions\" and \"irqs\"");
    }
    json_array_foreach(regions, i, item)
    {
        if (!read_region(file, item, i, driver)) {
            return false;
        }
    }
    json_array_foreach(interrupts, i, item)
    {
        if (!read_index(file, item, "irq", i, list_add(file->arena, &driver->interrupts))) {
            return false;
        }
    }
    return true;
}

static bool read_driver(const struct json_file *file, const json_t *root, struct driver *driver)
{
    const json_t *compatible = json_object_get(root, "compatible");
    const json_t *program = json_object_get(root, "program");
    const json_t *item;
    size_t i;

    if (!json_is_array(compatible) || json_array_size(compatible) == 0) {
        return fail(file, "\"compatible\" is not a list of device tree strings");
    }
    json_array_foreach(compatible, i, item)
    {
        if (!json_is_string(item)) {
            return fail(file, "\"compatible\": entry %zu is not a string", i);
        }
        *list_add(file->arena, &driver->compatible) = copy_string(file, item);
    }
    if (!json_is_string(program)) {
        return fail(file, "\"program\" is not the file name of the driver's ELF");
    }
    driver->program = copy_string(file, program);
    return read_resources(file, root, driver);
}

static bool read_json(struct arena *arena, const char *path, struct driver *driver)
{
    struct json_file file = { arena, path };
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL) {
        fprintf(stderr, "Error: %s:%d:%d: %s\n", path, error.line, error.column, error.text);
        return false;
    }

    bool good = read_driver(&file, root, driver);

    json_decref(root);
    return good;
}

/* Sorted names of what is in a folder, without those that start with a dot. NULL with errno. */
static const char *const *folder_names(struct arena *arena, const char *folder)
{
    LIST(const char *) names = { 0 };
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);

    if (count < 0) {
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            *list_add(arena, &names) =
                    arena_copy(arena, entries[i]->d_name, strlen(entries[i]->d_name));
        }
        free(entries[i]);
    }
    free(entries);
    *list_add(arena, &names) = NULL;
    return names.items;
}

static bool read_class(struct arena *arena, const char *folder, const char *device_class,
        struct driver_list *drivers)
{
    const char *path = arena_format(arena, "%s/%s", folder, device_class);
    const char *const *names = is_directory(path) ? folder_names(arena, path) : NULL;

    for (; names != NULL && *names != NULL; names++) {
        const char *json = arena_format(arena, "%s/%s/config.json", path, *names);
        struct driver driver = { .device_class = device_class, .name = *names };
        struct file file;

        if (!file_read(arena, json, &file)) {
            continue; /* a folder of sources that no composition can use */
        }
        if (!read_json(arena, json, &driver)) {
            return false;
        }
        *list_add(arena, &drivers->items) = driver;
    }
    return true;
}

bool drivers_read(struct arena *arena, const char *folder, struct driver_list *drivers)
{
    const char *const *classes = folder_names(arena, folder);

    if (classes == NULL) {
        fprintf(stderr, "lionscope-compose: error: cannot read drivers' folder '%s': %s\n", folder,
                strerror(errno));
        return false;
    }
    for (; *classes != NULL; classes++) {
        if (!read_class(arena, folder, *classes, drivers)) {
            return false;
        }
    }
    if (drivers->items.count == 0) {
        fprintf(stderr,
                "lionscope-compose: error: no driver in '%s': expected "
                "<class>/<driver>/config.json below it\n",
                folder);
        return false;
    }
    return true;
}

const struct driver *drivers_find(
        const struct driver_list *drivers, const char *device_class, const char *const *compatible)
{
    for (; *compatible != NULL; compatible++) {
        list_for_each(driver, &drivers->items) {
            list_for_each(known, &driver->compatible) {
                if (strcmp(driver->device_class, device_class) == 0
                        && strcmp(*known, *compatible) == 0) {
                    return driver;
                }
            }
        }
    }
    return NULL;
}

const char *const *drivers_known(
        struct arena *arena, const struct driver_list *drivers, const char *device_class)
{
    LIST(const char *) names = { 0 };

    list_for_each(driver, &drivers->items) {
        list_for_each(known, &driver->compatible) {
            if (strcmp(driver->device_class, device_class) == 0) {
                *list_add(arena, &names) = *known;
            }
        }
    }
    *list_add(arena, &names) = NULL;
    return names.items;
}
