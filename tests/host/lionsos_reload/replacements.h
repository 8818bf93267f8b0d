/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of all components have in common: many runs, in which images replace each other at any moment. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* How images leave things. */
enum left {
    LEFT_WELL,
    LEFT_BY_OLDER, /* as the schema before has it */
    LEFT_SPOILT,
};

/* A component and its neighbours; each test has one. */
struct plant {
    void (*prepare)(void);             /* as at boot */
    void (*start_image)(void);         /* any of its images; counts in `swaps` */
    bool (*step)(uint32_t swaps_most); /* of somebody; false: there is nothing left to do */
    void (*check_end)(void);
};
extern const struct plant plant;

extern enum left left;
extern uint32_t swaps; /* in this run */

/* For cmocka. */
void images_replace_each_other_at_any_moment(void **state);
void images_take_over_from_older_ones(void **state);
/* Its ends of the queues are put right, exactly, and whoever slept because of a flag looks again. */
void images_mend_what_others_have_spoilt(void **state);
