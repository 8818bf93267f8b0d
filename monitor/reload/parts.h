/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the transaction share (transaction.h). */
#pragma once

#include "monitor/reload/record.h"

/* ---- transaction.c ---- */

uint64_t reload_in_ms(const struct reload_module *module, uint64_t ms);
/* To a phase of the transaction; the console is told. */
void reload_enter(struct reload_module *module, enum reload_step step);
/* The transaction is over; what runs stays. */
void reload_end(struct reload_module *module, enum protocol_reload_cause cause, uint64_t detail);
bool reload_is_current(const struct reload_module *module, uint32_t transaction);

/* The slot that neither the running image nor the one to go back to is in. */
uint8_t reload_free_image(const struct reload_module *module);
/* Where image 1 or 2 lies. */
const monitor_reload_slot_t *reload_slot_of(const struct reload_module *module, uint8_t image);

/* ---- staging.c ---- */

#define STAGING_MS 10000 /* a console that is silent for so long has gone */

void reload_note_who(struct reload_module *module, const uint8_t *name, uint16_t length);
uint32_t reload_staged_bytes(const struct reload_module *module);
uint32_t reload_staged_of(const struct reload_module *module);

/* ---- hand_over.c ---- */

struct lions_hand_over *reload_hand_over(const struct reload_module *module);
void reload_take_snapshot(struct reload_module *module);
/*
 * The state is again what it was at the swap, except for what says how the shared queues stand: they have moved on. An
 * image that has not said so has not touched them. The PD must be stopped. Done twice it is as if done once.
 */
void reload_restore_snapshot(struct reload_module *module);

/* ---- installation.c ---- */

/* Of a PD that could not be held in time. */
enum protocol_reload_cause reload_why_not_at_rest(const struct reload_module *module);
/* While something is under way: whether it waits for a debugger, for the console to say so. */
void reload_note_held(struct reload_module *module, bool held);

/* The free image is installed, if the PD was at rest; or the time for that is over. */
void reload_try_to_swap(struct reload_module *module);

/* The previous image is back, if the PD was at rest. On probation it gets the state of before if it cannot read this one. */
enum reload_going_back {
    GOING_WAITS, /* not at rest */
    GOING_BACK,
    GOING_UNREADABLE,
};
enum reload_going_back reload_try_to_go_back(struct reload_module *module);

/* The image on probation must not stay, nor what it may have done to the state. */
void reload_fail(struct reload_module *module, enum protocol_reload_cause cause, uint64_t detail);

/* STEP_STARTING, STEP_STOPPING, STEP_STARTING_BACK, wherever it had come to. */
void reload_carry_through(struct reload_module *module);

/* ---- probation.c ---- */

/* Ticks that the swap took are known when the new image has begun. */
void reload_note_start(struct reload_module *module);
/* Looks at the image that is on probation. */
void reload_watch(struct reload_module *module);

/* ---- recovery.c ---- */

/* The monitor has been restarted: what was under way is given up or carried through. */
enum reload_recovery reload_recover(struct reload_module *module);
