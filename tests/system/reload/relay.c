/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest component that can be reloaded: packets from one side to the other, empty buffers back. Padded to
 * any size by PADDING, it shows what a swap costs with images of different sizes.
 */
#include <os/sddf.h>

#include <lions/reload.h>
#include <sddf/network/queue.h>
#include <sddf/util/util.h>

#include "monitor/pd/clock.h"
#include "tests/system/reload/layout.h"

__attribute__((section(".reload_client_config"), used)) lions_reload_config_t reload_config;

LIONS_MODULE("relay", 1, 1, 1, 1, 0);

#ifdef PADDING
__attribute__((section(".rodata.padding"), used)) const char padding[PADDING] = { 1 };
#endif

/* Both live in the hand-over region. */
static struct state {
    uint64_t packets;
    uint64_t buffers;
} own_state, *state = &own_state;

static net_queue_handle_t in;
static net_queue_handle_t out;
static volatile struct relay_stamps *const stamps = (struct relay_stamps *)RELAY_STAMPS;

static void pass_on_packets(void)
{
    net_buff_desc_t packet;
    bool any = false;

    while (!net_queue_full_active(&out) && net_dequeue_active(&in, &packet) == 0) {
        net_enqueue_active(&out, packet);
        state->packets++;
        any = true;
    }
    if (any) {
        stamps->useful = clock_now();
    }
}

static void pass_back_buffers(void)
{
    net_buff_desc_t buffer;

    while (!net_queue_full_free(&in) && net_dequeue_free(&out, &buffer) == 0) {
        net_enqueue_free(&in, buffer);
        state->buffers++;
    }
}

static void pass_all(void)
{
    pass_on_packets();
    pass_back_buffers();
    stamps->last = clock_now();
}

void init(void)
{
    bool takes_over;
    uint32_t schema;

    state = lions_reload_attach(
            &reload_config, &lions_module_header, &own_state, sizeof(*state), &takes_over, &schema);
    lions_reload_live(sizeof(*state));
    net_queue_init(&in, (net_queue_t *)RELAY_IN_FREE, (net_queue_t *)RELAY_IN_ACTIVE, BUFFERS);
    net_queue_init(&out, (net_queue_t *)RELAY_OUT_FREE, (net_queue_t *)RELAY_OUT_ACTIVE, BUFFERS);
    pass_all();
    lions_reload_ready();
}

void notified(sddf_channel channel)
{
    (void)channel;
    pass_all();
}
