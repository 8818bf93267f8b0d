/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target for tests of the console: answers like a monitor, from a small invented system, and lies,
 * stalls and floods when told to. Truth of values is tested against the real one, not here.
 *
 *   fake-target SOCKET [ARCHIVE] [WORD...]
 *
 * ARCHIVE is written, unless it is "-". Words:
 *   drop=N      one of N bytes sent is lost          garbage     noise between frames
 *   other-id    another system id than the archive   major=N     speaks another protocol
 *   mute        takes requests, answers nothing      flood       log records without end
 *   text=TEXT   boot text, before the first frame    reboot=MS   starts anew after so long
 *   wake-up     a lost wake-up in the queue rx       full        a queue that is always full
 *   many=N      so many PDs                          still       counters do not move
 *   change      a module that can be replaced, and a profiler
 *   stubborn    the same, and the module's PD never comes to rest
 *   slow        the same, and each piece of a module takes its time
 *   first       the same, and nothing ran before what runs
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "microkit/archive/archive.h"
#include "monitor/protocol/codec.h"
#include "tests/console/fake_change.h"
#include "tests/console/fake_system.h"

#define HZ        62500000u
#define OUT_MAX   (1024 * 1024)
#define TICK_MS   20
#define SLOTS     8
#define MEMORY_AT UINT64_C(0x3000000)

static struct {
    unsigned drop, major, many;
    bool garbage, other_id, mute, flood, wake_up, full, still, change, stubborn, slow, first;
    const char *text;
    int64_t reboot_ms;
} behaviour = { .major = PROTOCOL_MAJOR, .many = FAKE_PDS };

static int line = -1;
static struct frame_receiver receiver;
static uint8_t out[OUT_MAX];
static size_t out_length;
static uint16_t sequence;
static uint64_t boot_ms;
static unsigned boots;
static struct protocol_subscribe_request wanted;
static uint64_t lease_end, next_report[4];
static uint32_t report_sequence[3], log_sequence;
static unsigned payload_limit = 2048;
static struct protocol_watch_queue_request watched[PROTOCOL_QUEUES_MAX];

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/*
 * The invented system stands still while messages are made, so that what a report says fits its time, however
 * seldom this process is run.
 */
static uint64_t moment_ms;

static uint64_t up_ms(void)
{
    return behaviour.still ? 12345 : moment_ms - boot_ms + 1000;
}

static uint64_t ticks(void)
{
    return (moment_ms - boot_ms + 1000) * (HZ / 1000);
}

/* --- sending --- */

static void put(const void *bytes, size_t length)
{
    const uint8_t *from = bytes;

    for (size_t i = 0; i < length && out_length < OUT_MAX; i++) {
        if (behaviour.drop == 0 || (unsigned)rand() % behaviour.drop != 0) {
            out[out_length++] = from[i];
        }
    }
}

static void send_message(const struct protocol_message *message)
{
    uint8_t payload[FRAME_PAYLOAD_MAX];
    uint8_t wire[FRAME_WIRE_MAX];
    size_t length = protocol_encode(message, payload, sizeof(payload));
    uint8_t noise[37];

    if (length == 0) {
        fprintf(stderr, "fake-target: message %u does not encode\n", message->type);
        exit(1);
    }
    put(wire,
            frame_encode((enum frame_channel)protocol_channel(message->type), sequence++, payload,
                    length, wire));
    if (behaviour.garbage) {
        for (size_t i = 0; i < sizeof(noise); i++) {
            noise[i] = (uint8_t)rand();
        }
        put(noise, sizeof(noise));
    }
}

/* --- the invented system --- */

static void pd_sample(unsigned pd, struct protocol_pd_sample *sample)
{
    const struct fake_pd *fake = &fake_pds[pd % FAKE_PDS];
    uint64_t ms = up_ms();
    uint64_t *at = sample->counters.at;

    sample->pd = (uint16_t)pd;
    sample->counters.present = (1u << PD_COUNTERS) - 1;
    at[PD_SCHEDULED] = ms * fake->switches / 1000;
    at[PD_RUN] = ms * (HZ / 1000) * fake->permille / 1000;
    at[PD_CALLS] = ms * fake->calls / 1000;
    at[PD_RECEIVES] = ms * fake->calls / 500;
    at[PD_SIGNALS] = ms * fake->switches / 1500;
    at[PD_FAULTS] = fake->faults;
    at[PD_EXPIRATIONS] = fake->expires ? ms / 10 : 0;
    at[PD_STATE] = fake->state;
    at[PD_PRIORITY] = fake->priority;
    at[PD_MCP] = fake->priority;
}

static void sc_sample(unsigned pd, struct protocol_sc_sample *sample)
{
    const struct fake_pd *fake = &fake_pds[pd % FAKE_PDS];
    uint64_t *at = sample->counters.at;

    sample->pd = (uint16_t)pd;
    sample->counters.present = (1u << SC_COUNTERS) - 1;
    at[SC_BUDGET] = fake->budget_us * HZ / 1000000;
    at[SC_PERIOD] = fake->budget_us == fake->period_us ? 0 : fake->period_us * HZ / 1000000;
    at[SC_LEFT] = at[SC_BUDGET] * 6 / 10;
    at[SC_UNTIL] = fake->expires ? UINT64_C(3100) * HZ / 1000000 : 0;
    at[SC_CONSUMED] = up_ms() * (HZ / 1000) * fake->permille / 1000;
    at[SC_REFILLS] = 1;
    at[SC_FLAGS] = PROTOCOL_SC_ACTIVE;
    sample->refills.count = 1;
    sample->refills.at[0] = (struct protocol_refill){ ticks(), at[SC_LEFT] };
}

static void queue_sample(unsigned slot, struct protocol_queue_sample *sample)
{
    uint64_t ms = up_ms();
    uint64_t capacity = watched[slot].capacity;
    uint64_t entries = behaviour.full && slot == 0 ? capacity : ms / 50 % (capacity / 2 + 1);
    bool stuck = behaviour.wake_up && slot == 0;
    uint64_t *at = sample->counters.at;

    entries = stuck ? 3 : entries;
    sample->slot = (uint16_t)slot;
    sample->counters.present = (1u << QUEUE_COUNTERS) - 1;
    at[QUEUE_SAMPLES] = 50;
    at[QUEUE_MINIMUM] = stuck || behaviour.full ? entries : 0;
    at[QUEUE_MAXIMUM] = behaviour.full && slot == 0 ? capacity : stuck ? 3 : capacity / 2;
    at[QUEUE_SUM] = 50 * entries;
    at[QUEUE_LAST] = entries;
    at[QUEUE_ENQUEUED] = stuck ? 3 : ms;
    at[QUEUE_DEQUEUED] = stuck ? 0 : ms - entries;
    at[QUEUE_FULL] = behaviour.full && slot == 0 ? ms / 2 : 0;
    at[QUEUE_ASLEEP] = stuck ? 50 : 0;
    at[QUEUE_STUCK] = stuck ? ms / 2 : 0;
    at[QUEUE_FLAG] = stuck ? 0 : 1;
    sample->histogram.count = PROTOCOL_HISTOGRAM_BINS;
    for (unsigned i = 0; i < PROTOCOL_HISTOGRAM_BINS; i++) {
        sample->histogram.at[i].samples = i < 5 ? 10 : 0;
    }
}

/* How many samples of some eighty bytes go into one message. */
static unsigned samples_per_message(void)
{
    return payload_limit < 160 ? 1 : payload_limit < 480 ? payload_limit / 80 : 6;
}

/* --- reports: `number` 0 is unasked --- */

static void report_pds(uint16_t number, unsigned first)
{
    static struct protocol_message message;
    unsigned pd = first;

    memset(&message, 0, sizeof(message));
    message.type = MESSAGE_PD_REPORT;
    message.number = number;
    message.pd_report.sequence = number == 0 ? report_sequence[0]++ : 0;
    message.pd_report.key = 1;
    message.pd_report.time = ticks();
    for (; pd < behaviour.many && pd < first + samples_per_message(); pd++) {
        pd_sample(pd, &message.pd_report.samples.at[message.pd_report.samples.count++]);
    }
    message.pd_report.next = number != 0 && pd < behaviour.many ? (uint16_t)pd : 0;
    send_message(&message);
    if (number == 0 && pd < behaviour.many) {
        report_pds(0, pd);
    }
}

static void report_scs(uint16_t number, unsigned first)
{
    static struct protocol_message message;
    unsigned pd = first;

    memset(&message, 0, sizeof(message));
    message.type = MESSAGE_SC_REPORT;
    message.number = number;
    message.sc_report.sequence = number == 0 ? report_sequence[1]++ : 0;
    message.sc_report.key = 1;
    message.sc_report.time = ticks();
    for (; pd < behaviour.many && message.sc_report.samples.count < samples_per_message(); pd++) {
        if (!fake_pds[pd % FAKE_PDS].passive) {
            sc_sample(pd, &message.sc_report.samples.at[message.sc_report.samples.count++]);
        }
    }
    message.sc_report.next = number != 0 && pd < behaviour.many ? (uint16_t)pd : 0;
    send_message(&message);
    if (number == 0 && pd < behaviour.many) {
        report_scs(0, pd);
    }
}

static void report_queues(uint16_t number, unsigned slot)
{
    static struct protocol_message message;

    memset(&message, 0, sizeof(message));
    message.type = MESSAGE_QUEUE_REPORT;
    message.number = number;
    message.queue_report.sequence = number == 0 ? report_sequence[2]++ : 0;
    message.queue_report.key = 1;
    message.queue_report.time = ticks();
    for (; slot < SLOTS && message.queue_report.samples.count < samples_per_message(); slot++) {
        if (watched[slot].capacity != 0) {
            queue_sample(
                    slot, &message.queue_report.samples.at[message.queue_report.samples.count++]);
        }
    }
    message.queue_report.next = number != 0 && slot < SLOTS ? (uint16_t)slot : 0;
    send_message(&message);
    if (number == 0 && slot < SLOTS) {
        report_queues(0, slot);
    }
}

static void report_link(uint16_t number, uint64_t stamp)
{
    struct protocol_message message = { .type = MESSAGE_LINK_REPORT, .number = number };

    message.link_report.stamp = stamp;
    message.link_report.time = ticks();
    message.link_report.counters.present = (1u << LINK_COUNTERS) - 1;
    message.link_report.counters.at[LINK_FRAMES_IN] = receiver.statistics.frames;
    message.link_report.counters.at[LINK_FRAMES_OUT] = sequence;
    message.link_report.counters.at[LINK_BYTES_IN] = receiver.statistics.bytes;
    send_message(&message);
}

static void send_log(uint16_t number, const char *text, enum protocol_level level)
{
    static struct protocol_message message;

    memset(&message, 0, sizeof(message));
    message.type = MESSAGE_LOG_RECORD;
    message.number = number;
    message.log_record.sequence = log_sequence++;
    message.log_record.time = ticks();
    message.log_record.source = 3;
    message.log_record.level = (uint8_t)level;
    message.log_record.text.length = (uint16_t)strlen(text);
    memcpy(message.log_record.text.at, text, strlen(text));
    send_message(&message);
}

/* --- requests --- */

static void answer_hello(struct protocol_message *reply)
{
    struct protocol_hello_reply *hello = &reply->hello_reply;

    reply->type = MESSAGE_HELLO_REPLY;
    hello->major = (uint16_t)behaviour.major;
    hello->minor = PROTOCOL_MINOR;
    hello->boot_id = 77 + boots;
    hello->system_id.length = FAKE_ID_BYTES;
    memset(hello->system_id.at, behaviour.other_id ? 0x55 : FAKE_ID_BYTE, FAKE_ID_BYTES);
    hello->features = PROTOCOL_HAS_PD_COUNTERS | PROTOCOL_HAS_SC_COUNTERS | PROTOCOL_HAS_SAMPLING
            | PROTOCOL_HAS_LOG | (behaviour.change ? fake_change_features() : 0);
    hello->timer_hz = HZ;
    hello->now = ticks();
    hello->pd_count = (uint16_t)behaviour.many;
    hello->window_count = 2;
    hello->queue_slots = SLOTS;
}

static void answer_pd_list(struct protocol_message *reply, unsigned first)
{
    reply->type = MESSAGE_PD_LIST;
    reply->pd_list.total = (uint16_t)behaviour.many;
    reply->pd_list.first = (uint16_t)first;
    for (unsigned pd = first; pd < behaviour.many; pd++) {
        const struct fake_pd *fake = &fake_pds[pd % FAKE_PDS];

        reply->pd_list.pds.at[reply->pd_list.pds.count++] =
                (struct protocol_pd_entry){ .pd = (uint16_t)pd,
                    .flags = PROTOCOL_PD_HAS_TCB | (fake->passive ? 0 : PROTOCOL_PD_HAS_SC)
                            | (pd == FAKE_MONITOR ? PROTOCOL_PD_MONITOR : 0) };
    }
}

static void answer_windows(struct protocol_message *reply)
{
    reply->type = MESSAGE_WINDOW_LIST;
    reply->window_list.total = 2;
    reply->window_list.windows.count = 2;
    reply->window_list.windows.at[0] = (struct protocol_window){ MEMORY_AT, 0x10000, 0 };
    reply->window_list.windows.at[1] = (struct protocol_window){ FAKE_IMAGE_AT, 0x10000, 0 };
}

static void refuse(struct protocol_message *reply, const struct protocol_message *request,
        enum protocol_error_code code, uint64_t detail)
{
    reply->type = MESSAGE_ERROR_REPLY;
    reply->error_reply.code = (uint8_t)code;
    reply->error_reply.request = request->type;
    reply->error_reply.detail = detail;
}

static void answer_read(struct protocol_message *reply, const struct protocol_message *request)
{
    uint64_t address = request->read_memory_request.address;
    uint16_t length = request->read_memory_request.length;

    if (address < MEMORY_AT || address + length > FAKE_IMAGE_AT + 0x10000) {
        refuse(reply, request, PROTOCOL_ERROR_UNREADABLE, address);
        return;
    }
    reply->type = MESSAGE_READ_MEMORY_REPLY;
    reply->read_memory_reply.address = address;
    reply->read_memory_reply.data.length = length < 384 ? length : 384;
    for (unsigned i = 0; i < reply->read_memory_reply.data.length; i++) {
        reply->read_memory_reply.data.at[i] = (uint8_t)(address + i);
    }
}

static void subscribe(struct protocol_message *reply, const struct protocol_message *request)
{
    wanted = request->subscribe_request;
    lease_end = now_ms() + wanted.lease;
    reply->type = MESSAGE_SUBSCRIBE_REPLY;
    memcpy(&reply->subscribe_reply, &wanted, sizeof(wanted));
}

static void watch(struct protocol_message *reply, const struct protocol_message *request)
{
    const struct protocol_watch_queue_request *queue = &request->watch_queue_request;

    if (queue->slot >= SLOTS || queue->tail_address < MEMORY_AT) {
        refuse(reply, request, PROTOCOL_ERROR_UNREADABLE, queue->tail_address);
        return;
    }
    watched[queue->slot] = *queue;
    reply->type = MESSAGE_WATCH_QUEUE_REPLY;
    reply->watch_queue_reply.slot = queue->slot;
}

static void scan(struct protocol_message *reply, const struct protocol_message *request)
{
    uint32_t length = request->scan_memory_request.length;

    reply->type = MESSAGE_SCAN_MEMORY_REPLY;
    reply->scan_memory_reply.address = request->scan_memory_request.address;
    reply->scan_memory_reply.same = length / 4 * 3;
    reply->scan_memory_reply.complete = 1;
}

static const struct fake_change *change(void)
{
    static struct fake_change change = { .send = send_message, .ticks_per_ms = HZ / 1000 };

    change.stubborn = behaviour.stubborn;
    change.slow = behaviour.slow;
    change.first = behaviour.first;
    return &change;
}

static void answer(const struct protocol_message *request)
{
    static struct protocol_message reply;

    memset(&reply, 0, sizeof(reply));
    reply.number = request->number;
    if (behaviour.change && fake_change_answer(change(), request, moment_ms, &reply)) {
        reply.number = request->number;
        send_message(&reply);
        return;
    }
    switch (request->type) {
    case MESSAGE_HELLO_REQUEST:
        answer_hello(&reply);
        break;
    case MESSAGE_PD_LIST_REQUEST:
        answer_pd_list(&reply, request->pd_list_request.first);
        break;
    case MESSAGE_WINDOW_LIST_REQUEST:
        answer_windows(&reply);
        break;
    case MESSAGE_PD_REQUEST:
        report_pds(request->number, request->pd_request.first);
        return;
    case MESSAGE_SC_REQUEST:
        report_scs(request->number, request->sc_request.first);
        return;
    case MESSAGE_QUEUE_REQUEST:
        report_queues(request->number, request->queue_request.first);
        return;
    case MESSAGE_LINK_REQUEST:
        report_link(request->number, request->link_request.stamp);
        return;
    case MESSAGE_WATCH_QUEUE_REQUEST:
        watch(&reply, request);
        break;
    case MESSAGE_READ_MEMORY_REQUEST:
        answer_read(&reply, request);
        break;
    case MESSAGE_SCAN_MEMORY_REQUEST:
        scan(&reply, request);
        break;
    case MESSAGE_FRAME_LIMIT_REQUEST:
        payload_limit = request->frame_limit_request.bytes;
        reply.type = MESSAGE_FRAME_LIMIT_REPLY;
        reply.frame_limit_reply.bytes = (uint16_t)payload_limit;
        break;
    case MESSAGE_SUBSCRIBE_REQUEST:
        subscribe(&reply, request);
        break;
    default:
        refuse(&reply, request, PROTOCOL_ERROR_UNKNOWN_MESSAGE, request->type);
        break;
    }
    send_message(&reply);
}

static void take_frame(void *context, const struct frame *frame)
{
    static struct protocol_message message;

    (void)context;
    if (protocol_decode(
                (enum frame_channel)frame->channel, frame->payload, frame->length, &message, NULL)
                    == PROTOCOL_DECODED
            && !behaviour.mute) {
        answer(&message);
    }
}

/* --- streams --- */

static bool is_due(unsigned stream, uint32_t interval)
{
    uint64_t now = now_ms();

    if (interval == 0 || behaviour.mute || now > lease_end || now < next_report[stream]) {
        return false;
    }
    next_report[stream] = now + interval;
    return true;
}

static void reboot(void)
{
    boots++;
    boot_ms = moment_ms;
    sequence = 0;
    log_sequence = 0;
    memset(&wanted, 0, sizeof(wanted));
    memset(report_sequence, 0, sizeof(report_sequence));
    memset(watched, 0, sizeof(watched));
}

static void tick(void)
{
    if (is_due(0, wanted.pd_interval)) {
        report_pds(0, 0);
    }
    if (is_due(1, wanted.sc_interval)) {
        report_scs(0, 0);
    }
    if (is_due(2, wanted.queue_interval)) {
        report_queues(0, 0);
    }
    if (is_due(3, wanted.link_interval)) {
        report_link(0, 0);
    }
    if (behaviour.change) {
        fake_change_tick(change(), moment_ms, ticks());
    }
    for (int i = 0; behaviour.flood && i < 50 && out_length < OUT_MAX / 2; i++) {
        send_log(0, "and another line of no interest", LEVEL_DEBUG);
    }
    if (behaviour.reboot_ms != 0 && now_ms() - boot_ms > (uint64_t)behaviour.reboot_ms) {
        behaviour.reboot_ms = 0;
        reboot();
    }
}

/* --- the line --- */

static void flush_line(void)
{
    ssize_t written = send(line, out, out_length, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (written > 0) {
        memmove(out, out + written, out_length - (size_t)written);
        out_length -= (size_t)written;
    }
}

static void serve(void)
{
    const struct frame_sink sink = { .frame = take_frame };
    uint8_t bytes[4096];

    for (;;) {
        struct pollfd polled = { line, (short)(POLLIN | (out_length > 0 ? POLLOUT : 0)), 0 };
        ssize_t got;

        poll(&polled, 1, TICK_MS);
        moment_ms = now_ms();
        if (polled.revents & (POLLIN | POLLHUP)) {
            got = recv(line, bytes, sizeof(bytes), MSG_DONTWAIT);
            if (got == 0 || (got < 0 && errno != EAGAIN)) {
                return;
            }
            if (got > 0) {
                frame_receiver_push(&receiver, bytes, (size_t)got, &sink);
            }
        }
        tick();
        flush_line();
    }
}

static void take_word(const char *word)
{
    const char *value = strchr(word, '=');
    unsigned number = value != NULL ? (unsigned)strtoul(value + 1, NULL, 10) : 0;

    if (strncmp(word, "drop=", 5) == 0) {
        behaviour.drop = number;
    } else if (strncmp(word, "major=", 6) == 0) {
        behaviour.major = number;
    } else if (strncmp(word, "many=", 5) == 0) {
        behaviour.many = number;
    } else if (strncmp(word, "reboot=", 7) == 0) {
        behaviour.reboot_ms = number;
    } else if (strncmp(word, "text=", 5) == 0) {
        behaviour.text = value + 1;
    } else {
        behaviour.garbage |= strcmp(word, "garbage") == 0;
        behaviour.other_id |= strcmp(word, "other-id") == 0;
        behaviour.mute |= strcmp(word, "mute") == 0;
        behaviour.flood |= strcmp(word, "flood") == 0;
        behaviour.wake_up |= strcmp(word, "wake-up") == 0;
        behaviour.full |= strcmp(word, "full") == 0;
        behaviour.still |= strcmp(word, "still") == 0;
        behaviour.stubborn |= strcmp(word, "stubborn") == 0;
        behaviour.slow |= strcmp(word, "slow") == 0;
        behaviour.first |= strcmp(word, "first") == 0;
        behaviour.change |= strcmp(word, "change") == 0 || behaviour.stubborn || behaviour.slow
                || behaviour.first;
    }
}

int main(int argc, char *argv[])
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);

    if (argc < 2 || strlen(argv[1]) >= sizeof(address.sun_path)) {
        fprintf(stderr, "usage: fake-target SOCKET [ARCHIVE] [WORD...]\n");
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        take_word(argv[i]);
    }
    if (argc > 2 && strcmp(argv[2], "-") != 0 && !fake_write_archive(argv[2])) {
        return 1;
    }
    strcpy(address.sun_path, argv[1]);
    unlink(argv[1]);
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0
            || listen(listener, 1) != 0) {
        perror(argv[1]);
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    boot_ms = now_ms();
    while ((line = accept(listener, NULL, NULL)) >= 0) {
        out_length = 0;
        if (behaviour.text != NULL) {
            put(behaviour.text, strlen(behaviour.text));
            put("\n", 1);
        }
        serve();
        close(line);
    }
    return 0;
}
