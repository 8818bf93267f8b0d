/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two real threads on one serial queue, under ThreadSanitizer: every byte arrives once and in order,
 * and nobody sleeps for ever on a queue that has work.
 */
#include <pthread.h>

#include <sddf/serial/queue.h>

#include "tests/host/lionsos/signals.h"

#define BYTES    4000000u
#define CAPACITY 64

static serial_queue_t shared = { .tail = UINT32_MAX - 1000, .head = UINT32_MAX - 1000 };
static char data[CAPACITY];
static sem_t to_producer;
static sem_t to_consumer;

static void *produce(void *unused)
{
    serial_queue_handle_t queue;

    serial_queue_init(&queue, &shared, CAPACITY, data);
    for (uint32_t sent = 0; sent < BYTES;) {
        uint32_t tail = SHARED_LOAD(&shared.tail);

        for (uint32_t batch = 1 + sent % 7; batch > 0 && sent < BYTES; batch--) {
            if (serial_enqueue_local(&queue, &tail, (char)(sent * 31)) != 0) {
                break;
            }
            sent++;
        }
        serial_update_shared_tail(&queue, tail);
        signal_send(&to_consumer);
        if (serial_queue_full(&queue, tail)) {
            serial_request_producer_signal(&queue);
            if (serial_queue_full(&queue, tail)) {
                signal_wait(&to_producer, "producer");
            } else {
                serial_cancel_producer_signal(&queue);
            }
        }
    }
    return unused;
}

static void *consume(void *unused)
{
    serial_queue_handle_t queue;
    char character;

    serial_queue_init(&queue, &shared, CAPACITY, data);
    for (uint32_t received = 0; received < BYTES;) {
        while (serial_dequeue(&queue, &character) == 0) {
            if (character != (char)(received * 31)) {
                fprintf(stderr, "byte %u is %d\n", received, character);
                exit(1);
            }
            received++;
        }
        if (serial_require_producer_signal(&queue)) {
            serial_cancel_producer_signal(&queue);
            signal_send(&to_producer);
        }
        if (received < BYTES && serial_queue_empty(&queue, SHARED_LOAD(&shared.head))) {
            signal_wait(&to_consumer, "consumer");
        }
    }
    return unused;
}

int main(void)
{
    pthread_t producer;
    pthread_t consumer;

    sem_init(&to_producer, 0, 0);
    sem_init(&to_consumer, 0, 0);
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&consumer, NULL, consume, NULL);
    pthread_join(producer, NULL);
    pthread_join(consumer, NULL);
    printf("%u bytes in order through %u slots\n", BYTES, CAPACITY);
    return 0;
}
