/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two clients that send UDP packets through net_virt_tx, as fast as they get their buffers back, and the driver
 * behind it: each packet must arrive once, in its client's order, as it was sent.
 */
#pragma once

#include <stdint.h>

struct packets_seen {
    uint64_t sent;
    uint64_t arrived;
    uint64_t lost;
    uint64_t duplicated; /* or late */
    uint64_t corrupted;
};

extern struct packets_seen packets_seen;

void packets_init(void);
/* The clients send what they have buffers for, the driver takes what has come. */
void packets_round(void);
/* No client sends anything more: until all buffers are back. Ends the run if they do not come. */
void packets_drain(void);
