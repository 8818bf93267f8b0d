/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console's side of the link, in the plant. The monitor is of higher priority: it has answered when a request
 * has been sent.
 */
#pragma once

#include <stdbool.h>

#include "monitor/protocol/messages.h"
#include "tests/system/reload/layout.h"

struct wire_pd {
    unsigned index; /* of the PD */
    uint32_t transaction;
    struct protocol_reload_state state; /* as last heard */
};

/* What is wrong with the module that wire_begin() announces, wire_chunk() sends and wire_verify() sums up. */
enum wire_forgery {
    WIRE_GENUINE,
    WIRE_UNSIGNED,
    WIRE_OTHER_KEY,
    WIRE_OTHER_SIGNATURE,
    WIRE_OTHER_ENTRY,
    WIRE_OTHER_CODE, /* and the sum of that */
};
extern enum wire_forgery wire_forgery;

void wire_init(void);
/* What the monitor has said unasked. */
void wire_receive(struct wire_pd *pd);

/* Each ends the run if there is no answer. False: refused. */
bool wire_ask_state(struct wire_pd *pd);
bool wire_begin(struct wire_pd *pd, const struct placed_module *module);
bool wire_chunk(
        struct wire_pd *pd, const struct placed_module *module, uint32_t segment, uint32_t offset);
bool wire_verify(struct wire_pd *pd, const struct placed_module *module);
bool wire_rollback(struct wire_pd *pd);
/* The request to swap is made ready; sending it is then all that lies between. `probation` in ms. */
void wire_prepare_swap(struct wire_pd *pd, uint32_t probation);
void wire_send_prepared(void);
