/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "console/model/memory_map.h"

struct search {
    struct module_settings *settings;
    const struct model *model;
    unsigned pd;
    struct module_findings *findings;
};

bool bytes_are_zero(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void check_source(
        const struct search *search, const char *name, uint64_t address, uint32_t size)
{
    char why[200];
    uint64_t at, length = 0;

    if (!memory_find(search->model, search->pd, address, &at, &length, why, sizeof(why))
            || length < size) {
        module_findings_add(search->findings, "settings", "bad_setting",
                "its setting '%s' cannot be copied from the image the system was booted with, at "
                "0x%" PRIx64 ": the monitor needs an image_window on it",
                name, address);
    }
}

/* What the booted image does not have, or has not filled in, the module keeps as it is. */
static bool find_source(void *context, const char *name, uint32_t offset, uint32_t size)
{
    const struct search *search = context;
    const struct archive_pd *pd = names_describe_pd(&search->model->names, search->pd);
    struct module_settings *settings = search->settings;
    uint64_t address = elf_setting_address(pd->elf.bytes, pd->elf.size, name, size);
    const uint8_t *content = elf_content(pd->elf.bytes, pd->elf.size, address, size);
    bool is_filled_in = name[0] != '.' || (content != NULL && !bytes_are_zero(content, size));

    (void)offset;
    if (settings->count == PROTOCOL_SETTINGS_MAX) {
        return false; /* module_describe has complained */
    }
    settings->sources[settings->count].address = is_filled_in ? address : 0;
    if (settings->sources[settings->count++].address != 0) {
        settings->taken++;
        check_source(search, name, address, size);
    } else {
        snprintf(settings->kept, sizeof(settings->kept), "%s", name);
    }
    return true;
}

void module_settings_find(struct module_settings *settings, const struct model *model, unsigned pd,
        const struct module_image *image, struct module_findings *findings)
{
    struct search search = { settings, model, pd, findings };

    memset(settings, 0, sizeof(*settings));
    module_image_for_each_setting(image, find_source, &search);
}
