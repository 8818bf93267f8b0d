/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/lionsos/reload_peer.h"

#include <lions/reload.h>

bool reload_peer_takes_over;

void *lions_reload_attach(const lions_reload_config_t *reload_config,
        const struct lions_module_header *module, void *own, uint32_t bytes, bool *takes_over,
        uint32_t *schema)
{
    (void)reload_config, (void)bytes;
    *takes_over = reload_peer_takes_over;
    *schema = reload_peer_takes_over ? module->schema : 0;
    return own;
}

void lions_reload_live(uint32_t live)
{
    (void)live;
}

void lions_reload_ready(void)
{
}
