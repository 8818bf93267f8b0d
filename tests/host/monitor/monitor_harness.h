/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole monitor PD on the build machine, but for its debugger, reload and profiler: real sources, between
 * two real pairs of serial queues, with an invented kernel, clock and timer. One process, one monitor.
 */
#pragma once

#include "monitor/include/monitor/config.h"
#include "monitor/protocol/codec.h"

enum end {
    END_SERIAL,
    END_NETWORK,
    ENDS
};

#define HARNESS_PDS       3
#define HARNESS_QUEUE     1024 /* bytes of each serial queue */
#define HARNESS_MEMORY    4096 /* bytes of the only window */
#define HARNESS_LISTENERS 7    /* consoles that the listener has counted */

/* What the monitor sees at its window. */
extern uint8_t harness_memory[HARNESS_MEMORY] __attribute__((aligned(64)));
/* A kernel without statistics refuses them. */
extern bool harness_old_kernel;
/* How often the monitor was entered. */
extern uint64_t harness_entries;

/* Boots it. line_rate: bytes a second, 0: no limit. */
void harness_start(uint32_t line_rate);

/* Its parent restarts it: it begins again, its memory and the queues are as they are. */
void harness_restart(void);

/* Puts bytes into the queue, which has room for them; nobody is notified. */
void harness_leave(enum end end, const struct protocol_message *message);

/* Puts bytes into the queue to the monitor and notifies it; as many as fit at a time. */
void harness_send_bytes(enum end end, const void *bytes, size_t length);
/* The same with a message in a frame. */
void harness_send(enum end end, const struct protocol_message *message);
/* The same with a payload in a frame, on any channel. */
void harness_send_payload(enum end end, uint8_t channel, const uint8_t *payload, size_t length);

/* Time passes; the timer's notifications come. Nothing is taken off the queues from the monitor. */
void harness_wait(uint64_t milliseconds);

/* Takes what the monitor has sent there, and aborts if it is not good frames of good messages. `take` may be NULL. */
void harness_take(enum end end, void (*take)(void *context, const struct protocol_message *message),
        void *context);
