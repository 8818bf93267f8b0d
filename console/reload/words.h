/* SPDX-License-Identifier: BSD-2-Clause */
/* Phases and endings of a reload, in words. */
#pragma once

#include <stddef.h>

#include "monitor/protocol/messages.h"

/* One word, for JSON as well. Never NULL. */
const char *reload_phase_word(uint8_t phase);
const char *reload_cause_word(uint8_t cause);
/* A sentence on how it ended, with what to do. */
void reload_explain(const struct protocol_reload_state *state, char *out, size_t size);
