/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: from the bytes of a composition to what is written. Either there are errors, each with a
 * text and a place in the file, or the system description is one that the microkit tool's reader takes
 * without a word, and each file has a name of its own that stays in its folder.
 */
#include "host-tools/compose/composition.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/compose/output.h"
#include "microkit/tool/files.h"

#define STACK_TOP UINT64_C(0x7fffffffe000)

static struct arena kept;
static struct board board;
static struct driver_list drivers;

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    struct file file;
    struct dt_error error;

    (void)count;
    (void)arguments;
    board.path = "board.dtb";
    require(file_read(&kept, BOARD_TREE, &file));
    require(board_open(&kept, &board, file.bytes, file.size, &error));
    require(drivers_read(&kept, DRIVERS, &drivers));
    return 0;
}

static unsigned count_lines(const uint8_t *data, size_t size)
{
    unsigned lines = 1;

    for (size_t i = 0; i < size; i++) {
        lines += data[i] == '\n' || data[i] == '\r';
    }
    return lines;
}

static void check_errors(const struct diagnostics *diagnostics, unsigned lines)
{
    list_for_each(error, &diagnostics->errors) {
        require(error->text[0] != 0);
        require(error->position.line != 0 && error->position.column != 0);
        require(error->position.line <= lines);
    }
}

/* Files of unknown size have one page, as when composing. */
static void guess_sizes(struct system *system)
{
    list_for_each(region, &system->regions) {
        region->size = region->size == 0 ? region->page_size : region->size;
        region->prefill_size = region->prefill_path != NULL ? 1 : 0;
    }
}

static void check_system(struct arena *arena, char *text)
{
    struct description_limits limits = {
        .cores = 64, .domains = 16, .domain_schedule_entries = 100, .hypervisor = true, .smc = true
    };
    struct diagnostics diagnostics = { .arena = arena, .file = "case.system" };
    struct system system = { 0 };
    struct xml_element *root = xml_parse(text, strlen(text), &diagnostics);

    require(root != NULL);
    if (child_of(root, "domains") != NULL) {
        limits.cores = 1;
    }
    description_read(&system, root, &limits, &diagnostics);
    guess_sizes(&system);
    description_check(&system, STACK_TOP, &diagnostics);
    require(diagnostics.errors.count == 0);
}

/* What is for modules that come later is in no image. */
static bool is_in_an_image(const struct composition *composition, const struct blob *blob)
{
    list_for_each(pd, &composition->pds) {
        list_for_each(section, &(*pd)->sections) {
            if (section->file == blob->file) {
                return true;
            }
        }
    }
    return false;
}

static void check_files(const struct composition *composition, const char *make)
{
    list_for_each(blob, &composition->blobs) {
        require(strstr(blob->file, "..") != blob->file && blob->file[0] != '/');
        require(strpbrk(blob->file, " $\n:#") == NULL);
        require(!is_in_an_image(composition, blob) || strstr(make, blob->file) != NULL);
        list_for_each(other, &composition->blobs) {
            require(other == blob || strcmp(other->file, blob->file) != 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct diagnostics diagnostics = { .arena = &arena, .file = "case.composition" };
    struct composition composition = {
        .arena = &arena, .diagnostics = &diagnostics, .board = &board, .drivers = &drivers
    };
    char *text = malloc(size + 1); /* its own, so that a byte too far is seen */

    require(text != NULL);
    if (size != 0) {
        memcpy(text, data, size);
    }
    composition.root = xml_parse(text, size, &diagnostics);
    require(composition.root != NULL || diagnostics.errors.count != 0);
    if (composition.root != NULL) {
        compose(&composition);
    }
    check_errors(&diagnostics, count_lines(data, size));
    if (diagnostics.errors.count == 0) {
        check_system(&arena, output_system(&composition, "case.composition"));
        check_files(&composition, output_make(&composition, "case", "case.composition"));
    }
    arena_release(&arena);
    free(text);
    return 0;
}
