/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/sdk.h"

#include <dirent.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "microkit/tool/files.h"
#include "microkit/tool/numbers.h"

#define MAX_BITS     47 /* of objects: what untyped memory has */
#define MAX_USER_TOP ((UINT64_C(1) << 48) - 1)

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

const char *const *list_directories(struct arena *arena, const char *path)
{
    LIST(const char *) names = { 0 };
    DIR *directory = opendir(path);
    struct dirent *entry;

    if (directory == NULL) {
        return NULL;
    }
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.'
                && is_directory(arena_format(arena, "%s/%s", path, entry->d_name))) {
            *list_add(arena, &names) = arena_copy(arena, entry->d_name, strlen(entry->d_name));
        }
    }
    closedir(directory);
    if (names.count != 0) {
        qsort(names.items, names.count, sizeof(names.items[0]), compare_names);
    }
    *list_add(arena, &names) = NULL;
    return names.items;
}

static const char *tool_directory(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

    if (length <= 0) {
        return NULL;
    }
    path[length] = 0;
    for (int levels = 0; levels < 2; levels++) {
        char *slash = strrchr(path, '/');

        if (slash == NULL) {
            return NULL;
        }
        *slash = 0;
    }
    return arena_copy(arena, path, strlen(path));
}

const char *sdk_locate(struct arena *arena)
{
    const char *variable = getenv("MICROKIT_SDK");
    const char *path = variable != NULL ? variable : tool_directory(arena);

    if (path == NULL || !is_directory(path)) {
        fprintf(stderr, "microkit: error: MICROKIT_SDK is '%s', which is not a directory\n",
                path != NULL ? path : "");
        return NULL;
    }
    if (!is_directory(arena_format(arena, "%s/board", path))) {
        fprintf(stderr,
                "microkit: error: '%s' is not a Microkit SDK: it has no folder 'board'; set "
                "MICROKIT_SDK\n",
                path);
        return NULL;
    }
    return path;
}

/* ---- JSON files ---- */

struct json_reader {
    struct arena *arena;
    const char *path;
    json_t *root;
    bool good;
};

/* One message a file is enough: it is not the user's. */
static void json_complain(struct json_reader *reader, const char *what, const char *name)
{
    if (!reader->good) {
        return;
    }
    fprintf(stderr, "microkit: error: %s: %s '%s'; the SDK is damaged or of another version\n",
            reader->path, what, name);
    reader->good = false;
}

static bool json_open(struct json_reader *reader, const struct sdk *sdk, const char *name)
{
    json_error_t error;

    reader->path = arena_format(reader->arena, "%s/%s", sdk->config_path, name);
    reader->root = json_load_file(reader->path, JSON_REJECT_DUPLICATES, &error);
    reader->good = true;
    if (reader->root == NULL) {
        if (error.line < 0) {
            fprintf(stderr, "microkit: error: %s\n", error.text); /* with the path */
        } else {
            fprintf(stderr, "microkit: error: %s:%d: %s; the SDK is damaged\n", reader->path,
                    error.line, error.text);
        }
        return false;
    }
    return true;
}

/* A number, stored as such or as a string. */
static bool json_to_number(const json_t *value, uint64_t *number)
{
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        *number = (uint64_t)json_integer_value(value);
        return true;
    }
    return json_is_string(value)
            && parse_number(json_string_value(value), false, number) == NUMBER_GOOD;
}

static uint64_t json_number(
        struct json_reader *reader, const char *name, uint64_t least, uint64_t most)
{
    uint64_t number = 0;

    if (!json_to_number(json_object_get(reader->root, name), &number)) {
        json_complain(reader, "no number", name);
    } else if (number < least || number > most) {
        json_complain(reader,
                arena_format(reader->arena,
                        "%llu is not in %llu..%llu:", (unsigned long long)number,
                        (unsigned long long)least, (unsigned long long)most),
                name);
    }
    return number;
}

/* Switches that are not mentioned are off. */
static bool json_switch(struct json_reader *reader, const char *name)
{
    return json_is_true(json_object_get(reader->root, name));
}

static bool read_kernel_config(struct arena *arena, struct sdk *sdk)
{
    struct json_reader reader = { .arena = arena };

    if (!json_open(&reader, sdk, "include/kernel/gen_config.json")) {
        return false;
    }
    json_number(&reader, "WORD_SIZE", 64, 64);
    sdk->device_top = json_number(&reader, "PADDR_USER_DEVICE_TOP", 1, UINT64_MAX);
    sdk->root_cnode_bits = json_number(&reader, "ROOT_CNODE_SIZE_BITS", 4, MAX_BITS);
    sdk->fan_out = json_number(&reader, "RETYPE_FAN_OUT_LIMIT", 1, UINT32_MAX);
    sdk->max_untypeds = json_number(&reader, "MAX_NUM_BOOTINFO_UNTYPED_CAPS", 1, UINT16_MAX);
    sdk->limits.cores = json_number(&reader, "MAX_NUM_NODES", 1, UINT8_MAX);
    sdk->limits.domains = json_number(&reader, "NUM_DOMAINS", 1, 256);
    sdk->limits.domain_schedule_entries =
            json_number(&reader, "NUM_DOMAIN_SCHEDULES", 1, UINT16_MAX);
    sdk->limits.hypervisor = json_switch(&reader, "ARM_HYPERVISOR_SUPPORT");
    sdk->limits.smc = json_switch(&reader, "ALLOW_SMC_CALLS");
    sdk->printing = json_switch(&reader, "PRINTING");
    json_decref(reader.root);
    return reader.good;
}

static bool read_labels(struct arena *arena, struct sdk *sdk)
{
    struct json_reader reader = { .arena = arena };
    struct invocation_labels *labels = &sdk->labels;
    const struct {
        const char *name;
        uint64_t *label;
    } wanted[] = {
        { "UntypedRetype", &labels->untyped_retype },
        { "TCBWriteRegisters", &labels->tcb_write_registers },
        { "TCBConfigure", &labels->tcb_configure },
        { "TCBSetSchedParams", &labels->tcb_set_sched_params },
        { "TCBBindNotification", &labels->tcb_bind_notification },
        { "TCBSetFlags", &labels->tcb_set_flags },
        { "TCBResume", &labels->tcb_resume },
        { "TCBSuspend", &labels->tcb_suspend },
        { "CNodeCopy", &labels->cnode_copy },
        { "CNodeMint", &labels->cnode_mint },
        { "ARMIRQIssueIRQHandlerTrigger", &labels->irq_get_trigger },
        { "IRQSetIRQHandler", &labels->irq_set_notification },
        { "DomainSetSet", &labels->domain_set },
        { "DomainScheduleConfigure", &labels->domain_schedule_configure },
        { "DomainScheduleSetStart", &labels->domain_schedule_set_start },
        { "SchedControlConfigureFlags", &labels->sched_control_configure },
        { "ARMPageTableMap", &labels->page_table_map },
        { "ARMPageMap", &labels->page_map },
        { "ARMPageUnmap", &labels->page_unmap },
        { "ARMPageClean_Data", &labels->page_clean },
        { "ARMASIDPoolAssign", &labels->asid_pool_assign },
    };

    if (!json_open(&reader, sdk, "invocations_all.json")) {
        return false;
    }
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        *wanted[i].label = json_number(&reader, wanted[i].name, 0, UINT16_MAX);
    }
    json_decref(reader.root);
    return reader.good;
}

static bool read_object_sizes(struct arena *arena, struct sdk *sdk)
{
    struct json_reader reader = { .arena = arena };
    struct object_bits *bits = &sdk->bits;

    if (!json_open(&reader, sdk, "object_sizes.json")) {
        return false;
    }
    bits->tcb = json_number(&reader, "tcb", 1, MAX_BITS);
    bits->endpoint = json_number(&reader, "endpoint", 1, MAX_BITS);
    bits->notification = json_number(&reader, "notification", 1, MAX_BITS);
    bits->small_page = json_number(&reader, "small_page", 1, MAX_BITS);
    bits->large_page = json_number(&reader, "large_page", 1, MAX_BITS);
    bits->asid_pool = json_number(&reader, "asid_pool", 1, MAX_BITS);
    bits->slot = json_number(&reader, "slot", 1, MAX_BITS);
    bits->min_untyped_bits = json_number(&reader, "min_untyped_bits", 1, MAX_BITS);
    bits->max_untyped_bits = json_number(&reader, "max_untyped_bits", 1, MAX_BITS);
    bits->vspace = json_number(&reader, "vspace", 1, MAX_BITS);
    bits->reply = json_number(&reader, "reply", 1, MAX_BITS);
    bits->page_table = json_number(&reader, "page_table", 1, MAX_BITS);
    json_decref(reader.root);
    return reader.good;
}

static bool read_address_space(struct arena *arena, struct sdk *sdk)
{
    struct json_reader reader = { .arena = arena };

    if (!json_open(&reader, sdk, "address_space_constants.json")) {
        return false;
    }
    sdk->user_top = json_number(&reader, "vspace_user_top", UINT32_MAX, MAX_USER_TOP);
    json_decref(reader.root);
    return reader.good;
}

static bool range_from_json(const json_t *entry, struct address_range *range)
{
    return json_to_number(json_object_get(entry, "start"), &range->start)
            && json_to_number(json_object_get(entry, "end"), &range->end)
            && range->start < range->end;
}

static bool read_platform(struct arena *arena, struct sdk *sdk)
{
    struct json_reader reader = { .arena = arena };
    size_t index;
    json_t *entry;

    if (!json_open(&reader, sdk, "platform_gen.json")) {
        return false;
    }
    json_array_foreach(json_object_get(reader.root, "devices"), index, entry)
    {
        if (!range_from_json(entry, list_add(arena, &sdk->devices))) {
            json_complain(&reader, "bad range in", "devices");
        }
    }
    json_array_foreach(json_object_get(reader.root, "memory"), index, entry)
    {
        if (!range_from_json(entry, list_add(arena, &sdk->memory))) {
            json_complain(&reader, "bad range in", "memory");
        }
    }
    if (sdk->memory.count == 0) {
        json_complain(&reader, "no range in", "memory");
    }
    json_decref(reader.root);
    return reader.good;
}

bool sdk_read(struct arena *arena, struct sdk *sdk)
{
    sdk->config_path = arena_format(arena, "%s/board/%s/%s", sdk->path, sdk->board, sdk->config);
    sdk->loader_path = arena_format(arena, "%s/elf/loader.elf", sdk->config_path);
    sdk->monitor_path = arena_format(arena, "%s/elf/monitor.elf", sdk->config_path);
    sdk->initialiser_path = arena_format(arena, "%s/elf/initialiser.elf", sdk->config_path);
    if (sdk->kernel_path == NULL) {
        sdk->kernel_path = arena_format(arena, "%s/elf/sel4.elf", sdk->config_path);
    }
    sdk->benchmark = strcmp(sdk->config, "benchmark") == 0;
    return read_kernel_config(arena, sdk) && read_labels(arena, sdk)
            && read_object_sizes(arena, sdk) && read_address_space(arena, sdk)
            && read_platform(arena, sdk);
}
