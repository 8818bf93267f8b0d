/* SPDX-License-Identifier: BSD-2-Clause */
/* What the ARP responder counts; read by debuggers, monitors and tests. */
#pragma once

#include <stdint.h>

struct arp_counters {
    uint64_t answers;
    uint64_t dropped;       /* answers for which there was no buffer */
    uint64_t refused_calls; /* registrations that made no sense */
};
extern struct arp_counters arp_counters;
