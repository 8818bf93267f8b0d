/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor between its two wires: who is served, what a second console hears, what a console that does not
 * read, that floods or that has gone does to it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/monitor/monitor_harness.h"

#define SILENCE_MS 4000 /* after which the other wire may have the link */
#define LEASE_MS   3000

/* What has come at one end. */
struct heard {
    unsigned messages, reports, errors;
    uint16_t last_number;
    uint8_t last_error;
    struct protocol_message last_reply; /* of those with a number */
};

static void hear(void *context, const struct protocol_message *message)
{
    struct heard *heard = context;

    heard->messages++;
    heard->reports += message->number == 0;
    if (message->type == MESSAGE_ERROR_REPLY) {
        heard->errors++;
        heard->last_error = message->error_reply.code;
    }
    if (message->number != 0) {
        heard->last_number = message->number;
        heard->last_reply = *message;
    }
}

static struct heard take(enum end end)
{
    struct heard heard;

    memset(&heard, 0, sizeof(heard));
    harness_take(end, hear, &heard);
    return heard;
}

static void ask_hello(enum end end, uint16_t number)
{
    struct protocol_message request = { .type = MESSAGE_HELLO_REQUEST, .number = number };

    request.hello_request.major = PROTOCOL_MAJOR;
    request.hello_request.minor = PROTOCOL_MINOR;
    harness_send(end, &request);
}

static struct protocol_subscribe_reply subscribe(enum end end, uint32_t interval, uint32_t looks)
{
    struct protocol_message request = { .type = MESSAGE_SUBSCRIBE_REQUEST, .number = 99 };
    struct protocol_subscribe_request *wanted = &request.subscribe_request;
    struct heard heard;

    wanted->pd_interval = wanted->sc_interval = interval;
    wanted->queue_interval = wanted->link_interval = interval;
    wanted->queue_samples_per_second = looks;
    wanted->log = 1;
    wanted->lease = LEASE_MS;
    harness_send(end, &request);
    heard = take(end);
    assert_int_equal(heard.last_reply.type, MESSAGE_SUBSCRIBE_REPLY);
    return heard.last_reply.subscribe_reply;
}

static uint64_t link_counter(enum end end, unsigned counter)
{
    struct protocol_message request = { .type = MESSAGE_LINK_REQUEST, .number = 98 };
    struct heard heard;

    harness_send(end, &request);
    heard = take(end);
    assert_int_equal(heard.last_reply.type, MESSAGE_LINK_REPORT);
    return heard.last_reply.link_report.counters.at[counter];
}

/* ---- two wires ---- */

static void one_wire_at_a_time(void)
{
    struct heard heard;

    harness_start(0);
    ask_hello(END_SERIAL, 1);
    assert_int_equal(take(END_SERIAL).last_reply.type, MESSAGE_HELLO_REPLY);

    ask_hello(END_NETWORK, 2);
    heard = take(END_NETWORK);
    assert_int_equal(heard.last_error, PROTOCOL_ERROR_BUSY);
    assert_int_equal(heard.last_number, 2);
    assert_int_equal(take(END_SERIAL).messages, 0);

    harness_wait(SILENCE_MS - 100);
    ask_hello(END_NETWORK, 3);
    assert_int_equal(take(END_NETWORK).last_error, PROTOCOL_ERROR_BUSY);
    harness_wait(200); /* what was refused does not hold the other's place, nor its own */
    ask_hello(END_NETWORK, 4);
    heard = take(END_NETWORK);
    assert_int_equal(heard.last_reply.type, MESSAGE_HELLO_REPLY);
    assert_true(heard.last_reply.hello_reply.features & PROTOCOL_HAS_AUTHENTICATED);

    ask_hello(END_SERIAL, 5);
    assert_int_equal(take(END_SERIAL).last_error, PROTOCOL_ERROR_BUSY);
}

static void who_speaks_keeps_the_link(void)
{
    harness_start(0);
    for (uint16_t i = 1; i < 40; i++) {
        ask_hello(END_NETWORK, i);
        assert_int_equal(take(END_NETWORK).last_reply.type, MESSAGE_HELLO_REPLY);
        ask_hello(END_SERIAL, i);
        assert_int_equal(take(END_SERIAL).last_error, PROTOCOL_ERROR_BUSY);
        harness_wait(500);
    }
}

static void noise_is_nobody(void)
{
    static const char noise[] = "\0login: \x7f\xff\x80 root\r\n";

    harness_start(0);
    ask_hello(END_NETWORK, 1);
    take(END_NETWORK);
    for (unsigned i = 0; i < 50; i++) {
        harness_send_bytes(END_SERIAL, noise, sizeof(noise));
        ask_hello(END_NETWORK, 2);
        assert_int_equal(take(END_NETWORK).last_reply.type, MESSAGE_HELLO_REPLY);
        harness_wait(SILENCE_MS + 1000);
    }
    assert_int_equal(take(END_SERIAL).messages, 0);
}

static void reports_go_to_who_has_the_link(void)
{
    harness_start(0);
    subscribe(END_SERIAL, 100, 0);
    harness_wait(1000);
    assert_true(take(END_SERIAL).reports > 5);
    assert_int_equal(take(END_NETWORK).messages, 0);
    harness_wait(SILENCE_MS);
    subscribe(END_NETWORK, 100, 0);
    take(END_SERIAL);
    harness_wait(1000);
    assert_int_equal(take(END_SERIAL).messages, 0);
    assert_true(take(END_NETWORK).reports > 5);
}

static void the_listeners_counters_are_in_the_report(void)
{
    harness_start(0);
    assert_int_equal(link_counter(END_SERIAL, LINK_CONSOLES), HARNESS_LISTENERS);
}

/* ---- what is looked at ---- */

#define QUEUE_CAPACITY 16

static void keep_queue_report(void *context, const struct protocol_message *message)
{
    struct protocol_queue_sample *most = context;

    if (message->type == MESSAGE_QUEUE_REPORT && message->queue_report.samples.count == 1) {
        const struct protocol_queue_sample *sample = &message->queue_report.samples.at[0];

        if (sample->counters.at[QUEUE_MAXIMUM] >= most->counters.at[QUEUE_MAXIMUM]) {
            *most = *sample;
        }
    }
}

/* Full for two milliseconds, in the middle between two reports. */
static void watch_queue(uint16_t *head, uint16_t *tail)
{
    struct protocol_message request = { .type = MESSAGE_WATCH_QUEUE_REQUEST, .number = 6 };

    request.watch_queue_request.slot = 3;
    request.watch_queue_request.head_address = (uint64_t)(uintptr_t)head;
    request.watch_queue_request.tail_address = (uint64_t)(uintptr_t)tail;
    request.watch_queue_request.index_bytes = sizeof(*head);
    request.watch_queue_request.capacity = QUEUE_CAPACITY;
    harness_send(END_SERIAL, &request);
    assert_int_equal(take(END_SERIAL).last_reply.type, MESSAGE_WATCH_QUEUE_REPLY);
}

static void a_burst_between_two_reports_is_seen(void)
{
    uint16_t *head = (uint16_t *)(void *)&harness_memory[0];
    uint16_t *tail = (uint16_t *)(void *)&harness_memory[64];
    struct protocol_queue_sample most;

    memset(&most, 0, sizeof(most));
    harness_start(0);
    watch_queue(head, tail);
    subscribe(END_SERIAL, 100, 1000);
    harness_wait(150);
    *tail += QUEUE_CAPACITY;
    harness_wait(2);
    *head += QUEUE_CAPACITY;
    harness_wait(150);
    harness_take(END_SERIAL, keep_queue_report, &most);
    assert_int_equal(most.slot, 3);
    assert_int_equal(most.counters.at[QUEUE_MAXIMUM], QUEUE_CAPACITY);
    assert_int_equal(most.counters.at[QUEUE_MINIMUM], 0);
    assert_int_equal(most.counters.at[QUEUE_ENQUEUED], QUEUE_CAPACITY);
    assert_int_equal(most.histogram.at[PROTOCOL_HISTOGRAM_BINS - 1].samples, 2);
    assert_in_range(most.counters.at[QUEUE_SAMPLES], 90, 110);
}

struct followed {
    unsigned reports;
    uint32_t next_sequence;
};

static void follow_reports(void *context, const struct protocol_message *message)
{
    struct followed *followed = context;

    if (message->type == MESSAGE_QUEUE_REPORT) {
        assert_int_equal(message->queue_report.sequence, followed->next_sequence);
        followed->next_sequence++;
        followed->reports++;
    }
}

/* Nobody looks at the queue, so nothing is said of it but with each key. The console would take a gap for a loss. */
static void what_has_nothing_to_say_leaves_no_gap(void)
{
    struct followed followed = { 0 };

    harness_start(0);
    watch_queue((uint16_t *)(void *)&harness_memory[0], (uint16_t *)(void *)&harness_memory[64]);
    subscribe(END_SERIAL, 100, 0);
    for (unsigned i = 0; i < 40; i++) {
        harness_wait(100);
        harness_take(END_SERIAL, follow_reports, &followed);
    }
    assert_in_range(followed.reports, 3, 10);
}

/* ---- consoles that behave badly ---- */

static void nobody_there_costs_nothing(void)
{
    uint64_t entries;

    harness_start(0);
    harness_wait(60000);
    assert_int_equal(harness_entries, 0);
    subscribe(END_SERIAL, 100, 200);
    harness_wait(LEASE_MS + 200); /* the console has gone without a word */
    entries = harness_entries;
    take(END_SERIAL);
    harness_wait(60000);
    assert_int_equal(harness_entries, entries);
    assert_int_equal(take(END_SERIAL).messages, 0);
}

/* Else it would be due at each tick of the clock, and take all the budget there is. */
static void a_lease_of_no_time_is_over(void)
{
    struct protocol_message request = { .type = MESSAGE_SUBSCRIBE_REQUEST, .number = 1 };

    harness_start(0);
    request.subscribe_request.pd_interval = 100;
    request.subscribe_request.log = 1;
    harness_send(END_SERIAL, &request);
    harness_wait(10000);
    assert_true(harness_entries < 5);
    assert_int_equal(take(END_SERIAL).reports, 0);
}

static void a_console_that_does_not_read(void)
{
    harness_start(0);
    subscribe(END_SERIAL, 10, 1000);
    for (unsigned i = 0; i < 300; i++) { /* asks on, for all the good it does */
        ask_hello(END_SERIAL, 7);
        harness_wait(50);
    }
    take(END_SERIAL);
    assert_true(link_counter(END_SERIAL, LINK_DROPPED) > 100);
    ask_hello(END_SERIAL, 8);
    assert_int_equal(take(END_SERIAL).last_reply.type, MESSAGE_HELLO_REPLY);
}

static void a_console_that_floods(void)
{
    struct protocol_message request = { .type = MESSAGE_PD_LIST_REQUEST, .number = 5 };
    unsigned answered = 0;

    harness_start(0);
    for (unsigned i = 0; i < 20000; i++) {
        harness_send(END_SERIAL, &request);
        if (i % 2 == 0) {
            answered += take(END_SERIAL).messages;
        }
    }
    assert_true(answered > 10000);
    assert_true(link_counter(END_SERIAL, LINK_REQUESTS) >= 20000);
}

/* A repeated request, an unknown one, one that is cut off: each is answered, none changes more than one would. */
static void odd_requests_are_answered(void)
{
    static const uint8_t unknown[] = { 0xff, 0x7f, 3 };
    static const uint8_t cut_off[] = { MESSAGE_WATCH_QUEUE_REQUEST, 4, 1 };
    struct heard heard;

    harness_start(0);
    ask_hello(END_SERIAL, 1);
    ask_hello(END_SERIAL, 1);
    assert_int_equal(take(END_SERIAL).messages, 2);
    harness_send_payload(END_SERIAL, CHANNEL_INSPECT, unknown, sizeof(unknown));
    heard = take(END_SERIAL);
    assert_int_equal(heard.last_error, PROTOCOL_ERROR_UNKNOWN_MESSAGE);
    assert_int_equal(heard.last_number, 3);
    harness_send_payload(END_SERIAL, CHANNEL_INSPECT, cut_off, sizeof(cut_off));
    heard = take(END_SERIAL);
    assert_int_equal(heard.last_error, PROTOCOL_ERROR_MALFORMED);
    assert_int_equal(heard.last_number, 4);
    assert_int_equal(link_counter(END_SERIAL, LINK_MALFORMED), 2);
}

/* Each byte of a hundred requests is lost once: the next good one is answered. */
static void lost_bytes_cost_a_frame(void)
{
    uint8_t payload[64], wire[128];
    struct protocol_message request = { .type = MESSAGE_PD_LIST_REQUEST, .number = 5 };
    size_t length = protocol_encode(&request, payload, sizeof(payload));

    harness_start(0);
    length = frame_encode(CHANNEL_INSPECT, 0, payload, length, wire);
    for (size_t lost = 0; lost < length; lost++) {
        harness_send_bytes(END_SERIAL, wire, lost);
        harness_send_bytes(END_SERIAL, wire + lost + 1, length - lost - 1);
        take(END_SERIAL);
        harness_send_bytes(END_SERIAL, wire, length);
        assert_true(take(END_SERIAL).messages > 0);
    }
}

static void a_slow_line_gets_longer_intervals(void)
{
    struct protocol_subscribe_reply granted;

    harness_start(11520);
    granted = subscribe(END_SERIAL, 100, 200);
    assert_true(granted.pd_interval > 100 && granted.queue_interval > 100);
}

static void an_old_kernel_says_what_it_has_not(void)
{
    struct protocol_message request = { .type = MESSAGE_PD_REQUEST, .number = 5 };
    struct heard heard;

    harness_old_kernel = true;
    harness_start(0);
    ask_hello(END_SERIAL, 1);
    heard = take(END_SERIAL);
    assert_int_equal(heard.last_reply.hello_reply.pd_count, HARNESS_PDS);
    assert_false(heard.last_reply.hello_reply.features
            & (PROTOCOL_HAS_PD_COUNTERS | PROTOCOL_HAS_SC_COUNTERS));
    harness_send(END_SERIAL, &request);
    heard = take(END_SERIAL);
    assert_int_equal(heard.last_reply.pd_report.samples.count, HARNESS_PDS);
    assert_int_equal(heard.last_reply.pd_report.samples.at[0].counters.present, 0);
}

/* ---- each with a monitor of its own ---- */

static void in_a_process(void **state)
{
    void (*test)(void) = (void (*)(void)) * state;
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        test();
        _exit(0);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define TEST(function)                                                   \
    {                                                                    \
#function, in_a_process, NULL, NULL, (void *)(uintptr_t)function \
    }

/* ---- a restart ---- */

static uint64_t boot_id(enum end end)
{
    struct heard heard;

    ask_hello(end, 7);
    heard = take(end);
    assert_int_equal(heard.last_reply.type, MESSAGE_HELLO_REPLY);
    return heard.last_reply.hello_reply.boot_id;
}

static void count_log(void *context, const struct protocol_message *message)
{
    *(unsigned *)context += message->type == MESSAGE_LOG_RECORD;
}

/* All records that there are, from the first one on. */
static unsigned log_records(enum end end)
{
    struct protocol_message request = { .type = MESSAGE_LOG_REQUEST, .number = 11 };
    unsigned records = 0;

    harness_send(end, &request);
    harness_take(end, count_log, &records);
    return records;
}

/* On the wire that has the link; the frames' numbers go on, which harness_take() looks at. */
static void a_restarted_monitor_goes_on(enum end end)
{
    struct protocol_message request = { .type = MESSAGE_PD_LIST_REQUEST, .number = 12 };
    uint64_t before;

    harness_start(0);
    before = boot_id(end);
    assert_int_equal(log_records(end), 1);
    subscribe(end, 100, 0);
    harness_wait(500);
    assert_true(take(end).reports > 2);
    harness_leave(end, &request); /* it died before it looked */
    harness_restart();
    assert_int_equal(take(end).last_reply.type, MESSAGE_PD_LIST);
    assert_true(boot_id(end) != before);
    assert_int_equal(log_records(end), 2);
    harness_wait(2000);
    assert_int_equal(take(end).messages, 0); /* nobody is subscribed */
    subscribe(end, 100, 0);
    harness_wait(500);
    assert_true(take(end).reports > 2);
    for (unsigned i = 0; i < 100; i++) {
        harness_restart();
        boot_id(end);
    }
    subscribe(end, 100, 0);
    harness_wait(500);
    assert_true(take(end).reports > 2);
}

static void a_restarted_monitor_goes_on_at_the_serial_line(void)
{
    a_restarted_monitor_goes_on(END_SERIAL);
}

static void a_restarted_monitor_goes_on_at_the_network(void)
{
    a_restarted_monitor_goes_on(END_NETWORK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_wire_at_a_time),
        TEST(who_speaks_keeps_the_link),
        TEST(noise_is_nobody),
        TEST(reports_go_to_who_has_the_link),
        TEST(the_listeners_counters_are_in_the_report),
        TEST(a_burst_between_two_reports_is_seen),
        TEST(what_has_nothing_to_say_leaves_no_gap),
        TEST(nobody_there_costs_nothing),
        TEST(a_lease_of_no_time_is_over),
        TEST(a_console_that_does_not_read),
        TEST(a_console_that_floods),
        TEST(odd_requests_are_answered),
        TEST(lost_bytes_cost_a_frame),
        TEST(a_slow_line_gets_longer_intervals),
        TEST(an_old_kernel_says_what_it_has_not),
        TEST(a_restarted_monitor_goes_on_at_the_serial_line),
        TEST(a_restarted_monitor_goes_on_at_the_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
