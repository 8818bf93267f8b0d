/* SPDX-License-Identifier: BSD-2-Clause */
/* A module's bytes come into the slot that is free. */
#include <string.h>

#include "monitor/reload/module_place.h"
#include "monitor/reload/parts.h"
#include "monitor/signature/module_signature.h"

/* Why it cannot be staged; RELOAD_CAUSE_NONE: it can. */
static enum protocol_reload_cause check_begin(const struct reload_module *module,
        const struct protocol_reload_begin *request, uint64_t *detail)
{
    const monitor_reload_pd_t *config = module->config;
    enum protocol_reload_cause cause;

    *detail = config->text_bytes;
    if (request->text_bytes == 0 || request->text_bytes > config->text_bytes) {
        return RELOAD_BAD_SIZE;
    }
    *detail = config->data_bytes;
    if (request->data_memory < request->data_bytes || request->data_memory > config->data_bytes
            || request->data_bytes < sizeof(struct lions_module_header)) {
        return RELOAD_BAD_SIZE;
    }
    *detail = request->entry;
    if (request->entry % 4 != 0 || request->entry >= request->text_bytes) {
        return RELOAD_BAD_ENTRY;
    }
    cause = module_place_check(config, request, detail);
    return cause == RELOAD_CAUSE_NONE && module->key != NULL
            ? module_signature_check(request, NULL, NULL, module->key, detail)
            : cause;
}

void reload_note_who(struct reload_module *module, const uint8_t *name, uint16_t length)
{
    module->who.length = length < PROTOCOL_WHO_MAX ? length : PROTOCOL_WHO_MAX;
    memcpy(module->who.at, name, module->who.length);
}

/* What stood in the slot is gone: it is nothing to go back to any more before the first byte is written. */
static void give_up_image(struct reload_module *module, uint8_t image)
{
    if (image == module->previous) {
        record_set(module, (enum reload_step)module->step, module->running, 0, module->next);
    }
    module->images[image].entry = 0;
    module->images[image].build_id_length = 0;
}

bool reload_begin(struct reload_module *module, const struct protocol_reload_begin *request)
{
    enum protocol_reload_cause cause;
    uint64_t detail;
    uint8_t image;

    if (reload_is_current(module, request->transaction)
            || reload_has_ended(module, request->transaction)) {
        return true; /* repeated */
    }
    if (reload_phase(module) > RELOAD_VERIFIED) {
        return false;
    }
    module->transaction = request->transaction;
    reload_note_who(module, request->who.at, request->who.length);
    image = reload_free_image(module);
    cause = check_begin(module, request, &detail);
    if (cause != RELOAD_CAUSE_NONE) {
        reload_end(module, cause, detail);
        return true;
    }
    give_up_image(module, image);
    module->staged = *request;
    memset(module->arrived, 0, sizeof(module->arrived));
    module->cause = RELOAD_CAUSE_NONE;
    module->detail = 0;
    module->deadline = reload_in_ms(module, STAGING_MS);
    memset(reload_slot_of(module, image)->data, 0, module->config->data_bytes);
    reload_enter(module, STEP_STAGING);
    return true;
}

uint32_t reload_staged_of(const struct reload_module *module)
{
    return module->staged.text_bytes + module->staged.data_bytes;
}

uint32_t reload_staged_bytes(const struct reload_module *module)
{
    return module->arrived[0] + module->arrived[1];
}

/* The consoles that look on are told of each sixteenth. */
static void note_arrived(struct reload_module *module, uint8_t segment, uint32_t end)
{
    uint32_t step = reload_staged_of(module) / 16 + 1;
    uint32_t before = reload_staged_bytes(module);

    if (end > module->arrived[segment]) {
        module->arrived[segment] = end;
        module->changed |= reload_staged_bytes(module) / step != before / step;
    }
}

bool reload_chunk(struct reload_module *module, const struct protocol_reload_chunk *request)
{
    const struct protocol_reload_begin *staged = &module->staged;
    uint32_t size = request->segment == 0 ? staged->text_bytes : staged->data_bytes;
    const monitor_reload_slot_t *slot;

    if (!reload_is_current(module, request->transaction) || module->step != STEP_STAGING
            || request->offset > size || request->bytes.length > size - request->offset) {
        return false;
    }
    slot = reload_slot_of(module, reload_free_image(module));
    memcpy((uint8_t *)(request->segment == 0 ? slot->text : slot->data) + request->offset,
            request->bytes.at, request->bytes.length);
    note_arrived(module, request->segment, request->offset + request->bytes.length);
    module->deadline = reload_in_ms(module, STAGING_MS);
    return true;
}
