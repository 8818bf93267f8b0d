/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_wants.h"

#include <string.h>

#include "console/model/memory_map.h"
#include "console/reload/reloadable.h"
#include "lionsos/include/lions/reload.h"

void module_wants_known(struct module_wants *wants, const struct session *session, unsigned pd)
{
    const struct model *model = session->model;

    memset(wants, 0, sizeof(*wants));
    wants->state = model->modules.of[pd].state;
    wants->config_known = reloadable_find(&model->names, pd, &wants->config);
}

bool module_wants_schema_address(
        const struct module_wants *wants, const struct model *model, uint64_t *address)
{
    uint64_t begin = (uint64_t)(uintptr_t)wants->config.hand_over.vaddr;

    *address = begin + offsetof(struct lions_hand_over, schema);
    return wants->config_known && memory_can_read(model, *address, sizeof(uint32_t));
}
