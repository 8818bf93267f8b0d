/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes nonsense into everything that it shares with others: indices, flags, descriptors, those in use
 * too; and notifies whoever it can. Never sleeps. Now and then it is honest for a moment, so that its
 * nonsense is taken seriously.
 */
#include <os/sddf.h>

#include "tests/system/net/neighbours/neighbour.h"

static uint64_t state = 88172645463325252u;

/* Xorshift (Marsaglia 2003), 64 bits. */
static uint64_t any(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static net_queue_t *any_queue(void)
{
    net_queue_t *queues[] = { rx.free, rx.active, tx.free, tx.active };

    return queues[any() % 4];
}

/* Offsets that are right, just beyond the end, unaligned, huge. */
static uint64_t any_offset(void)
{
    uint64_t offset = any() % 1024 * NET_BUFFER_SIZE;

    switch (any() % 8) {
    case 0:
        return any();
    case 1:
        return offset + any() % NET_BUFFER_SIZE;
    case 2:
        return UINT64_MAX - offset + 1;
    default:
        return offset;
    }
}

static net_buff_desc_t any_descriptor(void)
{
    return (net_buff_desc_t){
        .io_or_offset = any_offset(),
        .len = (uint16_t)(any() % 4 == 0 ? any() : any() % NET_BUFFER_SIZE),
        .oid = any() % 8 == 0 ? any() & 0x3f : 0,
        .flags = (uint8_t)(any() % 4 == 0 ? any() : 0),
        .csum_start = (uint16_t)any(),
        .csum_offset = (uint16_t)any(),
    };
}

static void spoil_index(net_queue_t *queue)
{
    uint16_t value = (uint16_t)(any() % 2 == 0 ? any() : queue->head + any() % 1024);

    if (any() % 2 == 0) {
        queue->head = value;
    } else {
        queue->tail = value;
    }
}

/* Enqueues packets as an honest client would, but of its own invention. */
static void enqueue_inventions(void)
{
    for (uint64_t left = any() % 64; left > 0; left--) {
        net_enqueue_active(&tx, any_descriptor());
        net_enqueue_free(&rx, any_descriptor());
    }
}

/* Makes its queues consistent again. */
static void repent(void)
{
    tx.active->tail = tx.active->head;
    tx.free->head = tx.free->tail;
    rx.free->tail = rx.free->head;
    rx.active->head = rx.active->tail;
}

static void do_something(void)
{
    net_queue_t *queue = any_queue();

    switch (any() % 8) {
    case 0:
        spoil_index(queue);
        break;
    case 1:
    case 2:
        queue->buffers[any() % tx.capacity] = any_descriptor();
        break;
    case 3:
        queue->consumer_signalled = (uint32_t)(any() % 2 == 0 ? any() : 0);
        break;
    case 4:
        repent();
        break;
    default:
        enqueue_inventions();
        break;
    }
}

void misbehave(void)
{
    for (;;) {
        do_something();
        if (any() % 4 == 0) {
            sddf_notify(any() % 2 == 0 ? net_config.tx.id : net_config.rx.id);
        }
    }
}
