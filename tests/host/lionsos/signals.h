/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications between threads: binary, as in the kernel. A lost wake-up shows as a wait that runs
 * into its time limit, which ends the test as a failure.
 */
#pragma once

#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define WAIT_LIMIT_SECONDS 60

/* One more signal for a receiver that has one adds nothing. */
static inline void signal_send(sem_t *receiver)
{
    int pending;

    sem_getvalue(receiver, &pending);
    if (pending == 0) {
        sem_post(receiver);
    }
}

static inline void signal_wait(sem_t *signal, const char *who)
{
    struct timespec limit;

    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += WAIT_LIMIT_SECONDS;
    while (sem_timedwait(signal, &limit) != 0) {
        if (errno == ETIMEDOUT) {
            fprintf(stderr, "lost wake-up: the %s sleeps\n", who);
            exit(1);
        }
    }
}
