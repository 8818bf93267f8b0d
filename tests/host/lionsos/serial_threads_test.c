/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two real threads on one serial queue, under ThreadSanitizer: every byte arrives once and in order,
 * and nobody sleeps for ever on a queue that has work. Notifications are binary semaphores, as in the
 * kernel. A lost wake-up shows as a wait that runs into its time limit.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sddf/serial/queue.h>

#define BYTES              4000000u
#define CAPACITY           64
#define WAIT_LIMIT_SECONDS 20

static serial_queue_t shared = { .tail = UINT32_MAX - 1000, .head = UINT32_MAX - 1000 };
static char data[CAPACITY];
static sem_t to_producer;
static sem_t to_consumer;

static void notify(sem_t *receiver)
{
    int pending;

    /* binary: one more signal for a receiver that has one adds nothing */
    sem_getvalue(receiver, &pending);
    if (pending == 0) {
        sem_post(receiver);
    }
}

static void wait_for(sem_t *signal, const char *who)
{
    struct timespec limit;

    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += WAIT_LIMIT_SECONDS;
    while (sem_timedwait(signal, &limit) != 0) {
        if (errno == ETIMEDOUT) {
            fprintf(stderr, "lost wake-up: the %s sleeps, tail %u, head %u\n", who, shared.tail,
                    shared.head);
            exit(1);
        }
    }
}

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
        notify(&to_consumer);
        if (serial_queue_full(&queue, tail)) {
            serial_request_producer_signal(&queue);
            if (serial_queue_full(&queue, tail)) {
                wait_for(&to_producer, "producer");
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
            notify(&to_producer);
        }
        if (received < BYTES && serial_queue_empty(&queue, SHARED_LOAD(&shared.head))) {
            wait_for(&to_consumer, "consumer");
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
