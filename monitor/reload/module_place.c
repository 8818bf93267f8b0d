/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/reload/module_place.h"

#include <string.h>

/* ELF's Elf64_Rela, and the only type that a module without undefined symbols has (ELF for AArch64, 5.7). */
struct relocation {
    uint64_t offset;
    uint64_t info; /* symbol, and in the lower half the type */
    uint64_t addend;
};
#define RELOCATION_RELATIVE 1027

/* ---- before it is staged ---- */

static bool setting_is_inside(
        const struct protocol_reload_begin *begin, const struct protocol_reload_setting *setting)
{
    uint32_t first = begin->data_offset + sizeof(struct lions_module_header);
    uint32_t end = begin->data_offset + begin->data_memory;

    return setting->offset >= first && setting->offset <= end
            && setting->size <= end - setting->offset;
}

enum protocol_reload_cause module_place_check(const monitor_reload_pd_t *config,
        const struct protocol_reload_begin *begin, uint64_t *detail)
{
    *detail = config->text_bytes;
    if (begin->data_offset != config->text_bytes) {
        return RELOAD_BAD_SIZE;
    }
    *detail = 0;
    if (begin->relocations % sizeof(uint64_t) != 0
            || begin->relocation_bytes % sizeof(struct relocation) != 0
            || begin->relocations > begin->text_bytes
            || begin->relocation_bytes > begin->text_bytes - begin->relocations) {
        return RELOAD_BAD_RELOCATION;
    }
    for (uint16_t i = 0; i < begin->settings.count; i++) {
        if (!setting_is_inside(begin, &begin->settings.at[i])) {
            *detail = i;
            return RELOAD_BAD_SETTING;
        }
    }
    return RELOAD_CAUSE_NONE;
}

/* ---- staged ---- */

/* Where the word at this offset of the module lies; NULL: not in it. */
static void *word_at(const struct protocol_reload_begin *begin, const monitor_reload_slot_t *slot,
        uint64_t offset)
{
    uint64_t in_data = offset - begin->data_offset;

    if (offset % sizeof(uint64_t) != 0) {
        return NULL;
    }
    if (offset < begin->text_bytes && begin->text_bytes - offset >= sizeof(uint64_t)) {
        return (uint8_t *)slot->text + offset;
    }
    return offset >= begin->data_offset && in_data < begin->data_memory
                    && begin->data_memory - in_data >= sizeof(uint64_t)
            ? (uint8_t *)slot->data + in_data
            : NULL;
}

static bool relocate(const struct protocol_reload_begin *begin, const monitor_reload_slot_t *slot,
        uint64_t *number)
{
    const uint8_t *table = (const uint8_t *)slot->text + begin->relocations;

    for (*number = 0; *number < begin->relocation_bytes / sizeof(struct relocation); ++*number) {
        struct relocation relocation;
        uint64_t value;
        void *word;

        memcpy(&relocation, table + *number * sizeof(relocation), sizeof(relocation));
        word = word_at(begin, slot, relocation.offset);
        if ((uint32_t)relocation.info != RELOCATION_RELATIVE || word == NULL) {
            return false;
        }
        value = slot->address + relocation.addend;
        memcpy(word, &value, sizeof(value));
    }
    return true;
}

/* A setting whose source is not told keeps what the module has. */
static bool copy_settings(const struct reload_module *module, const monitor_reload_slot_t *slot,
        const struct protocol_reload_verify *request, uint64_t *number)
{
    const struct protocol_reload_begin *begin = &module->staged;

    for (*number = 0; *number < begin->settings.count && *number < request->sources.count;
            ++*number) {
        const struct protocol_reload_setting *setting = &begin->settings.at[*number];
        uint64_t address = request->sources.at[*number].address;
        uint8_t *to = (uint8_t *)slot->data + setting->offset - begin->data_offset;

        if (address != 0 && !module->target->read(module->pd, address, to, setting->size)) {
            return false;
        }
    }
    return true;
}

enum protocol_reload_cause module_place(const struct reload_module *module,
        const monitor_reload_slot_t *slot, const struct protocol_reload_verify *request,
        uint64_t *detail)
{
    if (!relocate(&module->staged, slot, detail)) {
        return RELOAD_BAD_RELOCATION;
    }
    if (!copy_settings(module, slot, request, detail)) {
        return RELOAD_BAD_SETTING;
    }
    *detail = 0;
    return RELOAD_CAUSE_NONE;
}
