/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two real threads on one network connection, under ThreadSanitizer: buffers go round, filled one way
 * and empty the other. Each item arrives once, in order and whole, no buffer is lost, and nobody sleeps
 * while there is work.
 */
#include <pthread.h>
#include <string.h>

#include <sddf/network/queue.h>

#include "tests/host/lionsos/signals.h"

#define ITEMS       4000000u
#define CAPACITY    64
#define BUFFER_SIZE 16 /* bytes that are written and read: enough for the sanitizer to see races */

static struct {
    net_queue_t header;
    net_buff_desc_t buffers[CAPACITY];
} free_memory = { .header = { .tail = UINT16_MAX - 1000, .head = UINT16_MAX - 1000 } },
  active_memory = { .header = { .tail = UINT16_MAX - 500, .head = UINT16_MAX - 500 } };

static char data[CAPACITY][BUFFER_SIZE];
static sem_t to_source;
static sem_t to_sink;

static net_queue_handle_t handle(void)
{
    net_queue_handle_t queue;

    net_queue_init(&queue, &free_memory.header, &active_memory.header, CAPACITY);
    return queue;
}

static void fail(const char *what, uint32_t item)
{
    fprintf(stderr, "not so: %s, item %u\n", what, item);
    exit(1);
}

/* Fills what is empty; returns with nothing left to fill, or all sent. */
static uint32_t fill(net_queue_handle_t *queue, uint32_t item)
{
    net_buff_desc_t buffer;

    while (item < ITEMS && net_dequeue_free(queue, &buffer) == 0) {
        memset(data[buffer.io_or_offset / NET_BUFFER_SIZE], (int)(item & 0xff), BUFFER_SIZE);
        buffer.len = (uint16_t)item;
        if (net_enqueue_active(queue, buffer) != 0) {
            fail("there is room for every buffer", item);
        }
        item++;
        if (item % 7 == 0) {
            break; /* short batches too */
        }
    }
    return item;
}

static void *source(void *unused)
{
    net_queue_handle_t queue = handle();

    for (uint32_t item = 0; item < ITEMS;) {
        uint32_t before = item;

        item = fill(&queue, item);
        if (item != before && net_require_signal_active(&queue)) {
            net_cancel_signal_active(&queue);
            signal_send(&to_sink);
        }
        if (item == before) {
            net_request_signal_free(&queue);
            if (net_queue_empty_free(&queue)) {
                signal_wait(&to_source, "source");
            } else {
                net_cancel_signal_free(&queue);
            }
        }
    }
    return unused;
}

static void check(const net_buff_desc_t *buffer, uint32_t item)
{
    const char *bytes = data[buffer->io_or_offset / NET_BUFFER_SIZE];

    if (buffer->len != (uint16_t)item) {
        fail("items arrive in order", item);
    }
    for (int i = 0; i < BUFFER_SIZE; i++) {
        if (bytes[i] != (char)item) {
            fail("an item is whole", item);
        }
    }
}

/* Takes what there is; returns the number of the next item. */
static uint32_t drain(net_queue_handle_t *queue, uint32_t item)
{
    net_buff_desc_t buffer;

    while (net_dequeue_active(queue, &buffer) == 0) {
        check(&buffer, item);
        if (net_enqueue_free(queue, buffer) != 0) {
            fail("there is room for every buffer", item);
        }
        item++;
    }
    return item;
}

static void *sink(void *unused)
{
    net_queue_handle_t queue = handle();

    for (uint32_t item = 0; item < ITEMS;) {
        uint32_t before = item;

        do {
            net_cancel_signal_active(&queue);
            item = drain(&queue, item);
            net_request_signal_active(&queue);
        } while (!net_queue_empty_active(&queue));
        if (item != before && net_require_signal_free(&queue)) {
            net_cancel_signal_free(&queue);
            signal_send(&to_source);
        }
        if (item < ITEMS) {
            signal_wait(&to_sink, "sink");
        }
    }
    return unused;
}

int main(void)
{
    net_queue_handle_t queue = handle();
    pthread_t threads[2];

    for (uint32_t i = 0; i < CAPACITY; i++) { /* net_buffers_init() wants an unused queue */
        net_enqueue_free(&queue, (net_buff_desc_t){ .io_or_offset = i * NET_BUFFER_SIZE });
    }
    net_cancel_signal_free(&queue);
    sem_init(&to_source, 0, 0);
    sem_init(&to_sink, 0, 0);
    pthread_create(&threads[0], NULL, source, NULL);
    pthread_create(&threads[1], NULL, sink, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    if (net_queue_length(&free_memory.header) != CAPACITY) {
        fail("all buffers are back", ITEMS);
    }
    printf("%u items in order through %u buffers\n", ITEMS, CAPACITY);
    return 0;
}
