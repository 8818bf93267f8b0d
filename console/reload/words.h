/* SPDX-License-Identifier: BSD-2-Clause */
/* Phases and endings of a reload, in words. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "monitor/protocol/messages.h"

/* One word, for JSON as well. Never NULL. */
const char *reload_phase_word(uint8_t phase);
const char *reload_cause_word(uint8_t cause);
/* One word: an enum reload_step of console/model/modules.h. */
const char *reload_step_word(unsigned step);
/* The new image ran, failed, and the old one is back. */
bool reload_came_back(uint8_t cause);
/* It ended as was asked for, or there was none. */
bool reload_went_well(uint8_t cause);
/* A sentence on how it ended, with what to do. */
void reload_explain(const struct protocol_reload_state *state, char *out, size_t size);

/* The target knows nothing of a transaction that it had begun. */
#define RELOAD_FORGOTTEN_WORD "target_reset"
#define RELOAD_FORGOTTEN_SENTENCE \
    "the target has been reset in the middle of it, and runs the image that it was built with: try again"

/* "12.0 of 36.4 KiB (32 %)" */
void reload_amount(uint32_t done, uint32_t of, char *out, size_t size);
/* "user@host", as whoever asked for the last transaction said; only what can be printed. "": nobody did. */
void reload_asked_by(const struct protocol_reload_state *state, char out[PROTOCOL_WHO_MAX + 1]);
/* What a transaction is at, and who asked for it: "staging, 12.0 of 36.4 KiB (32 %), asked for by user@host". */
void reload_under_way(const struct protocol_reload_state *state, char *out, size_t size);
