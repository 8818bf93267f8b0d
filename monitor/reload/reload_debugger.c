/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/reload/reload_debugger.h"

#include "gdbstub/target/sel4.h"

static const struct reload_module *(*find_module)(unsigned pd);

static bool image_of(unsigned pd, struct sel4_target_image *image)
{
    const struct reload_module *module = find_module(pd);
    const struct reload_image *running;

    if (module == NULL || module->running == 0) {
        return false;
    }
    running = &module->images[module->running];
    *image = (struct sel4_target_image){ .address =
                                                 module->config->slots[module->running - 1].address,
        .entry = running->entry,
        .slot = module->running,
        .build_id = running->build_id,
        .build_id_length = running->build_id_length };
    return true;
}

void reload_debugger_init(const struct reload_module *(*module_of)(unsigned pd))
{
    find_module = module_of;
    sel4_target_follow(image_of);
}

void reload_debugger_staging(const struct reload_module *module)
{
    struct protocol_reload_state state;

    reload_state(module, &state);
    sel4_target_overwritten(
            module->pd, state.text_address, (uint64_t)state.text_room + state.data_room);
}

void reload_debugger_replaced(const struct reload_module *module)
{
    if (!sel4_target_has_client(module->pd)) {
        return;
    }
    for (uint8_t slot = 0; slot < MONITOR_RELOAD_SLOTS; slot++) {
        if (slot + 1 != module->running) {
            sel4_target_left(
                    module->pd, module->config->slots[slot].address, module->config->text_bytes);
        }
    }
    sel4_target_replaced(module->pd);
}

bool reload_debugger_expects(microkit_child child, microkit_msginfo message)
{
    return sel4_target_expects(child, message);
}
