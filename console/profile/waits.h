/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why PDs did not run. In a recording: {"ticks": covered, "entries": [[pd, reason, by, ticks, times], ...]}, with
 * pd and by as in samples (0: not known), reason a word of waits_reason(), by "idle" as -1.
 */
#pragma once

#include <stdio.h>

#include "console/profile/profile.h"
#include "monitor/protocol/messages.h"

/* The word for an enum protocol_wait_reason. */
const char *waits_reason(unsigned reason);

json_t *waits_new(uint64_t ticks);
/* Adds a part of the list. */
void waits_take(json_t *waits, const struct protocol_profile_waits *part);

/* A table: each PD, what it waited for, share of the time, how often, how long. */
void waits_print(const struct profile *profile, FILE *out);
/* The same as objects with names. */
json_t *waits_json(const struct profile *profile);
