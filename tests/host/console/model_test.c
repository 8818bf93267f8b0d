/* SPDX-License-Identifier: BSD-2-Clause */
/* The model, fed with messages: rates, gaps, reboots, what is not known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/columns.h"
#include "console/model/state_words.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define HZ 1000000u

static struct model *model;
static struct protocol_message message;

static struct protocol_message *begin(uint16_t type)
{
    memset(&message, 0, sizeof(message));
    message.type = type;
    return &message;
}

static void hello(uint64_t boot_id)
{
    struct protocol_hello_reply *reply = &begin(MESSAGE_HELLO_REPLY)->hello_reply;

    message.number = 1;
    reply->major = PROTOCOL_MAJOR;
    reply->boot_id = boot_id;
    reply->timer_hz = HZ;
    model_message(model, &message, 0);
}

static void list_one(uint32_t flags)
{
    struct protocol_pd_list *list = &begin(MESSAGE_PD_LIST)->pd_list;

    message.number = 2;
    list->total = 1;
    list->pds.count = 1;
    list->pds.at[0] = (struct protocol_pd_entry){ 0, flags };
    model_message(model, &message, 0);
}

static struct protocol_pd_sample *pd_report(uint32_t sequence, bool key, uint64_t time)
{
    struct protocol_pd_report *report = &begin(MESSAGE_PD_REPORT)->pd_report;

    report->sequence = sequence;
    report->key = key;
    report->time = time;
    report->samples.count = 1;
    return &report->samples.at[0];
}

static void put(struct protocol_pd_sample *sample, unsigned counter, uint64_t value)
{
    sample->counters.present |= 1u << counter;
    sample->counters.at[counter] = value;
}

static int setup(void **state)
{
    (void)state;
    model = model_new(1);
    hello(1);
    list_one(PROTOCOL_PD_HAS_TCB);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    model_free(model);
    return 0;
}

static void send_run(uint32_t sequence, bool key, uint64_t time, uint64_t run)
{
    struct protocol_pd_sample *sample = pd_report(sequence, key, time);

    put(sample, PD_RUN, run);
    put(sample, PD_SCHEDULED, run / 100);
    model_message(model, &message, 0);
}

static void test_rates(void **state)
{
    (void)state;
    assert_true(isnan(model->pds[0].rates.cpu));
    for (uint64_t i = 1; i <= 30; i++) {
        send_run((uint32_t)i, i % 10 == 1, i * 100000, i * 20000);
    }
    assert_true(model->windows_done >= 1);
    assert_float_equal(model->pds[0].rates.cpu, 0.2, 0.001);
    assert_float_equal(model->pds[0].rates.switches, 2000, 1);
    assert_true(isnan(model->pds[0].rates.signals)); /* never sent: not known, not 0 */
}

static void test_gap_is_stale(void **state)
{
    (void)state;
    send_run(1, true, 100000, 10);
    send_run(2, false, 200000, 20);
    assert_false(model->pds[0].stale);
    send_run(5, false, 300000, 30);
    assert_true(model->pds[0].stale);
    assert_int_equal(model->pd_stream.lost, 2);
    send_run(6, true, 400000, 40);
    assert_false(model->pds[0].stale);
}

static void test_replay_is_ignored(void **state)
{
    (void)state;
    send_run(5, true, 500000, 100);
    send_run(3, true, 300000, 50);
    assert_int_equal(model->pds[0].counters[PD_RUN], 100);
}

static void test_reboot_forgets(void **state)
{
    (void)state;
    send_run(1, true, 100000, 10);
    hello(2);
    assert_int_equal(model->reboots, 1);
    assert_false(model->pds_known);
    assert_int_equal(model->pds[0].present, 0);
    assert_true(log_line(&model->log, model->log.end - 1)->gap);
}

static void send_state(uint32_t sequence, unsigned pd_state, uint64_t faults, uint64_t scheduled)
{
    struct protocol_pd_sample *sample = pd_report(sequence, true, sequence * 100000);

    put(sample, PD_STATE, pd_state);
    put(sample, PD_FAULTS, faults);
    put(sample, PD_SCHEDULED, scheduled);
    model_message(model, &message, 0);
}

static void test_states(void **state)
{
    char words[128];

    (void)state;
    assert_int_equal(state_of(model, 0), STATE_UNKNOWN);
    send_state(1, PD_STATE_NOTIFICATION, 0, 1);
    assert_int_equal(state_of(model, 0), STATE_WAITING);
    state_in_words(model, 0, words, sizeof(words));
    assert_string_equal(words, "waits for a signal");
    send_state(2, PD_STATE_REPLY, 0, 2);
    assert_int_equal(state_of(model, 0), STATE_CALLING);
    send_state(3, PD_STATE_REPLY, 1, 3);
    assert_int_equal(state_of(model, 0), STATE_FAULTED);
    send_state(4, PD_STATE_REPLY, 1, 4); /* it has run since */
    assert_int_equal(state_of(model, 0), STATE_CALLING);
    send_state(5, 99, 1, 5);
    assert_int_equal(state_of(model, 0), STATE_UNKNOWN);
}

static void test_out_of_budget(void **state)
{
    struct protocol_sc_report *report;
    char words[128];

    (void)state;
    send_state(1, PD_STATE_RUNNING, 0, 1);
    assert_int_equal(state_of(model, 0), STATE_READY);
    report = &begin(MESSAGE_SC_REPORT)->sc_report;
    report->key = 1;
    report->time = 200000;
    report->samples.count = 1;
    report->samples.at[0].counters.present = 1u << SC_UNTIL | 1u << SC_FLAGS;
    report->samples.at[0].counters.at[SC_UNTIL] = 3100;
    model_message(model, &message, 0);
    state_in_words(model, 0, words, sizeof(words));
    assert_string_equal(words, "out of budget until +3.1 ms");
}

static void test_columns_not_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < pd_table.column_count; i++) {
        struct cell cell = pd_table.columns[i].value(model, 0);
        const char *name = pd_table.columns[i].name;

        if (strcmp(name, "index") == 0 || strcmp(name, "name") == 0 || strcmp(name, "monitor") == 0
                || strcmp(name, "stale") == 0) {
            continue;
        }
        assert_int_equal(cell.kind, CELL_NONE);
    }
}

static void test_other_major(void **state)
{
    (void)state;
    begin(MESSAGE_HELLO_REPLY)->hello_reply.major = PROTOCOL_MAJOR + 1;
    model_message(model, &message, 0);
    assert_false(model->version_fits);
}

int main(void)
{
#define WITH_MODEL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_MODEL(test_rates),
        WITH_MODEL(test_gap_is_stale),
        WITH_MODEL(test_replay_is_ignored),
        WITH_MODEL(test_reboot_forgets),
        WITH_MODEL(test_states),
        WITH_MODEL(test_out_of_budget),
        WITH_MODEL(test_columns_not_known),
        WITH_MODEL(test_other_major),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
