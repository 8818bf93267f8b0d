/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/monitor/monitor_harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microkit.h>

#include <sddf/serial/queue.h>
#include <sddf/timer/protocol.h>

#include "microkit/include/microkit/grants.h"
#include "monitor/debug/gdb_channel.h"
#include "monitor/pd/clock.h"
#include "monitor/pd/link.h"
#include "monitor/pd/profile.h"
#include "monitor/reload/reload_channel.h"

#define CHANNEL_TIMER   1
#define CHANNEL_RX(end) ((uint8_t)(2 + 2 * (end)))
#define CHANNEL_TX(end) ((uint8_t)(3 + 2 * (end)))
#define FIRST_SLOT      1  /* of the grants */
#define NS_PER_TICK     16 /* at FAKE_HZ */

/* The other end of a wire. */
struct peer {
    serial_queue_handle_t to_monitor, from_monitor;
    struct frame_receiver receiver;
    uint16_t next_sequence;
};

extern monitor_config_t config;

uint8_t harness_memory[HARNESS_MEMORY] __attribute__((aligned(64)));
bool harness_old_kernel;
uint64_t harness_entries;
uint64_t fake_ticks = 1000;

static struct peer peers[ENDS];
static struct link_listener_counters listener = { .accepted = HARNESS_LISTENERS };
static uint64_t alarm_at = UINT64_MAX;

/* ---- the kernel, and what else the monitor calls ---- */

seL4_CPtr microkit_cspace_root_slot_to_cptr(seL4_Word slot)
{
    return 0x1000 + slot;
}

seL4_Error seL4_TCB_ReadRegisters(seL4_CPtr tcb, seL4_Bool suspend, unsigned char flags,
        seL4_Word count, seL4_UserContext *registers)
{
    (void)suspend;
    (void)flags;
    (void)count;
    *registers = (seL4_UserContext){ .pc = tcb, .sp = 2, .x29 = 3, .x30 = 4 };
    return seL4_NoError;
}

seL4_Error lionscope_TCB_GetStatistics(seL4_CPtr tcb, struct lionscope_tcb_statistics *result)
{
    if (harness_old_kernel) {
        return seL4_IllegalOperation;
    }
    *result = (struct lionscope_tcb_statistics){ .version = LIONSCOPE_STATISTICS_VERSION,
        .scheduled = fake_ticks / 1000,
        .ticks_run = fake_ticks / 10 + tcb,
        .state = 1 };
    return seL4_NoError;
}

seL4_Error lionscope_SchedContext_GetStatistics(
        seL4_CPtr context, struct lionscope_sched_context_statistics *result)
{
    (void)context;
    if (harness_old_kernel) {
        return seL4_IllegalOperation;
    }
    *result = (struct lionscope_sched_context_statistics){ .version = LIONSCOPE_STATISTICS_VERSION,
        .budget = 1000,
        .period = 10000,
        .total_consumed = fake_ticks,
        .refills_and_flags = 1 };
    return seL4_NoError;
}

microkit_msginfo protected(sddf_channel channel, microkit_msginfo request)
{
    if (channel == CHANNEL_TIMER && request.label == SDDF_TIMER_SET_TIMEOUT) {
        alarm_at = fake_ticks + sddf_get_mr(0) / NS_PER_TICK + 1;
    }
    return request;
}

uint64_t gdb_channel_pd_state(unsigned pd, uint64_t state)
{
    (void)pd;
    return state;
}

void gdb_channel_init(uint64_t keep_running, uint64_t hold, uint32_t line_rate)
{
    (void)keep_running;
    (void)hold;
    (void)line_rate;
}

void gdb_channel_end_sessions(void)
{
}

void gdb_channel_receive(const uint8_t *payload, size_t length, uint64_t now)
{
    (void)payload;
    (void)length;
    (void)now;
}

void gdb_channel_fault(microkit_child child, microkit_msginfo message)
{
    (void)child;
    (void)message;
}

void gdb_channel_tick(uint64_t now)
{
    (void)now;
}

uint64_t gdb_channel_next(void)
{
    return UINT64_MAX;
}

static void unsupported(const struct protocol_message *request)
{
    link_refuse(request, PROTOCOL_ERROR_UNSUPPORTED, 0);
}

void profile_init(const profiler_client_config_t *client)
{
    (void)client;
}

void profile_end(void)
{
}

bool profile_available(void)
{
    return false;
}

void profile_answer(const struct protocol_message *request)
{
    unsupported(request);
}

void profile_tick(uint64_t now)
{
    (void)now;
}

uint64_t profile_next(void)
{
    return UINT64_MAX;
}

void reload_channel_init(const monitor_reload_config_t *reload)
{
    (void)reload;
}

bool reload_channel_available(void)
{
    return false;
}

void reload_channel_answer(const struct protocol_message *request)
{
    unsupported(request);
}

bool reload_channel_fault(microkit_child child, microkit_msginfo message)
{
    (void)child;
    (void)message;
    return false;
}

void reload_channel_tick(void)
{
}

bool reload_channel_swapped(void)
{
    return false;
}

uint64_t reload_channel_next(void)
{
    return UINT64_MAX;
}

/* ---- start ---- */

static serial_connection_resource_t connection(uint8_t channel)
{
    return (serial_connection_resource_t){
        .queue = { calloc(1, sizeof(serial_queue_t)), sizeof(serial_queue_t) },
        .data = { calloc(1, HARNESS_QUEUE), HARNESS_QUEUE },
        .id = channel,
    };
}

static void init_handle(serial_queue_handle_t *handle, const serial_connection_resource_t *from)
{
    serial_queue_init(handle, from->queue.vaddr, HARNESS_QUEUE, from->data.vaddr);
}

static serial_client_config_t wire_of(enum end end)
{
    serial_client_config_t wire = { .magic = SDDF_SERIAL_MAGIC,
        .rx = connection(CHANNEL_RX(end)),
        .tx = connection(CHANNEL_TX(end)) };

    init_handle(&peers[end].to_monitor, &wire.rx);
    init_handle(&peers[end].from_monitor, &wire.tx);
    return wire;
}

static void grant(unsigned slot, enum microkit_grant_kind kind, unsigned pd)
{
    microkit_grants[slot] = (struct microkit_grant){ .kind = (uint8_t)kind, .pd = (uint8_t)pd };
}

void harness_start(uint32_t line_rate)
{
    config = (monitor_config_t){ .magic = MONITOR_MAGIC,
        .serial = wire_of(END_SERIAL),
        .line_rate = line_rate,
        .timer = { .magic = SDDF_TIMER_MAGIC, .driver_id = CHANNEL_TIMER },
        .network = wire_of(END_NETWORK),
        .listener = { &listener, sizeof(listener) } };
    for (unsigned pd = 0; pd < HARNESS_PDS; pd++) {
        grant(FIRST_SLOT + 2 * pd, MICROKIT_GRANT_TCB, pd);
        grant(FIRST_SLOT + 2 * pd + 1, MICROKIT_GRANT_SC, pd);
    }
    microkit_windows[0] = (struct microkit_window){ .address = (uint64_t)(uintptr_t)harness_memory,
        .size = HARNESS_MEMORY };
    microkit_windows_count = 1;
    init();
}

void harness_restart(void)
{
    harness_entries++;
    init();
}

/* ---- bytes ---- */

static void enter(sddf_channel channel)
{
    harness_entries++;
    notified(channel);
}

void harness_send_bytes(enum end end, const void *bytes, size_t length)
{
    const char *from = bytes;

    while (length > 0) {
        uint32_t count = serial_enqueue_batch(&peers[end].to_monitor, (uint32_t)length, from);

        from += count;
        length -= count;
        enter(CHANNEL_RX(end));
    }
}

void harness_send_payload(enum end end, uint8_t channel, const uint8_t *payload, size_t length)
{
    uint8_t wire[FRAME_WIRE_MAX];
    size_t wire_length = frame_encode(
            (enum frame_channel)channel, peers[end].next_sequence++, payload, length, wire);

    harness_send_bytes(end, wire, wire_length);
}

void harness_send(enum end end, const struct protocol_message *message)
{
    uint8_t payload[FRAME_PAYLOAD_MAX];
    size_t length = protocol_encode(message, payload, sizeof(payload));

    if (length == 0) {
        abort();
    }
    harness_send_payload(end, (uint8_t)protocol_channel(message->type), payload, length);
}

void harness_wait(uint64_t milliseconds)
{
    uint64_t end = fake_ticks + milliseconds * (FAKE_HZ / 1000);

    while (alarm_at <= end) {
        fake_ticks = alarm_at > fake_ticks ? alarm_at : fake_ticks;
        alarm_at = UINT64_MAX;
        enter(CHANNEL_TIMER);
    }
    fake_ticks = end;
}

void harness_leave(enum end end, const struct protocol_message *message)
{
    uint8_t payload[FRAME_PAYLOAD_MAX], wire[FRAME_WIRE_MAX];
    size_t length = protocol_encode(message, payload, sizeof(payload));

    length = frame_encode((enum frame_channel)protocol_channel(message->type),
            peers[end].next_sequence++, payload, length, wire);
    if (serial_enqueue_batch(&peers[end].to_monitor, (uint32_t)length, (const char *)wire)
            != length) {
        abort();
    }
}

/* ---- what comes back ---- */

struct taking {
    void (*take)(void *context, const struct protocol_message *message);
    void *context;
};

static void must_be_good(bool condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "from the monitor: %s\n", what);
        abort();
    }
}

static void take_frame(void *context, const struct frame *frame)
{
    static struct protocol_message message;
    const struct taking *taking = context;

    must_be_good(protocol_decode((enum frame_channel)frame->channel, frame->payload, frame->length,
                         &message, NULL)
                    == PROTOCOL_DECODED,
            "a message that cannot be decoded");
    if (taking->take != NULL) {
        taking->take(taking->context, &message);
    }
}

void harness_take(enum end end, void (*take)(void *context, const struct protocol_message *message),
        void *context)
{
    struct peer *peer = &peers[end];
    struct taking taking = { take, context };
    const struct frame_sink sink = { &taking, take_frame, NULL };
    char bytes[256];
    uint32_t count;

    while ((count = serial_dequeue_batch(&peer->from_monitor, sizeof(bytes), bytes)) > 0) {
        frame_receiver_push(&peer->receiver, (const uint8_t *)bytes, count, &sink);
    }
    must_be_good(peer->receiver.statistics.damaged == 0, "something that is no frame");
    must_be_good(peer->receiver.statistics.lost == 0, "a gap between frames");
}
