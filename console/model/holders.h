/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has a channel of the target for himself, as the broker tells. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "monitor/protocol/frame.h"
#include "monitor/protocol/messages.h"

struct model_holder {
    bool known; /* otherwise nobody ever had it, as far as this broker knows */
    struct protocol_holder said;
    time_t since; /* of this host's clock */
};

struct model_holders {
    struct model_holder of[FRAME_CHANNELS];
};

void holders_take(struct model_holders *holders, const struct protocol_holder *said, time_t now);
/* NULL: nobody has it now. */
const struct model_holder *holders_now(const struct model_holders *holders, unsigned channel);

/* "user@host, process 12, since 17:04:05 (3 s): what it does" */
void holder_words(const struct model_holder *holder, time_t now, char *out, size_t size);
/* What it uses the channel for; "" if it has not said. Text of a stranger: only what can be printed. */
void holder_doing(const struct model_holder *holder, char *out, size_t size);
/* "user@host". */
void holder_name(const struct model_holder *holder, char *out, size_t size);
