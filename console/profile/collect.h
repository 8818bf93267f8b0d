/* SPDX-License-Identifier: BSD-2-Clause */
/* Samples from a target into a profile. */
#pragma once

#include "console/app/session.h"
#include "console/profile/profile.h"
#include "console/profile/stacks.h"

struct held_sample {
    struct protocol_profile_sample sample;
    int64_t came; /* ms */
};

struct collect {
    struct session *session;
    struct profile *profile;
    struct stacks *stacks;
    uint32_t event;
    uint64_t period;
    uint64_t pds;  /* bit i: PD i is sampled */
    uint64_t lost; /* samples that the link has lost */
    uint32_t next_sequence;
    bool running;
    bool asked; /* a request waits for its answer */
    bool failed;
    uint8_t refusal;          /* enum protocol_error_code */
    unsigned refused_field;   /* with PROTOCOL_ERROR_BAD_VALUE: 0: the event, 1: the period */
    bool started;             /* there was a first status */
    bool rebooted;            /* the target has begun anew: what comes now is another profile */
    uint64_t last_time;       /* of the samples that have come */
    struct held_sample *held; /* not named yet, in order */
    size_t held_count, held_room;
    struct protocol_profile_status base;    /* the target's totals count from here */
    struct protocol_profile_status earlier; /* and before it had to be started again */
    struct protocol_profile_status before, now;
    uint64_t line_before; /* ticks that the line's PDs had run at the start */
    int64_t renew;        /* ms */
    /* Why PDs did not run. */
    bool wants_waits;
    bool asked_waits;
    uint16_t next_wait;
    int64_t renew_waits; /* ms */
    json_t *waits;       /* while the list comes in */
};

struct collect_options {
    unsigned rate;   /* samples a second; with an event: of it, 0: period */
    uint32_t event;  /* sel4/lionscope.h */
    uint64_t period; /* 0: from the rate */
    uint64_t pds;    /* bit i: PD i; 0: all */
    bool waits;
};

/* Samples from now on. Until the end the collector listens to the session. */
void collect_begin(struct collect *collect, struct session *session, struct profile *profile,
        const struct collect_options *options);
/*
 * To be called after each session_step. False: the target refuses, does not answer (`failed`), or has begun anew
 * (`rebooted`). Once there are samples, a link that is down is waited for.
 */
bool collect_step(struct collect *collect);
/* Stops the target's profiler; waits for its last numbers; adds the code of the functions that were hit. */
void collect_end(struct collect *collect);
