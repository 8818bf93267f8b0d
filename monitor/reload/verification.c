/* SPDX-License-Identifier: BSD-2-Clause */
/* What is staged is what was sent, by whom it should be, fits, and is made ready to run. */
#include <string.h>

#include "monitor/protocol/crc32c.h"
#include "monitor/reload/module_place.h"
#include "monitor/reload/parts.h"
#include "monitor/signature/module_signature.h"

/* Of the header as it lies in the slot now: nobody else can write there. */
static enum protocol_reload_cause check_header(const struct reload_module *module,
        const struct lions_module_header *header, bool older, uint64_t *detail)
{
    const monitor_reload_pd_t *config = module->config;
    const struct reload_image *running = &module->images[module->running];
    uint32_t schema = reload_hand_over(module)->schema;

    *detail = 0;
    if (header->magic != LIONS_MODULE_MAGIC) {
        return RELOAD_NO_MODULE;
    }
    if (memcmp(header->kind, config->kind, sizeof(config->kind)) != 0) {
        return RELOAD_OTHER_KIND;
    }
    *detail = header->interface;
    if (header->interface != config->interface) {
        return RELOAD_OTHER_INTERFACE;
    }
    *detail = header->config_bytes;
    if (header->config_bytes != config->config_bytes) {
        return RELOAD_OTHER_CONFIG;
    }
    *detail = header->oldest_schema;
    if (schema < header->oldest_schema || schema > header->schema) {
        return RELOAD_OTHER_SCHEMA;
    }
    *detail = header->version;
    return header->version < running->version && !older ? RELOAD_OLDER : RELOAD_CAUSE_NONE;
}

/* Nothing is made of it before it is known whose it is. */
static enum protocol_reload_cause check_staged(const struct reload_module *module,
        const monitor_reload_slot_t *slot, const struct protocol_reload_verify *request,
        uint64_t *detail)
{
    enum protocol_reload_cause cause = RELOAD_CAUSE_NONE;

    *detail = 0;
    if (crc32c_add(0, slot->text, module->staged.text_bytes) != request->text_crc) {
        return RELOAD_BAD_CHECKSUM;
    }
    *detail = 1;
    if (crc32c_add(0, slot->data, module->staged.data_bytes) != request->data_crc) {
        return RELOAD_BAD_CHECKSUM;
    }
    if (module->key != NULL) {
        cause = module_signature_check(
                &module->staged, slot->text, slot->data, module->key, detail);
    }
    if (cause == RELOAD_CAUSE_NONE) {
        cause = check_header(module, slot->data, request->older != 0, detail);
    }
    return cause == RELOAD_CAUSE_NONE ? module_place(module, slot, request, detail) : cause;
}

static void note_image(struct reload_module *module, uint8_t image)
{
    const struct protocol_reload_begin *staged = &module->staged;
    const monitor_reload_slot_t *slot = reload_slot_of(module, image);
    const struct lions_module_header *header = slot->data;
    struct reload_image *noted = &module->images[image];

    noted->entry = slot->address + staged->entry;
    noted->version = header->version;
    noted->schema = header->schema;
    noted->oldest_schema = header->oldest_schema;
    noted->build_id_length = staged->build_id.length;
    memcpy(noted->build_id, staged->build_id.at, staged->build_id.length);
    image_seal(noted);
}

/* It has no header here: it is taken to know what it has left when it is replaced. */
static void note_schema_of_boot_image(struct reload_module *module)
{
    struct reload_image *boot = &module->images[0];

    if (module->running == 0) {
        boot->schema = reload_hand_over(module)->schema;
        boot->oldest_schema = boot->schema;
        image_seal(boot);
    }
}

bool reload_verify(struct reload_module *module, const struct protocol_reload_verify *request)
{
    uint8_t image = reload_free_image(module);
    const monitor_reload_slot_t *slot = reload_slot_of(module, image);
    enum protocol_reload_cause cause;
    uint64_t detail;

    if (!reload_is_current(module, request->transaction)) {
        return reload_has_ended(module, request->transaction);
    }
    if (module->step != STEP_STAGING) {
        return module->step == STEP_VERIFIED; /* repeated */
    }
    cause = check_staged(module, slot, request, &detail);
    if (cause != RELOAD_CAUSE_NONE) {
        reload_end(module, cause, detail);
        return true;
    }
    module->target->make_executable(slot->text, module->staged.text_bytes);
    note_image(module, image);
    note_schema_of_boot_image(module);
    module->arrived[0] = module->staged.text_bytes;
    module->arrived[1] = module->staged.data_bytes;
    module->deadline = reload_in_ms(module, STAGING_MS);
    reload_enter(module, STEP_VERIFIED);
    return true;
}
