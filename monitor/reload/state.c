/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a module stands, for the console. */
#include <string.h>

#include "monitor/reload/parts.h"

static void copy_build_id(const struct reload_image *image, uint8_t *at, uint16_t *length)
{
    *length = (uint16_t)image->build_id_length;
    memcpy(at, image->build_id, image->build_id_length);
}

static void put_running(const struct reload_module *module, struct protocol_reload_state *state)
{
    const struct reload_image *running = &module->images[module->running];

    state->slot = module->running;
    state->version = running->version;
    state->since = module->since;
    state->down = module->down;
    state->ready = module->ready;
    copy_build_id(running, state->build_id.at, &state->build_id.length);
    state->running_address =
            module->running != 0 ? reload_slot_of(module, module->running)->address : 0;
}

static void put_previous(const struct reload_module *module, struct protocol_reload_state *state)
{
    state->previous = module->previous;
    state->previous_version = 0;
    state->previous_build_id.length = 0;
    if (module->previous != RELOAD_NO_IMAGE) {
        const struct reload_image *previous = &module->images[module->previous];

        state->previous_version = previous->version;
        copy_build_id(previous, state->previous_build_id.at, &state->previous_build_id.length);
    }
}

static void put_next(const struct reload_module *module, struct protocol_reload_state *state)
{
    state->next = reload_free_image(module);
    state->text_address = reload_slot_of(module, state->next)->address;
    state->text_room = module->config->text_bytes;
    state->data_address = state->text_address + state->text_room;
    state->data_room = module->config->data_bytes;
    state->staged = reload_staged_bytes(module);
    state->staged_of = reload_staged_of(module);
}

void reload_state(const struct reload_module *module, struct protocol_reload_state *state)
{
    state->pd = (uint16_t)module->pd;
    state->transaction = module->transaction;
    state->phase = (uint8_t)reload_phase(module);
    state->cause = (uint8_t)module->cause;
    state->detail = module->detail;
    state->swaps = module->swaps;
    put_running(module, state);
    put_previous(module, state);
    put_next(module, state);
    state->who.length = module->who.length;
    memcpy(state->who.at, module->who.at, module->who.length);
    state->restarts = module->restarts;
}
