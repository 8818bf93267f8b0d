/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copier PD: copies received frames from the region that the device fills to the one client it serves,
 * so that the client sees no frame but its own and returns no buffer that matters to others.
 *
 * It never waits for the client: a frame that finds no empty buffer is dropped, and the device's
 * buffer goes back at once. The client is hostile: what it says about empty buffers is checked.
 */
#include "lionsos/components/network/copy.h"

#include <os/sddf.h>

#include <sddf/network/config.h>
#include <sddf/network/queue.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "lionsos/components/network/connection.h"
#include "lionsos/components/network/notify.h"

__attribute__((__section__(".net_copy_config"), used)) net_copy_config_t config;

struct net_copy_counters net_copy_counters;

static net_queue_handle_t rx;
static net_queue_handle_t client;

/* Takes an empty buffer of the client's; skips what is none. False if it has no more. */
static bool take_empty_buffer(net_buff_desc_t *empty)
{
    uint64_t buffers = config.client_data.size / NET_BUFFER_SIZE;

    for (uint32_t looks = client.capacity; looks > 0; looks--) {
        if (net_dequeue_free(&client, empty) != 0) {
            return false;
        }
        if (is_buffer_offset(empty->io_or_offset, buffers)) {
            return true;
        }
        net_copy_counters.refused++;
    }
    return false;
}

/* Where the frame is; NULL if the descriptor names nothing in the region of its owner. */
static const void *find_frame(const net_buff_desc_t *frame)
{
    const region_resource_t *region = &config.rx_data[frame->oid];

    if (!is_buffer_offset(frame->io_or_offset, region->size / NET_BUFFER_SIZE)
            || frame->len > NET_BUFFER_SIZE) {
        return NULL;
    }
    return (const char *)region->vaddr + frame->io_or_offset;
}

/* True if the client got it. */
static bool copy_frame(const net_buff_desc_t *frame)
{
    const void *source = find_frame(frame);
    net_buff_desc_t copy;

    if (source == NULL) {
        net_copy_counters.strange_from_virtualiser++;
        return false;
    }
    if (net_queue_full_active(&client) || !take_empty_buffer(&copy)) {
        net_copy_counters.dropped++;
        return false;
    }
    sddf_memcpy((char *)config.client_data.vaddr + copy.io_or_offset, source, frame->len);
    copy.len = frame->len;
    copy.oid = 0;
    copy.flags = frame->flags & NET_BUFF_CSUM_VALID;
    if (net_enqueue_active(&client, copy) != 0) {
        net_copy_counters.dropped++; /* it has moved its index since the look above */
        return false;
    }
    net_copy_counters.copied++;
    return true;
}

static void copy_all(void)
{
    bool copied = false;
    bool returned = false;
    net_buff_desc_t frame;

    do {
        net_cancel_signal_active(&rx);
        while (net_dequeue_active(&rx, &frame) == 0) {
            copied |= copy_frame(&frame);
            net_enqueue_free(&rx, frame); /* room for every buffer there is */
            returned = true;
        }
        net_request_signal_active(&rx);
    } while (!net_queue_empty_active(&rx));

    if (returned && net_require_signal_free(&rx)) {
        net_cancel_signal_free(&rx);
        network_notify(config.rx.id);
    }
    if (copied && net_require_signal_active(&client)) {
        net_cancel_signal_active(&client);
        network_notify(config.client.id);
    }
}

void init(void)
{
    assert(net_config_check_magic(&config));
    connection_attach(&rx, &config.rx);
    connection_attach(&client, &config.client);
    assert(config.client_data.size / NET_BUFFER_SIZE >= client.capacity);

    net_cancel_signal_free(&client); /* frames wake this PD, empty buffers need not */
    net_buffers_init(&client, 0);
    copy_all();
}

void notified(sddf_channel channel)
{
    (void)channel; /* one handler for both sides, so that a stray notification is harmless */
    copy_all();
}
