/* SPDX-License-Identifier: BSD-2-Clause */
/* What of the invented system can be replaced and sampled: one module, and a profiler. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "monitor/protocol/messages.h"

#define FAKE_MODULE_PD 2        /* net_virt_rx */
#define FAKE_BUSY_AT   0x200100 /* where it is when it does not come to rest */

struct fake_change {
    void (*send)(const struct protocol_message *message);
    uint64_t ticks_per_ms;
    bool stubborn; /* the PD never comes to rest */
    bool first;    /* nothing ran before what runs */
    bool slow;     /* each piece of a module takes its time */
};

/* Features that a hello says. */
uint32_t fake_change_features(void);
/* False: the request is about something else. True: *reply is what to answer. */
bool fake_change_answer(const struct fake_change *change, const struct protocol_message *request,
        uint64_t now_ms, struct protocol_message *reply);
/* Goes on with a transaction, and sends samples. `ticks`: the target's clock. */
void fake_change_tick(const struct fake_change *change, uint64_t now_ms, uint64_t ticks);
