/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/lionsos/serial_peer.h"

#include <stdlib.h>

#include "tests/host/libsel4/cmocka_headers.h"

#define READ_MAX (1u << 20)

serial_connection_resource_t peer_connection(uint32_t size, uint8_t channel)
{
    return (serial_connection_resource_t){
        .queue = { calloc(1, sizeof(serial_queue_t)), sizeof(serial_queue_t) },
        .data = { calloc(1, size), size },
        .id = channel,
    };
}

serial_queue_handle_t peer_handle(const serial_connection_resource_t *connection)
{
    serial_queue_handle_t handle;

    serial_queue_init(&handle, connection->queue.vaddr, (uint32_t)connection->data.size,
            connection->data.vaddr);
    return handle;
}

void peer_write(serial_queue_handle_t *queue, const char *text)
{
    uint32_t size = (uint32_t)sddf_strlen(text);

    assert_int_equal(serial_enqueue_batch(queue, size, text), size);
}

const char *peer_read_all(serial_queue_handle_t *queue)
{
    static char text[READ_MAX + 1];

    text[serial_dequeue_batch(queue, READ_MAX, text)] = '\0';
    return text;
}

uint32_t peer_hostile_index(uint32_t near)
{
    uint32_t anything = (uint32_t)random() << 16 ^ (uint32_t)random();

    switch (random() % 4) {
    case 0:
        return near + (uint32_t)(random() % 5) - 2;
    case 1:
        return (uint32_t)(random() % 5) - 2;
    case 2:
        return near + anything % 5000;
    default:
        return anything;
    }
}
