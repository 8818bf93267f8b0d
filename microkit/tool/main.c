/* SPDX-License-Identifier: BSD-2-Clause */
/* microkit: from a system description to a bootable image. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "microkit/tool/describe.h"
#include "microkit/tool/files.h"
#include "microkit/tool/image.h"
#include "microkit/tool/options.h"
#include "microkit/tool/xml.h"

struct run {
    struct arena *arena;
    struct options options;
    struct sdk sdk;
    struct diagnostics diagnostics;
    struct file description;
    struct system system;
    struct plan plan;
};

static bool read_description(struct run *run)
{
    struct xml_element *root;

    if (!file_read(run->arena, run->options.system, &run->description)) {
        fprintf(stderr, "microkit: error: cannot read system description '%s': %s\n",
                run->options.system, strerror(errno));
        return false;
    }
    root = xml_parse(run->description.bytes, run->description.size, &run->diagnostics);
    if (root == NULL) {
        return diagnostics_print(&run->diagnostics);
    }
    description_read(&run->system, root, &run->sdk.limits, &run->diagnostics);
    return true;
}

/* The path of a file the description names, or NULL after reporting. */
static const char *locate(
        struct run *run, const char *name, const char *what, struct position position)
{
    const char *path = find_file(run->arena, run->options.search_paths, name);

    if (path == NULL) {
        report_error(&run->diagnostics, position, "%s '%s' not found in: %s", what, name,
                join_words(run->arena, run->options.search_paths));
    }
    return path;
}

static void locate_programs(struct run *run)
{
    list_for_each(pd, &run->system.pds) {
        if (pd->image_path != NULL) {
            pd->image_path = locate(run, pd->image_path, "program image", pd->image_position);
        }
        if (pd->symbols_path != NULL) {
            pd->symbols_path =
                    locate(run, pd->symbols_path, "program for symbols", pd->symbols_position);
        }
    }
}

static void check_prefill(struct run *run, struct memory_region *region, uint64_t size)
{
    if (size == 0) {
        report_error(&run->diagnostics, region->prefill_position,
                "prefill file '%s' of memory region '%s' is empty", region->prefill_path,
                region->name);
    } else if (region->size == 0) {
        region->size = (size + region->page_size - 1) / region->page_size * region->page_size;
    } else if (region->size < size) {
        report_error(&run->diagnostics, region->size_position,
                "memory region '%s' has 0x%llx bytes; its prefill file '%s' has 0x%llx",
                region->name, (unsigned long long)region->size, region->prefill_path,
                (unsigned long long)size);
    }
}

static void read_prefills(struct run *run)
{
    list_for_each(region, &run->system.regions) {
        const char *path;
        struct file file = { 0 };

        if (region->prefill_path == NULL) {
            continue;
        }
        path = locate(run, region->prefill_path, "prefill file", region->prefill_position);
        if (path != NULL && !file_read(run->arena, path, &file)) {
            report_error(&run->diagnostics, region->prefill_position,
                    "prefill file '%s' cannot be read: %s", path, strerror(errno));
            path = NULL;
        }
        if (path != NULL) {
            check_prefill(run, region, file.size);
            region->prefill = file.bytes;
            region->prefill_size = file.size;
        }
        region->size = region->size == 0 ? region->page_size : region->size;
    }
}

static bool make_plan(struct run *run)
{
    read_prefills(run);
    description_check(&run->system, plan_stack_top(&run->sdk), &run->diagnostics);
    locate_programs(run);
    if (run->diagnostics.errors.count == 0) {
        run->plan = (struct plan){ .arena = run->arena,
            .diagnostics = &run->diagnostics,
            .system = &run->system,
            .sdk = &run->sdk,
            .description = &run->description };
        plan_make(&run->plan);
    }
    return diagnostics_print(&run->diagnostics);
}

/* ---- output ---- */

static bool write_file(const char *path, const struct bytes *bytes)
{
    if (!file_write(path, bytes->list.items, bytes->list.count)) {
        fprintf(stderr, "microkit: error: cannot write '%s': %s\n", path, strerror(errno));
        return false;
    }
    return true;
}

static bool write_json(const char *path, const json_t *value)
{
    if (json_dump_file(value, path, JSON_INDENT(2) | JSON_PRESERVE_ORDER) != 0) {
        fprintf(stderr, "microkit: error: cannot write '%s': %s\n", path, strerror(errno));
        return false;
    }
    return true;
}

/* loader.img -> loader.archive */
static const char *archive_path(struct run *run)
{
    const char *output = run->options.output;
    const char *slash = strrchr(output, '/');
    const char *dot = strrchr(output, '.');
    size_t length = dot != NULL && (slash == NULL || dot > slash + 1) ? (size_t)(dot - output)
                                                                      : strlen(output);

    if (run->options.archive != NULL) {
        return run->options.archive;
    }
    return arena_format(run->arena, "%.*s.archive", (int)length, output);
}

static bool write_descriptions(struct run *run)
{
    json_t *system = describe_system(&run->plan, &run->options);
    struct bytes report = describe_text(&run->plan);
    bool good = write_file(run->options.report, &report)
            && write_archive(&run->plan, system, archive_path(run));

    if (good && run->options.report_json != NULL) {
        good = write_json(run->options.report_json, system);
    }
    json_decref(system);
    if (good && run->options.capdl_json != NULL) {
        json_t *objects = describe_objects(&run->plan);

        good = write_json(run->options.capdl_json, objects);
        json_decref(objects);
    }
    return good;
}

static bool write_outputs(struct run *run)
{
    struct bytes image = image_build(&run->plan, run->options.type);
    uint64_t objects = 0;

    if (!write_file(run->options.output, &image) || !write_descriptions(run)) {
        return false;
    }
    list_for_each(object, &run->plan.objects) {
        objects += object->count;
    }
    printf("MICROKIT|CAPDL SPEC: number of root objects = %llu, spec footprint = %llu bytes\n",
            (unsigned long long)objects, (unsigned long long)image_spec_size(&run->plan));
    printf("MICROKIT|INITIAL TASK: memory size = %llu bytes\n",
            (unsigned long long)(image_task_pages(&run->plan) * SMALL_PAGE));
    printf("MICROKIT|LOADER: image file size = %llu bytes\n", (unsigned long long)image.list.count);
    return true;
}

static void close_images(struct run *run)
{
    for (size_t i = 0; run->plan.programs != NULL && i < run->system.pds.count; i++) {
        elf_image_close(&run->plan.programs[i].image);
        if (run->plan.programs[i].separate_symbols) {
            elf_image_close(&run->plan.programs[i].symbols);
        }
    }
    elf_image_close(&run->plan.monitor.image);
    elf_image_close(&run->plan.kernel);
    elf_image_close(&run->plan.loader);
    elf_image_close(&run->plan.initialiser);
}

static bool build(struct run *run)
{
    run->sdk.board = run->options.board;
    run->sdk.config = run->options.config;
    run->sdk.kernel_path = run->options.kernel;
    run->diagnostics = (struct diagnostics){ .arena = run->arena, .file = run->options.system };
    return sdk_read(run->arena, &run->sdk) && read_description(run) && make_plan(run)
            && write_outputs(run);
}

int main(int count, char **arguments)
{
    struct arena arena = { 0 };
    struct run run = { .arena = &arena };
    bool good = false;

    run.sdk.path = sdk_locate(&arena);
    if (run.sdk.path != NULL) {
        enum options_result result =
                options_parse(&arena, count, arguments, run.sdk.path, &run.options);

        good = result == OPTIONS_HELP || (result == OPTIONS_GOOD && build(&run));
        close_images(&run);
    }
    arena_release(&arena);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
