/* SPDX-License-Identifier: BSD-2-Clause */
/* Figures of a run, for people or for programs. */
#pragma once

#include "host-tools/load_generator/flow.h"

/*
 * Prints to stdout how far each flow is, `ns` after the start and `interval` ns after the last time. What is on its way
 * is not lost.
 */
void report_progress(struct flow *flows, uint32_t count, const struct options *options, int64_t ns,
        int64_t interval);

/* Prints to stdout. True if everything that was sent has come back unchanged and nothing failed. */
bool report(const struct flow *flows, uint32_t count, const struct options *options, int64_t ns);
