/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels of a target that one user of the broker has for himself, and who that is. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "monitor/protocol/frame.h"
#include "monitor/protocol/messages.h"

struct claim {
    uint64_t owner; /* number of a user; 0: nobody */
    int64_t since;  /* ms */
    bool any;       /* somebody has it, or had it: */
    struct protocol_holder holder;
};

struct claims {
    struct claim of[FRAME_CHANNELS];
};

/* A channel of -1 is none, and free for all. */
bool claims_may_use(const struct claims *claims, int channel, uint64_t user);
uint64_t claims_owner(const struct claims *claims, unsigned channel);

/* `user`, who talks through the socket `fd`, wants a free channel. False: another one has it, or nothing has changed. */
bool claims_take(struct claims *claims, unsigned channel, uint64_t user, int fd, int64_t now);
/* Gives it back. False: it was not his. */
bool claims_release(struct claims *claims, unsigned channel, uint64_t user);
/* What he does with it. False: it is not his. */
bool claims_note(struct claims *claims, const struct protocol_holder *note, uint64_t user);

/* Who has it, for all to know. False: nobody ever had. */
bool claims_message(const struct claims *claims, unsigned channel, int64_t now,
        struct protocol_message *message);
