/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything around the monitor and what it reloads: clients and driver of net_virt_tx, both ends of the relay, and
 * the console. First what a swap costs with images of different sizes, then many swaps under full load. Never
 * returns from init: it is of the lowest priority, and goes on when all others wait.
 */
#include <microkit.h>

#include <lions/reload.h>
#include <sddf/network/queue.h>
#include <sddf/util/string.h>

#include "monitor/pd/clock.h"
#include "tests/system/reload/layout.h"
#include "tests/system/reload/output.h"
#include "tests/system/reload/packets.h"
#include "tests/system/reload/wire.h"

/* One instruction is one nanosecond; the counter has 62.5 MHz. */
#define INSTRUCTIONS_PER_TICK 16
#define SWAPS_OF_A_SIZE       16
#define PROBATION_MS          4

/* From the build: how many packets, how often the policy changes, and at least how many times. */
#if !defined(PACKETS) || !defined(SWAP_EVERY_MS) || !defined(SWAPS)
#error "see the Makefile"
#endif

/* Indices of PDs: their order in the system description. */
static struct wire_pd virt_tx = { .index = 2 };
static struct wire_pd relay = { .index = 3 };

/* ---- modules ---- */

static const struct placed_module *find_module(const char *name)
{
    const struct placed_module *module = (const struct placed_module *)MODULES;

    while (module->magic == PLACED_MAGIC) {
        if (sddf_strcmp(module->name, name) == 0) {
            return module;
        }
        module = (const struct placed_module *)((uintptr_t)module + module->bytes);
    }
    check(false, name, UINT64_MAX);
    return NULL;
}

static bool is_zero(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

/* The room for data is zero already. */
static void stage_segment(struct wire_pd *pd, const struct placed_module *module, uint32_t segment,
        void (*meanwhile)(void))
{
    uint32_t size = segment == 0 ? module->text_bytes : module->data_bytes;
    const uint8_t *bytes = module->content + (segment == 0 ? 0 : module->text_bytes);

    for (uint32_t offset = 0; offset < size; offset += PROTOCOL_CHUNK_MAX) {
        if (segment == 0 || !is_zero(bytes + offset, MIN(PROTOCOL_CHUNK_MAX, size - offset))) {
            check(wire_chunk(pd, module, segment, offset), "refused chunk at", offset);
            meanwhile();
        }
    }
}

static uint64_t verify_ticks; /* that the last module took */

/* Up to the request to swap, which is made ready. The old image goes on meanwhile. */
static void stage(struct wire_pd *pd, const char *name, void (*meanwhile)(void))
{
    const struct placed_module *module;
    uint64_t begin;

    check(wire_ask_state(pd), "refused: state", UINT64_MAX);
    check(pd->state.phase == RELOAD_AT_REST, "not at rest, but in phase", pd->state.phase);
    module = find_module(name);
    check(wire_begin(pd, module) && pd->state.phase == RELOAD_STAGING, name, pd->state.cause);
    stage_segment(pd, module, 0, meanwhile);
    stage_segment(pd, module, 1, meanwhile);
    begin = clock_now();
    check(wire_verify(pd, module) && pd->state.phase == RELOAD_VERIFIED, name, pd->state.cause);
    verify_ticks = clock_now() - begin;
    wire_prepare_swap(pd, PROBATION_MS);
}

/* It stays. */
static void wait_for_commit(struct wire_pd *pd, void (*meanwhile)(void))
{
    uint64_t end = clock_now() + clock_hz();

    wire_receive(pd);
    /* The answer comes when the new image has begun, a little later. */
    while (pd->state.phase == RELOAD_PROBATION || pd->state.phase == RELOAD_VERIFIED) {
        meanwhile();
        wire_receive(pd);
        check(clock_now() < end, "on probation for ever", UINT64_MAX);
    }
    check(pd->state.cause == RELOAD_COMMITTED, "not committed: cause", pd->state.cause);
}

/* ---- what a swap costs ---- */

static void nothing(void)
{
}

static struct relay_ends {
    net_queue_handle_t in, out;
} ends;

static volatile struct relay_stamps *const stamps = (struct relay_stamps *)RELAY_STAMPS;
static volatile struct lions_hand_over *const hand_over = (struct lions_hand_over *)HAND_OVER;

/* Puts two packets into the relay's queue. It sees only the first until publish_second(). */
static void send_to_relay(void)
{
    net_queue_t *queue = ends.in.active;
    net_buff_desc_t packets[2];

    check(net_dequeue_free(&ends.in, &packets[0]) == 0
                    && net_dequeue_free(&ends.in, &packets[1]) == 0,
            "the relay has not returned its buffers", UINT64_MAX);
    net_enqueue_active(&ends.in, packets[0]);
    queue->buffers[queue->tail & (ends.in.capacity - 1)] = packets[1];
}

static inline void publish_second(void)
{
    ends.in.active->tail++;
}

static void take_from_relay(void)
{
    net_buff_desc_t packet;

    while (net_dequeue_active(&ends.out, &packet) == 0) {
        net_enqueue_free(&ends.out, packet);
    }
}

static void relay_init(void)
{
    net_queue_init(&ends.in, (net_queue_t *)RELAY_IN_FREE, (net_queue_t *)RELAY_IN_ACTIVE, BUFFERS);
    net_queue_init(
            &ends.out, (net_queue_t *)RELAY_OUT_FREE, (net_queue_t *)RELAY_OUT_ACTIVE, BUFFERS);
    net_buffers_init(&ends.in, 0);
}

struct swap_cost {
    uint64_t first; /* ticks from the old image's last handler to the new one's first instruction */
    uint64_t useful; /* ... to its first packet passed on */
    uint64_t down;   /* as the monitor has it: from its decision */
    uint64_t
            verify; /* the monitor's answer to the request to verify: signature, relocations, settings, caches */
};

/* The old image has just passed on a packet; for the new one another waits. */
static void measure_swap(const char *name, struct swap_cost *cost)
{
    uint64_t last;

    stage(&relay, name, nothing);
    cost->verify += verify_ticks;
    take_from_relay();
    output_wait();
    send_to_relay();
    microkit_notify(PLANT_RELAY_IN);
    publish_second();
    last = stamps->last;
    wire_send_prepared();
    cost->first += hand_over->started - last;
    cost->useful += stamps->useful - last;
    wait_for_commit(&relay, nothing);
    cost->down += relay.state.down;
}

static void report(const char *what, const char *name, uint64_t ticks)
{
    char figure[64];

    sddf_strcpy(figure, "reload_");
    sddf_strcpy(figure + sddf_strlen(figure), what);
    sddf_strcpy(figure + sddf_strlen(figure), name);
    output_figure(figure, (ticks * INSTRUCTIONS_PER_TICK + SWAPS_OF_A_SIZE / 2) / SWAPS_OF_A_SIZE);
}

static void measure_size(const char *name)
{
    struct swap_cost cost = { 0 };

    for (unsigned i = 0; i < SWAPS_OF_A_SIZE; i++) {
        measure_swap(name, &cost);
    }
    report("first_instruction_", name, cost.first);
    report("first_packet_", name, cost.useful);
    report("monitor_", name, cost.down);
    report("verify_", name, cost.verify);
}

/* ---- many swaps under load ---- */

static uint64_t down_longest;
static uint64_t ready_longest;

/* At once, or as soon as net_virt_tx rests. */
static void roll_back(void)
{
    uint64_t end = clock_now() + clock_hz();

    check(wire_rollback(&virt_tx), "rollback refused in phase", virt_tx.state.phase);
    do {
        packets_round();
        wire_receive(&virt_tx);
        check(clock_now() < end, "never rolled back", UINT64_MAX);
    } while (virt_tx.state.phase != RELOAD_AT_REST);
    check(virt_tx.state.cause == RELOAD_ROLLED_BACK, "no rollback: cause", virt_tx.state.cause);
}

static void swap_policy(unsigned number)
{
    static const char *const policies[] = { "strict_priority", "token_bucket", "round_robin" };

    stage(&virt_tx, policies[number % 3], packets_round);
    wire_send_prepared();
    wait_for_commit(&virt_tx, packets_round);
    down_longest = MAX(down_longest, virt_tx.state.down);
    ready_longest = MAX(ready_longest, virt_tx.state.ready);
    if (number % 10 == 9) { /* and once in a while there and back */
        uint8_t before = virt_tx.state.slot;

        roll_back();
        check(virt_tx.state.slot != before, "not rolled back after swap", number);
        roll_back();
        check(virt_tx.state.slot == before, "not rolled back again after swap", number);
    }
}

/* The target does not believe the console: what is not rightly signed never runs, and the packets go on. */
static void refuse_forgery(enum wire_forgery forgery, enum protocol_reload_cause cause)
{
    const struct placed_module *module = find_module("strict_priority");
    uint32_t swaps = virt_tx.state.swaps;

    wire_forgery = forgery;
    check(wire_begin(&virt_tx, module), "a forged module: phase", virt_tx.state.phase);
    if (virt_tx.state.phase == RELOAD_STAGING) {
        stage_segment(&virt_tx, module, 0, packets_round);
        stage_segment(&virt_tx, module, 1, packets_round);
        check(wire_verify(&virt_tx, module), "a forged module: phase", virt_tx.state.phase);
    }
    wire_forgery = WIRE_GENUINE;
    check(virt_tx.state.phase == RELOAD_AT_REST && virt_tx.state.cause == cause,
            "a forged module was not refused, cause", virt_tx.state.cause);
    check(virt_tx.state.swaps == swaps, "a forged module was swapped in", forgery);
    packets_round();
}

static void refuse_forgeries(void)
{
    check(wire_ask_state(&virt_tx), "refused: state", UINT64_MAX);
    refuse_forgery(WIRE_UNSIGNED, RELOAD_UNSIGNED);
    refuse_forgery(WIRE_OTHER_KEY, RELOAD_OTHER_KEY);
    refuse_forgery(WIRE_OTHER_SIGNATURE, RELOAD_BAD_SIGNATURE);
    refuse_forgery(WIRE_OTHER_ENTRY, RELOAD_BAD_SIGNATURE);
    refuse_forgery(WIRE_OTHER_CODE, RELOAD_BAD_SIGNATURE);
}

static void run_load(void)
{
    uint64_t next = clock_now();
    unsigned swaps = 0;

    while (packets_seen.arrived < PACKETS || swaps < SWAPS) {
        packets_round();
        if (clock_now() >= next) {
            next += clock_hz() / 1000 * SWAP_EVERY_MS;
            swap_policy(swaps++);
        }
    }
    packets_drain();
    output_figure("reload_packets", packets_seen.arrived);
    output_figure("reload_swaps", virt_tx.state.swaps);
    output_figure("reload_longest_down", down_longest * INSTRUCTIONS_PER_TICK);
    output_figure("reload_longest_ready", ready_longest * INSTRUCTIONS_PER_TICK);
    check(packets_seen.lost == 0, "packets lost:", packets_seen.lost);
    check(packets_seen.duplicated == 0, "packets duplicated:", packets_seen.duplicated);
    check(packets_seen.corrupted == 0, "packets corrupted:", packets_seen.corrupted);
    check(packets_seen.sent == packets_seen.arrived, "packets sent:", packets_seen.sent);
}

void init(void)
{
    wire_init();
    relay_init();
    packets_init();
    if (TRACED) {
        struct swap_cost cost = { 0 };

        measure_swap("8k", &cost); /* the next one is from slot to slot: a trace tells them apart */
        measure_swap("8k", &cost);
    } else {
        measure_size("8k");
        measure_size("64k");
        measure_size("1m");
        packets_round();
        refuse_forgeries();
        run_load();
    }
    output_end();
}

void notified(microkit_channel channel)
{
    (void)channel;
}
