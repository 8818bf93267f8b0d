/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/reloadable.h"

#include <string.h>

#include "console/reload/module_image.h"

static const char magic[SDDF_MAGIC_LEN] = MONITOR_RELOAD_MAGIC;

/* Of a program that has such a table; only a monitor has. */
static bool read_table(const struct archive_pd *program, monitor_reload_config_t *table)
{
    uint64_t address = elf_setting_address(
            program->elf.bytes, program->elf.size, ".reload_config", sizeof(*table));
    const uint8_t *bytes = address != 0
            ? elf_content(program->elf.bytes, program->elf.size, address, sizeof(*table))
            : NULL;

    if (bytes == NULL) {
        return false;
    }
    memcpy(table, bytes, sizeof(*table));
    return memcmp(table->magic, magic, sizeof(magic)) == 0;
}

static bool find_in_table(
        const monitor_reload_config_t *table, const char *name, monitor_reload_pd_t *config)
{
    for (uint32_t i = 0; i < table->count && i < MONITOR_RELOADABLE_MAX; i++) {
        if (strncmp(table->pds[i].pd, name, sizeof(table->pds[i].pd)) == 0) {
            *config = table->pds[i];
            config->kind[sizeof(config->kind) - 1] = '\0';
            return true;
        }
    }
    return false;
}

bool reloadable_find(const struct system_names *names, unsigned pd, monitor_reload_pd_t *config)
{
    const struct archive_pd *wanted = names_describe_pd(names, pd);
    monitor_reload_config_t table;

    for (size_t i = 0; wanted != NULL && i < names->archive.pd_count; i++) {
        if (read_table(&names->archive.pds[i], &table)
                && find_in_table(&table, wanted->name, config)) {
            return true;
        }
    }
    return false;
}
