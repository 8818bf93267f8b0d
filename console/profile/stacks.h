/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the addresses of a sample to its functions, innermost first. What is not known shows as a function in
 * square brackets; nothing is guessed.
 */
#pragma once

#include "console/model/programs.h"
#include "console/profile/profile.h"
#include "monitor/protocol/messages.h"

/* Something of the stack is not known here: the function outside of this one kept no frame record. */
#define STACKS_GAP "[unknown caller]"
/* The walk ended here: what it found is no return address, or the stack is deeper. */
#define STACKS_CUT "[stack cut]"

struct stacks;

/*
 * Modules that are loaded into a PD while it runs: the one that had `address` at `time`. *name stays as it is (NULL: the
 * address belongs to the PD's own program); the result may be NULL, if its symbols are not known.
 */
typedef struct symbols *(*stacks_module)(void *context, unsigned pd, uint64_t time,
        uint64_t address, uint64_t *base, const char **name);

/* NULL without memory. `module` may be NULL. */
struct stacks *stacks_new(
        struct programs *programs, struct profile *profile, stacks_module module, void *context);
void stacks_free(struct stacks *stacks);

/* Fills in the frames of `sample`. pd: index of the PD. */
void stacks_take(struct stacks *stacks, unsigned pd, const struct protocol_profile_sample *from,
        struct profile_sample *sample);
