/* SPDX-License-Identifier: BSD-2-Clause */
/* The protocol's client on a line that loses bytes, and one that says nothing. */
#include "host-tools/lib/client.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-tools/lib/clock.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define REQUESTS 60

/* The other end: answers hello, and loses one of `drop` bytes it sends. */
struct other_end {
    int fd;
    unsigned drop, seed;
    uint16_t sequence;
    struct frame_receiver receiver;
    unsigned asked;
};

static void answer(void *context, const struct frame *frame)
{
    struct other_end *end = context;
    static struct protocol_message request, reply;
    uint8_t payload[FRAME_PAYLOAD_MAX], wire[FRAME_WIRE_MAX];
    size_t length;

    if (protocol_decode(CHANNEL_INSPECT, frame->payload, frame->length, &request, NULL)
            != PROTOCOL_DECODED) {
        return;
    }
    end->asked++;
    memset(&reply, 0, sizeof(reply));
    reply.type = MESSAGE_HELLO_REPLY;
    reply.number = request.number;
    reply.hello_reply.major = PROTOCOL_MAJOR;
    reply.hello_reply.boot_id = 42;
    length = protocol_encode(&reply, payload, sizeof(payload));
    length = frame_encode(CHANNEL_INSPECT, end->sequence++, payload, length, wire);
    for (size_t i = 0; i < length; i++) {
        if (end->drop == 0 || (unsigned)rand_r(&end->seed) % end->drop != 0) {
            assert_int_equal(write(end->fd, &wire[i], 1), 1);
        }
    }
}

static void serve(struct other_end *end)
{
    const struct frame_sink sink = { end, answer, NULL };
    uint8_t bytes[4096];
    ssize_t got = recv(end->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (got > 0) {
        frame_receiver_push(&end->receiver, bytes, (size_t)got, &sink);
    }
}

struct result {
    unsigned good, failed;
};

static void count_reply(void *context, const struct protocol_message *reply)
{
    struct result *result = context;

    if (reply != NULL && reply->type == MESSAGE_HELLO_REPLY && reply->hello_reply.boot_id == 42) {
        result->good++;
    } else {
        result->failed++;
    }
}

static void run(struct client *client, struct other_end *end, const struct result *result,
        unsigned wanted, int limit_ms)
{
    int64_t limit = clock_ms() + limit_ms;

    while (result->good + result->failed < wanted && clock_ms() < limit) {
        struct pollfd ready[2] = { { client_transport(client)->fd, client_poll_events(client), 0 },
            { end->fd, POLLIN, 0 } };
        int wait = client_wait_ms(client);

        poll(ready, 2, wait < 50 ? wait : 50);
        serve(end);
        assert_true(client_process(client));
    }
}

static struct client *open_pair(struct other_end *end)
{
    const struct client_events events = { .context = NULL };
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    end->fd = ends[1];
    return client_new(transport_from_socket(ends[0], "test"), &events);
}

/* One per cent of the bytes is lost: each request gets its one answer all the same. */
static void test_dropped_bytes(void **state)
{
    struct other_end end = { .drop = 100, .seed = 7 };
    struct client *client = open_pair(&end);
    struct result result = { 0, 0 };

    (void)state;
    for (unsigned i = 0; i < REQUESTS; i++) {
        struct protocol_message request = { .type = MESSAGE_HELLO_REQUEST };

        assert_true(client_request(client, &request, count_reply, &result));
        run(client, &end, &result, i + 1, 20000);
    }
    assert_int_equal(result.good, REQUESTS);
    assert_true(client_statistics(client)->retries > 0);
    client_free(client);
    close(end.fd);
}

/* Nobody answers: the request fails, once, and nothing hangs. */
static void test_silence(void **state)
{
    struct other_end end = { .drop = 1 };
    struct client *client = open_pair(&end);
    struct result result = { 0, 0 };
    struct protocol_message request = { .type = MESSAGE_HELLO_REQUEST };

    (void)state;
    assert_true(client_request(client, &request, count_reply, &result));
    run(client, &end, &result, 1, 30000);
    assert_int_equal(result.failed, 1);
    assert_int_equal(end.asked, CLIENT_ATTEMPTS);
    client_free(client);
    close(end.fd);
}

/* Noise before, between and instead of frames. */
static void test_garbage(void **state)
{
    struct other_end end = { .seed = 3 };
    struct client *client = open_pair(&end);
    struct result result = { 0, 0 };
    struct protocol_message request = { .type = MESSAGE_HELLO_REQUEST };
    uint8_t noise[5000];

    (void)state;
    for (size_t i = 0; i < sizeof(noise); i++) {
        noise[i] = (uint8_t)rand_r(&end.seed);
    }
    assert_int_equal(write(end.fd, noise, sizeof(noise)), sizeof(noise));
    assert_true(client_request(client, &request, count_reply, &result));
    run(client, &end, &result, 1, 20000);
    assert_int_equal(result.good, 1);
    client_free(client);
    close(end.fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dropped_bytes),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_garbage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
