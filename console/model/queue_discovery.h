/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queues that need no description: found by the types of variables in the PDs' programs. The libraries'
 * configuration structures (net_client_config and so on) name queues by the address at which their PD has
 * them; who puts in and who takes out follows from structure and member.
 */
#pragma once

#include "console/model/model.h"
#include "console/model/programs.h"

/* Adds all queues that the archive's programs name. Queues that both ends name are added once. */
void queue_discovery_run(struct model *model, struct programs *programs);

/* A queue type of the user's own: a structure with indices in it. */
struct user_queue_type {
    char type[64];                     /* tag or typedef */
    char tail[64], head[64], flag[64]; /* paths to members; flag "": none */
    uint64_t capacity;
    uint64_t flag_asleep;
};

/* Adds a queue for each variable of the type in any program. Returns how many. */
unsigned queue_discovery_user_type(
        struct model *model, struct programs *programs, const struct user_queue_type *wanted);
