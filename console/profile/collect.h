/* SPDX-License-Identifier: BSD-2-Clause */
/* Samples from a target into a profile. */
#pragma once

#include "console/app/session.h"
#include "console/profile/profile.h"

struct collect {
    struct session *session;
    struct profile *profile;
    uint32_t event;
    uint64_t period;
    uint64_t lost; /* samples that the link has lost */
    uint32_t next_sequence;
    bool running;
    bool asked; /* a request waits for its answer */
    bool failed;
    uint8_t refusal;       /* enum protocol_error_code */
    uint64_t ticks_before; /* that the profiler had run at the start */
    int64_t renew;         /* ms */
};

/* Samples all PDs `rate` times a second from now on. The session's on_message is the collector's until the end. */
void collect_begin(
        struct collect *collect, struct session *session, struct profile *profile, unsigned rate);
/* To be called after each session_step. False: the target refuses, or does not answer. */
bool collect_step(struct collect *collect);
/* Stops the target's profiler; waits for its last numbers. */
void collect_end(struct collect *collect);
