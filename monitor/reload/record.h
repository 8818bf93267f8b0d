/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a monitor that is restarted has to know of a PD, and can rely on. Its memory is what it was when it died, at any
 * instruction: so what belongs together is one word, that word is written before what it announces is done, and what the
 * word relies on before the word. A word and an image's description carry a check, so that what somebody
 * has spoilt is not believed.
 */
#pragma once

#include "monitor/reload/transaction.h"

enum reload_step {
    /* The phases (enum protocol_reload_phase). In STEP_QUIESCING and STEP_PROBATION the PD may have been held. */
    STEP_AT_REST,
    STEP_STAGING,
    STEP_VERIFIED,
    STEP_QUIESCING,
    STEP_PROBATION,
    /* And what has to be carried through once it has begun. */
    STEP_STARTING, /* the PD was stopped; `next` is started, on probation */
    STEP_STOPPING, /* is going to be stopped, its state of before the swap restored, `next` started */
    STEP_STARTING_BACK, /* the PD was stopped; `next`, that ran before, is started, for good */
    STEPS
};

/* False: it is damaged. */
bool record_is_valid(const struct reload_module *module);
/* Everything that has been written before is there when it is. */
void record_set(struct reload_module *module, enum reload_step step, uint8_t running,
        uint8_t previous, uint8_t next);
void record_set_step(struct reload_module *module, enum reload_step step);

void image_seal(struct reload_image *image);
/* False: nothing is known of it, or it is damaged. */
bool image_is_whole(const struct reload_image *image);
