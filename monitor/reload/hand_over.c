/* SPDX-License-Identifier: BSD-2-Clause */
/* What one image leaves to the next. */
#include <string.h>

#include "monitor/reload/parts.h"

struct lions_hand_over *reload_hand_over(const struct reload_module *module)
{
    return module->config->hand_over.vaddr;
}

/* Bytes of the region in use; what an image says of it is not trusted. */
static uint32_t bytes_in_use(const struct reload_module *module, const struct lions_hand_over *from)
{
    uint32_t room = (uint32_t)module->config->hand_over.size - sizeof(*from);

    return sizeof(*from) + (from->bytes < room ? from->bytes : room);
}

void reload_take_snapshot(struct reload_module *module)
{
    const struct lions_hand_over *now = reload_hand_over(module);

    memcpy(module->snapshot, now, bytes_in_use(module, now));
}

void reload_restore_snapshot(struct reload_module *module)
{
    const struct lions_hand_over *snapshot = (const struct lions_hand_over *)module->snapshot;
    struct lions_hand_over *now = reload_hand_over(module);
    uint32_t bytes = bytes_in_use(module, snapshot) - sizeof(*snapshot);
    uint32_t kept = now->live == snapshot->live ? now->live : 0;

    if (kept < bytes) {
        memcpy(now->state + kept, snapshot->state + kept, bytes - kept);
    }
    now->schema = snapshot->schema;
    now->bytes = snapshot->bytes;
    /* Last: who does this once more has to find again what is to be kept. */
    __atomic_store_n(&now->live, snapshot->live, __ATOMIC_RELEASE);
}
