/* SPDX-License-Identifier: BSD-2-Clause */
/* What a copier counts; read by debuggers, monitors and tests. */
#pragma once

#include <stdint.h>

struct net_copy_counters {
    uint64_t copied;
    uint64_t dropped;                  /* the client had no empty buffer, or no room in its queue */
    uint64_t refused;                  /* empty buffers of the client's that do not exist */
    uint64_t strange_from_virtualiser; /* frames outside the received data */
};
extern struct net_copy_counters net_copy_counters;
