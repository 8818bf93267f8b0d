/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/lionsos_reload/replacements.h"

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos_reload/image.h"

#define RUNS      500
#define SWAPS_MAX 6
#define STEPS_MAX 20000

enum left left;
uint32_t swaps;

static void run_all(enum left how)
{
    uint32_t all = 0;

    left = how;
    for (uint32_t seed = 0; seed < RUNS; seed++) {
        uint32_t steps = 0;

        image_seed(seed);
        plant.prepare();
        swaps = 0;
        plant.start_image();
        while (plant.step(seed % (SWAPS_MAX + 1))) {
            assert_true(++steps < STEPS_MAX);
        }
        plant.check_end();
        all += swaps;
    }
    assert_true(all > RUNS);
}

void images_replace_each_other_at_any_moment(void **state)
{
    (void)state;
    run_all(LEFT_WELL);
}

void images_take_over_from_older_ones(void **state)
{
    (void)state;
    run_all(LEFT_BY_OLDER);
}

void images_mend_what_others_have_spoilt(void **state)
{
    (void)state;
    run_all(LEFT_SPOILT);
}
