/* SPDX-License-Identifier: BSD-2-Clause */
/* What doctor finds in a model, and what it leaves alone. */
#include "console/model/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"

#define HZ    1000000u
#define LOOKS 200.0

static struct model *model;
static struct finding findings[FINDINGS_MAX];

static int setup(void **state)
{
    struct model_queue queue = {
        .name = "work", .kind = "net active", .producer = 0, .consumer = 1, .capacity = 16
    };

    (void)state;
    model = model_new(1);
    model->hello_known = true;
    model->hello.timer_hz = HZ;
    model->names.has_archive = model->names.trusted = true; /* nothing to say about that */
    for (unsigned i = 0; i < 2; i++) {
        model->pds[i].listed = true;
        model->pds[i].present = 1u << PD_STATE | 1u << PD_PRIORITY;
        model->pds[i].counters[PD_STATE] = PD_STATE_NOTIFICATION;
    }
    model_add_queue(model, &queue);
    model->queues[0].any_report = true;
    model->queues[0].present = model->queues[0].base_present = (1u << QUEUE_COUNTERS) - 1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    model->names.has_archive = false;
    model_free(model);
    return 0;
}

/* The only finding's code; "" if there is none. */
static const char *found(void)
{
    size_t count = diagnose(model, LOOKS, findings, FINDINGS_MAX);

    assert_true(count <= 1);
    return count == 0 ? "" : findings[0].code;
}

static void test_healthy(void **state)
{
    (void)state;
    assert_string_equal(found(), "");
}

static void test_lost_wakeup(void **state)
{
    (void)state;
    model->queues[0].counters[QUEUE_LAST] = 3;
    model->queues[0].counters[QUEUE_STUCK] = 10; /* 50 ms: may be on its way */
    assert_string_equal(found(), "");
    model->queues[0].counters[QUEUE_STUCK] = 400;
    assert_string_equal(found(), "lost_wakeup");
    assert_non_null(strstr(findings[0].what, "3 entries"));
    model->pds[1].counters[PD_STATE] = PD_STATE_RUNNING; /* it is awake, only slow */
    model->pds[1].rates.switches = 5;
    assert_string_equal(found(), "");
    model->pds[1].counters[PD_STATE] = PD_STATE_NOTIFICATION;
    strcpy(model->queues[0].kind, "net free"); /* empty buffers may wait */
    assert_string_equal(found(), "");
}

static void test_full(void **state)
{
    (void)state;
    model->queues[0].counters[QUEUE_FULL] = 7;
    model->queues[0].base[QUEUE_FULL] = 7;
    assert_string_equal(found(), ""); /* long ago */
    model->queues[0].counters[QUEUE_FULL] = 9;
    assert_string_equal(found(), "full_queue");
}

static void test_corrupt(void **state)
{
    (void)state;
    model->queues[0].counters[QUEUE_CORRUPT] = 1; /* between two reads of the monitor */
    assert_string_equal(found(), "");
    model->queues[0].counters[QUEUE_CORRUPT] = 50;
    assert_string_equal(found(), "corrupt_queue");
}

static void test_faulted(void **state)
{
    (void)state;
    model->pds[0].counters[PD_STATE] = PD_STATE_INACTIVE;
    model->pds[0].fault_seen = true;
    assert_string_equal(found(), "faulted");
}

static void test_exhausted(void **state)
{
    struct model_pd *pd = &model->pds[0];

    (void)state;
    pd->sc_present = (1u << SC_COUNTERS) - 1;
    pd->sc[SC_BUDGET] = 2000;
    pd->sc[SC_PERIOD] = 10000;
    pd->rates.expirations = 10; /* one period in ten */
    assert_string_equal(found(), "");
    pd->rates.expirations = 99;
    assert_string_equal(found(), "exhausted_budget");
    assert_non_null(strstr(findings[0].what, "2 ms in 10 ms"));
}

static void test_starved(void **state)
{
    (void)state;
    model->pds[0].counters[PD_STATE] = PD_STATE_RUNNING;
    model->pds[0].rates.switches = 0;
    assert_string_equal(found(), "starved");
    model->pds[0].rates.switches = NAN; /* not known */
    assert_string_equal(found(), "");
}

static void test_storm(void **state)
{
    (void)state;
    model->pds[0].rates.signals = 100000;
    assert_string_equal(found(), "signal_storm");
}

static void test_wrong_archive(void **state)
{
    (void)state;
    model->names.trusted = false;
    strcpy(model->names.trouble, "another build");
    assert_string_equal(found(), "wrong_archive");
}

int main(void)
{
#define WITH_MODEL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_MODEL(test_healthy),
        WITH_MODEL(test_lost_wakeup),
        WITH_MODEL(test_full),
        WITH_MODEL(test_corrupt),
        WITH_MODEL(test_faulted),
        WITH_MODEL(test_exhausted),
        WITH_MODEL(test_starved),
        WITH_MODEL(test_storm),
        WITH_MODEL(test_wrong_archive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
