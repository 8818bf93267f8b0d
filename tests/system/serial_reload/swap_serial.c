/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * swap-serial [--record FILE] TARGET SWAPS SECONDS
 *
 * As console on TARGET's serial line: has serial_virt_tx's two images exchanged SWAPS times by rollbacks, the next as soon as
 * the last is through, while as many requests wait for answers as the link takes, and reads what the clients of
 * serial_reload.composition write. Fails if a frame was damaged or lost, if a byte of a line is not what it has to be, or
 * if a line is missing, comes twice or out of order. SECONDS is the limit.
 */
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/client.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/recording.h"
#include "tests/system/serial_reload/numbered_line.h"

#define REQUESTS_AT_ONCE 12
#define LINE_MAX_BYTES   4096

/* ---- the clients' lines ---- */

struct writer {
    const char *name;
    bool known; /* its first line has come */
    uint32_t next;
    uint64_t lines;
    uint64_t parts; /* of lines that stood there before they went on */
};

static struct writer writers[] = { { .name = "steady" }, { .name = "halting" } };
static char line[LINE_MAX_BYTES];
static size_t line_length;
static bool in_step; /* the end of a line has been seen */

static struct client *client;
static uint64_t swaps, swaps_wanted, replies, waits;
static struct protocol_reload_state state;
static bool state_is_known, state_is_asked;
static unsigned pending;

static void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void fail(const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "swap-serial: after %" PRIu64 " swaps: ", swaps);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\n");
    client_free(client); /* the recording is complete */
    exit(1);
}

/* A whole line of a writer, or the first part of one, that will stand there again as a whole. */
static void check_line(struct writer *writer)
{
    char expected[NUMBERED_LINE_MAX];
    uint32_t length;

    if (!writer->known) {
        char number[9] = { 0 };
        size_t name = strlen(writer->name);

        if (line_length < name + 11) {
            return; /* began before this program */
        }
        memcpy(number, line + name + 1, 8);
        writer->next = (uint32_t)strtoul(number, NULL, 16);
    }
    length = numbered_line(expected, writer->name, writer->next) - 1;
    if (line_length == length && memcmp(line, expected, length) == 0) {
        writer->known = true;
        writer->next++;
        writer->lines++;
    } else if (line_length < length && memcmp(line, expected, line_length) == 0) {
        writer->parts++;
    } else if (writer->known) {
        fail("of '%s' line %" PRIx32 " should be '%.*s', and is '%.*s'", writer->name, writer->next,
                (int)length, expected, (int)line_length, line);
    }
}

static void end_line(void)
{
    while (line_length > 0 && line[line_length - 1] == '\r') {
        line_length--;
    }
    for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++) {
        size_t name = strlen(writers[i].name);
        size_t some = line_length < name ? line_length : name;

        if (some > 0 && memcmp(line, writers[i].name, some) == 0) {
            check_line(&writers[i]);
            return;
        }
    }
    if (line_length > 0 && in_step && writers[0].known && writers[1].known) {
        fail("nobody has written '%.*s'", (int)line_length, line);
    }
}

static void on_text(void *context, const char *text, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            if (in_step) {
                end_line();
            }
            in_step = true;
            line_length = 0;
        } else if (line_length == sizeof(line)) {
            fail("a line without an end");
        } else {
            line[line_length++] = text[i];
        }
    }
}

/* ---- the link ---- */

static void send(struct protocol_message *request, client_reply_fn reply)
{
    if (client_request(client, request, reply, NULL)) {
        pending++;
    }
}

static void on_reply(void *context, const struct protocol_message *reply)
{
    (void)context;
    pending--;
    replies += reply != NULL;
}

static void take_state(const struct protocol_reload_state *now)
{
    if (state_is_known) {
        swaps += (uint32_t)(now->swaps - state.swaps);
    }
    state = *now;
    state_is_known = true;
}

static void on_state(void *context, const struct protocol_message *reply)
{
    pending--;
    (void)context;
    state_is_asked = false;
    if (reply == NULL) {
        fail("the monitor does not answer");
    }
    if (reply->type == MESSAGE_RELOAD_STATE) {
        take_state(&reply->reload_state);
    } else {
        waits++;
        state_is_known = false;
    }
}

static void on_list(void *context, const struct protocol_message *reply)
{
    (void)context;
    pending--;
    if (reply == NULL || reply->type != MESSAGE_RELOAD_LIST || reply->reload_list.pds.count != 1) {
        fail("the system has not one PD that can be reloaded");
    }
    state.pd = reply->reload_list.pds.at[0].pd;
    state_is_asked = false;
}

/* The state if it is not known or a rollback waits for the PD to come to rest; else the next rollback. */
static void ask_for_swap(void)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_ROLLBACK };

    if (state_is_asked || swaps >= swaps_wanted) {
        return;
    }
    if (!state_is_known || state.phase != RELOAD_AT_REST) {
        waits += state_is_known;
        request.type = MESSAGE_RELOAD_STATE_REQUEST;
        request.reload_state_request.pd = state.pd;
    } else if (state.previous == 3) {
        fail("there is nothing to go back to (the last transaction ended with cause %u)",
                state.cause);
    } else {
        request.reload_rollback.pd = state.pd;
        request.reload_rollback.swaps = state.swaps;
    }
    state_is_asked = true;
    send(&request, on_state);
}

/* Questions with long answers. */
static void ask_for_more(void)
{
    static const uint16_t kinds[] = { MESSAGE_WINDOW_LIST_REQUEST, MESSAGE_PD_LIST_REQUEST,
        MESSAGE_PD_REQUEST, MESSAGE_LOG_REQUEST, MESSAGE_SC_REQUEST };
    static unsigned next;

    while (pending < REQUESTS_AT_ONCE) {
        struct protocol_message request = { .type = kinds[next++ % 5] };
        unsigned before = pending;

        send(&request, on_reply);
        if (pending == before) {
            return;
        }
    }
}

static void check_frames(uint64_t damaged_before)
{
    const struct frame_statistics *frames = client_frame_statistics(client);

    if (frames->damaged > damaged_before || frames->lost > 0 || frames->reordered > 0) {
        fail("of %" PRIu64 " frames %" PRIu64 " came damaged, %" PRIu64 " are missing, %" PRIu64
             " came out of order",
                frames->frames, frames->damaged - damaged_before, frames->lost, frames->reordered);
    }
}

static void step(void)
{
    struct pollfd wait = { .fd = client_transport(client)->fd,
        .events = client_poll_events(client) };

    poll(&wait, 1, client_wait_ms(client));
    if (!client_process(client)) {
        fail("the target has gone");
    }
}

/* Whoever connects in the middle of a frame has half of it: what is damaged before the first good one does not count. */
static uint64_t begin(void)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_LIST_REQUEST };

    state_is_asked = true;
    send(&request, on_list);
    while (state_is_asked) {
        step();
    }
    return client_frame_statistics(client)->damaged;
}

static void run(int64_t deadline)
{
    uint64_t damaged_before = begin();

    while (swaps < swaps_wanted || !writers[0].known || !writers[1].known) {
        if (clock_ms() > deadline) {
            fail("the time is up");
        }
        ask_for_swap();
        ask_for_more();
        step();
        check_frames(damaged_before);
    }
}

static void report(void)
{
    const struct frame_statistics *frames = client_frame_statistics(client);

    printf("%" PRIu64 " swaps, %" PRIu64 " waits; %" PRIu64
           " frames, none damaged or lost, %" PRIu64 " answers, %" PRIu64 " repeated; %" PRIu64
           " bytes, %" PRIu64 " of them text",
            swaps, waits, frames->frames, replies, client_statistics(client)->retries,
            frames->bytes, frames->text_bytes);
    for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++) {
        printf("; %s: %" PRIu64 " lines in order, %" PRIu64 " parts", writers[i].name,
                writers[i].lines, writers[i].parts);
    }
    printf("\n");
}

int main(int count, char **arguments)
{
    static const struct option options[] = { { "record", required_argument, NULL, 'r' }, { 0 } };
    const struct client_events events = { .text = on_text };
    const char *record = NULL;
    struct error_report error = { 0 };
    struct transport *transport;

    while (getopt_long(count, arguments, "", options, NULL) == 'r') {
        record = optarg;
    }
    if (count - optind != 3) {
        fprintf(stderr, "swap-serial: see the head of swap_serial.c\n");
        return 2;
    }
    swaps_wanted = strtoull(arguments[optind + 1], NULL, 10);
    transport = transport_open(arguments[optind], 10000, &error);
    if (transport != NULL && record != NULL) {
        transport = recording_transport(transport, record, &error);
    }
    if (transport == NULL || (client = client_new(transport, &events)) == NULL) {
        fprintf(stderr, "swap-serial: %s\n", error.text);
        return 1;
    }
    run(clock_ms() + 1000 * strtoll(arguments[optind + 2], NULL, 10));
    report();
    client_free(client);
    return 0;
}
