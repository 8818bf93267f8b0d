/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs all flows at once until each has sent and received what it has to, or the time is up. */
#pragma once

#include "host-tools/load_generator/flow.h"

/* Returns how long it took, in ns. What happened is in the flows' figures. */
int64_t run_flows(struct flow *flows, uint32_t count, const struct options *options);
