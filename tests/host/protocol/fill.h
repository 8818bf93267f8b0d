/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of each type with chosen contents, through the table's description. */
#pragma once

#include "monitor/protocol/codec.h"

enum fill {
    FILL_EMPTY,
    FILL_RANDOM,
    FILL_LARGEST
};

/* Makes `message` one of type `info`, within the table's limits. `random` is the generator's state. */
void fill_message(struct protocol_message *message, const struct protocol_type_info *info,
        enum fill how, uint64_t *random);

/* A 64-bit number; xorshift. */
uint64_t fill_next(uint64_t *random);
