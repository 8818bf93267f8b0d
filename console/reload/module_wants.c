/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_wants.h"

#include <string.h>

#include "console/model/memory_map.h"
#include "console/reload/module_image.h"

/* The monitor's own table of what can be reloaded, as the system was built with it. */
static bool find_config(
        const struct archive_pd *monitor, const char *pd, monitor_reload_pd_t *found)
{
    static monitor_reload_config_t config;
    const uint8_t *bytes = NULL;
    uint64_t address = 0;

    if (monitor != NULL) {
        address = elf_setting_address(
                monitor->elf.bytes, monitor->elf.size, ".reload_config", sizeof(config));
    }
    if (address != 0) {
        bytes = elf_content(monitor->elf.bytes, monitor->elf.size, address, sizeof(config));
    }
    if (bytes == NULL) {
        return false;
    }
    memcpy(&config, bytes, sizeof(config));
    for (uint32_t i = 0; i < config.count && i < MONITOR_RELOADABLE_MAX; i++) {
        if (strncmp(config.pds[i].pd, pd, sizeof(config.pds[i].pd)) == 0) {
            *found = config.pds[i];
            found->kind[sizeof(found->kind) - 1] = '\0';
            return true;
        }
    }
    return false;
}

void module_wants_known(struct module_wants *wants, const struct session *session, unsigned pd)
{
    const struct model *model = session->model;

    memset(wants, 0, sizeof(*wants));
    wants->state = model->modules.of[pd].state;
    wants->config_known = names_describe_pd(&model->names, pd) != NULL
            && find_config(memory_monitor(model), names_pd(&model->names, pd), &wants->config);
}

bool module_wants_schema_address(
        const struct module_wants *wants, const struct model *model, uint64_t *address)
{
    uint64_t begin = (uint64_t)(uintptr_t)wants->config.hand_over.vaddr;

    *address = begin + offsetof(struct lions_hand_over, schema);
    return wants->config_known && memory_can_read(model, *address, sizeof(uint32_t));
}
