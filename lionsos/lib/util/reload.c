/* SPDX-License-Identifier: BSD-2-Clause */
#include <lions/reload.h>
#include <sddf/util/ticks.h>

static struct lions_hand_over *hand_over;
static uint32_t own_schema;

void *lions_reload_attach(const lions_reload_config_t *config,
        const struct lions_module_header *module, void *own, uint32_t bytes, bool *takes_over,
        uint32_t *schema)
{
    uint64_t now = sddf_ticks_now();

    *takes_over = false;
    *schema = 0;
    hand_over = 0;
    if (!sddf_magic_matches(config, LIONS_RELOAD_MAGIC_CLASS)
            || config->hand_over.size < sizeof(*hand_over) + bytes) {
        return own;
    }
    hand_over = config->hand_over.vaddr;
    own_schema = module->schema;
    hand_over->started = now;
    hand_over->ready = 0;
    hand_over->starts++;
    hand_over->bytes = bytes;
    hand_over->live = 0;
    *schema = hand_over->schema;
    *takes_over = hand_over->schema != 0;
    if (*takes_over) {
        hand_over->schema = own_schema; /* from now on nobody else can rely on what is there */
    }
    return hand_over->state;
}

void lions_reload_live(uint32_t live)
{
    if (hand_over != 0) {
        hand_over->live = live;
    }
}

void lions_reload_ready(void)
{
    if (hand_over != 0) {
        hand_over->schema = own_schema;
        __atomic_store_n(&hand_over->ready, sddf_ticks_now(), __ATOMIC_RELEASE);
    }
}
