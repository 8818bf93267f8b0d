/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/reload/module_store.h"

struct symbols *programs_open(struct programs *programs, unsigned pd)
{
    const struct archive_file *elf;
    struct error_report error;

    if (!programs->names->has_archive || pd >= programs->names->archive.pd_count
            || pd >= PROTOCOL_PDS_MAX) {
        return NULL;
    }
    if (!programs->tried[pd]) {
        programs->tried[pd] = true;
        elf = &programs->names->archive.pds[pd].elf;
        programs->symbols[pd] = symbols_open(elf->bytes, elf->size, &error);
    }
    return programs->symbols[pd];
}

struct symbols *programs_booted(struct programs *programs, unsigned pd)
{
    return programs->names->trusted ? programs_open(programs, pd) : NULL;
}

/* --- modules --- */

static void open_module(
        struct program_module *module, const char *build_id, uint64_t address, uint32_t version)
{
    struct error_report ignored;
    size_t size = 0;

    snprintf(module->build_id, sizeof(module->build_id), "%s", build_id);
    snprintf(module->label, sizeof(module->label), "v%u %.12s", version, build_id);
    module->address = address;
    module->bytes = module_store_get(build_id, &size);
    if (module->bytes != NULL) {
        module->symbols = symbols_open(module->bytes, size, &ignored);
    }
    if (module->symbols != NULL) {
        symbols_set_base(module->symbols, address);
    }
}

const struct program_module *programs_module(
        struct programs *programs, const char *build_id, uint64_t address, uint32_t version)
{
    for (unsigned i = 0; i < PROGRAM_MODULES_MAX && build_id[0] != '\0'; i++) {
        struct program_module *module = &programs->loaded[i];

        if (module->build_id[0] == '\0') {
            open_module(module, build_id, address, version);
        }
        if (module->address == address && strcmp(module->build_id, build_id) == 0) {
            return module;
        }
    }
    return NULL;
}

struct symbols *programs_symbols(struct programs *programs, unsigned pd)
{
    const struct model_module *state =
            programs->modules != NULL ? &programs->modules->of[pd] : NULL;
    const struct program_module *module;
    char build_id[MODULE_ID_MAX];

    if (state == NULL || !state->known || state->state.running_address == 0) {
        return programs_booted(programs, pd);
    }
    module_id_text(state->state.build_id.at, state->state.build_id.length, build_id);
    module =
            programs_module(programs, build_id, state->state.running_address, state->state.version);
    return module != NULL ? module->symbols : NULL;
}

struct symbols *programs_at(
        struct programs *programs, unsigned pd, uint64_t ticks, uint64_t address)
{
    const struct module_install *install =
            programs->modules != NULL ? modules_at(programs->modules, pd, ticks, address) : NULL;
    const struct program_module *module;

    if (install == NULL) {
        return programs_booted(programs, pd);
    }
    module = programs_module(programs, install->build_id, install->address, install->version);
    return module != NULL ? module->symbols : NULL;
}

void programs_close(struct programs *programs)
{
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        symbols_close(programs->symbols[i]);
    }
    for (unsigned i = 0; i < PROGRAM_MODULES_MAX; i++) {
        symbols_close(programs->loaded[i].symbols);
        free(programs->loaded[i].bytes);
    }
    memset(programs->loaded, 0, sizeof(programs->loaded));
    memset(programs->symbols, 0, sizeof(programs->symbols));
    memset(programs->tried, 0, sizeof(programs->tried));
}
