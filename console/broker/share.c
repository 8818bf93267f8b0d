/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/broker/share.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/broker/backlog.h"
#include "console/broker/claims.h"
#include "console/broker/forwards.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/recording.h"

#define HEARTBEAT_MS    1000
#define SILENCE_MS      3500 /* of a target that is asked every second */
#define STATUS_MS       1000
#define LEASE_MS        6000
#define RENEW_MS        2000
#define OPEN_LIMIT_MS   500
#define FIRST_REOPEN_MS 250
#define LAST_REOPEN_MS  2000
#define BACKLOG_MAX     (256 * 1024) /* a user who reads slower than that loses events */

struct user {
    struct share *share;
    uint64_t id;
    struct client *client; /* NULL: free */
    bool gone;
    struct protocol_subscribe_request wants;
    int64_t wants_until;
    uint64_t dropped;
};

struct share {
    char place[512];
    const char *record;
    struct user users[SHARE_USERS_MAX];
    uint64_t next_user_id;
    struct client *link;
    int64_t next_open, reopen_ms;
    int64_t next_heartbeat, next_renewal, next_status, heard;
    bool heartbeat_waits;
    enum protocol_line_state state;
    bool boot_known;
    uint64_t boot_id;
    struct protocol_subscribe_request merged;
    struct protocol_subscribe_request granted;
    bool granted_known;
    uint64_t dropped;
    struct error_report trouble;
    struct backlog *backlog;
    struct claims claims;
    struct forward *forwards; /* whom the replies belong to */
};

/* --- users --- */

static struct user *find_user(struct share *share, uint64_t id)
{
    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        if (share->users[i].client != NULL && share->users[i].id == id) {
            return &share->users[i];
        }
    }
    return NULL;
}

unsigned share_users(const struct share *share)
{
    unsigned count = 0;

    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        count += share->users[i].client != NULL;
    }
    return count;
}

/* Events may be lost on the way to a user who does not read; replies and states are not. */
static void send_event(struct user *user, const struct protocol_message *message)
{
    if (client_backlog(user->client) > BACKLOG_MAX || !client_send(user->client, message)) {
        user->dropped++;
        user->share->dropped++;
    }
}

static void make_status(const struct share *share, struct protocol_message *message)
{
    struct protocol_line_status *status = &message->line_status;
    size_t place = strlen(share->place);
    size_t trouble = share->state == LINE_UP ? 0 : strlen(share->trouble.text);

    memset(message, 0, sizeof(*message));
    message->type = MESSAGE_LINE_STATUS;
    status->state = (uint8_t)share->state;
    status->users = (uint16_t)share_users(share);
    if (share->link != NULL) {
        status->damaged = client_frame_statistics(share->link)->damaged;
        status->lost = client_frame_statistics(share->link)->lost;
        status->retries = client_statistics(share->link)->retries;
    }
    status->dropped = share->dropped;
    status->target.length = (uint16_t)(place < PROTOCOL_TEXT_MAX ? place : PROTOCOL_TEXT_MAX);
    memcpy(status->target.at, share->place, status->target.length);
    status->trouble.length = (uint16_t)(trouble < PROTOCOL_TEXT_MAX ? trouble : PROTOCOL_TEXT_MAX);
    memcpy(status->trouble.at, share->trouble.text, status->trouble.length);
}

static void tell_status(struct share *share)
{
    static struct protocol_message message;

    make_status(share, &message);
    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        if (share->users[i].client != NULL) {
            client_send(share->users[i].client, &message);
        }
    }
    share->next_status = clock_ms() + STATUS_MS;
}

static void set_state(struct share *share, enum protocol_line_state state)
{
    if (share->state != state) {
        share->state = state;
        tell_status(share);
    }
}

/* --- subscriptions --- */

static uint32_t shorter(uint32_t a, uint32_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* What all users together want. */
static struct protocol_subscribe_request merge(struct share *share, int64_t now)
{
    struct protocol_subscribe_request all = { .lease = LEASE_MS };

    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        const struct protocol_subscribe_request *one = &share->users[i].wants;

        if (share->users[i].client == NULL || now > share->users[i].wants_until) {
            continue;
        }
        all.pd_interval = shorter(all.pd_interval, one->pd_interval);
        all.sc_interval = shorter(all.sc_interval, one->sc_interval);
        all.queue_interval = shorter(all.queue_interval, one->queue_interval);
        all.link_interval = shorter(all.link_interval, one->link_interval);
        if (one->queue_samples_per_second > all.queue_samples_per_second) {
            all.queue_samples_per_second = one->queue_samples_per_second;
        }
        all.log = all.log | one->log;
    }
    return all;
}

static void granted(void *context, const struct protocol_message *reply)
{
    struct share *share = context;

    if (reply != NULL && reply->type == MESSAGE_SUBSCRIBE_REPLY) {
        memcpy(&share->granted, &reply->subscribe_reply, sizeof(share->granted));
        share->granted_known = true;
    }
}

static bool is_nothing(const struct protocol_subscribe_request *wants)
{
    return wants->pd_interval == 0 && wants->sc_interval == 0 && wants->queue_interval == 0
            && wants->link_interval == 0 && wants->log == 0;
}

static void renew_subscription(struct share *share, int64_t now)
{
    struct protocol_message request = { .type = MESSAGE_SUBSCRIBE_REQUEST };
    struct protocol_subscribe_request all = merge(share, now);
    bool changed = memcmp(&all, &share->merged, sizeof(all)) != 0;

    if (share->link == NULL || (!changed && (now < share->next_renewal || is_nothing(&all)))) {
        return;
    }
    share->merged = all;
    share->next_renewal = now + RENEW_MS;
    request.subscribe_request = all;
    client_request(share->link, &request, granted, share);
}

/* --- requests of users --- */

static void refuse(
        struct user *user, const struct protocol_message *request, enum protocol_error_code code)
{
    struct protocol_message reply = { .type = MESSAGE_ERROR_REPLY, .number = request->number };

    reply.error_reply.code = (uint8_t)code;
    reply.error_reply.request = request->type;
    client_send(user->client, &reply);
}

static void forward_reply(void *context, const struct protocol_message *reply)
{
    struct forward *forward = context;
    struct share *share = forward->owner;
    struct user *user = find_user(share, forward->user);
    static struct protocol_message copy;

    if (user != NULL && reply != NULL) {
        copy = *reply;
        copy.number = forward->number;
        client_send(user->client, &copy);
    } else if (user != NULL) {
        copy.type = forward->type;
        copy.number = forward->number;
        refuse(user, &copy, PROTOCOL_ERROR_UNREACHABLE);
    }
    forwards_remove(&share->forwards, forward);
}

static void forward_request(struct user *user, const struct protocol_message *request)
{
    struct share *share = user->share;
    struct protocol_message copy = *request;
    struct forward *forward;

    if (share->link == NULL || share->state == LINE_LOST || share->state == LINE_CONNECTING) {
        refuse(user, request,
                share->trouble.status == STATUS_REFUSED ? PROTOCOL_ERROR_REFUSED
                                                        : PROTOCOL_ERROR_UNREACHABLE);
        return;
    }
    if (forwards_has(share->forwards, user->id, request->number, request->type)) {
        return;
    }
    forward = forwards_add(&share->forwards, share, user->id, request->number, request->type);
    if (forward == NULL) {
        refuse(user, request, PROTOCOL_ERROR_BUSY);
        return;
    }
    if (!client_request(share->link, &copy, forward_reply, forward)) {
        forwards_remove(&share->forwards, forward);
        refuse(user, request, PROTOCOL_ERROR_BUSY);
    }
}

static void take_subscription(struct user *user, const struct protocol_message *request)
{
    struct protocol_message reply = { .type = MESSAGE_SUBSCRIBE_REPLY, .number = request->number };
    int64_t now = clock_ms();

    user->wants = request->subscribe_request;
    user->wants_until = now + user->wants.lease;
    renew_subscription(user->share, now);
    memcpy(&reply.subscribe_reply,
            user->share->granted_known ? &user->share->granted : &user->wants,
            sizeof(reply.subscribe_reply));
    client_send(user->client, &reply);
}

/* --- channels that one user has for himself --- */

static bool may_use(const struct user *user, int channel)
{
    return claims_may_use(&user->share->claims, channel, user->id);
}

/* What only looks hurts nobody: other consoles show the phases of a transaction, too. */
static bool only_looks(uint16_t type)
{
    return type == MESSAGE_RELOAD_LIST_REQUEST || type == MESSAGE_RELOAD_STATE_REQUEST
            || type == MESSAGE_RELOAD_STATE;
}

static void tell_user_who_has(const struct share *share, struct client *client, unsigned channel)
{
    static struct protocol_message message;

    if (claims_message(&share->claims, channel, clock_ms(), &message)) {
        client_send(client, &message);
    }
}

static void tell_who_has(const struct share *share, unsigned channel)
{
    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        if (share->users[i].client != NULL) {
            tell_user_who_has(share, share->users[i].client, channel);
        }
    }
}

/* Who asks learns first who has it, then whether that is him. */
static void take_claim(struct user *user, const struct protocol_message *request)
{
    struct protocol_message reply = { .type = MESSAGE_CLAIM_REPLY, .number = request->number };
    struct claims *claims = &user->share->claims;
    unsigned channel = request->claim_request.channel;
    int fd = client_transport(user->client)->fd;

    if (request->claim_request.claim ? claims_take(claims, channel, user->id, fd, clock_ms())
                                     : claims_release(claims, channel, user->id)) {
        tell_who_has(user->share, channel);
    }
    reply.claim_reply.channel = request->claim_request.channel;
    reply.claim_reply.claim = claims_owner(claims, channel) == user->id;
    client_send(user->client, &reply);
}

static void end_user(struct user *user)
{
    struct client *client = user->client;

    user->client = NULL;
    for (unsigned i = 0; i < FRAME_CHANNELS; i++) {
        if (claims_release(&user->share->claims, i, user->id)) {
            tell_who_has(user->share, i);
        }
    }
    client_free(client);
}

static void frame_from_user(void *context, const struct frame *frame)
{
    struct user *user = context;

    if (user->share->link != NULL
            && claims_owner(&user->share->claims, frame->channel) == user->id) {
        client_send_frame(user->share->link, (enum frame_channel)frame->channel, frame->payload,
                frame->length);
    }
}

static void from_user(void *context, const struct protocol_message *message)
{
    struct user *user = context;

    if (message->type == MESSAGE_SUBSCRIBE_REQUEST) {
        take_subscription(user, message);
    } else if (message->type == MESSAGE_CLAIM_REQUEST) {
        take_claim(user, message);
    } else if (message->type == MESSAGE_HOLDER) {
        if (claims_note(&user->share->claims, &message->holder, user->id)) {
            tell_who_has(user->share, message->holder.channel);
        }
    } else if (!only_looks(message->type) && !may_use(user, protocol_channel(message->type))) {
        refuse(user, message, PROTOCOL_ERROR_BUSY);
    } else if (message->number != 0) {
        forward_request(user, message);
    }
}

bool share_add_user(struct share *share, int fd)
{
    const struct client_events events = { .message = from_user, .frame = frame_from_user };
    static struct protocol_message status;

    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        struct user *user = &share->users[i];
        struct client_events with_user = events;
        struct transport *transport;

        if (user->client != NULL) {
            continue;
        }
        transport = transport_from_socket(fd, "user");
        with_user.context = user;
        *user = (struct user){ .share = share, .id = share->next_user_id++ };
        user->client = transport != NULL ? client_new(transport, &with_user) : NULL;
        if (user->client == NULL) {
            free(transport);
            return false;
        }
        make_status(share, &status);
        client_send(user->client, &status);
        for (unsigned channel = 0; channel < FRAME_CHANNELS; channel++) {
            tell_user_who_has(share, user->client, channel);
        }
        backlog_replay(share->backlog, user->client);
        return true;
    }
    return false;
}

/* --- from the target --- */

static bool user_wants(const struct user *user, uint16_t type)
{
    switch (type) {
    case MESSAGE_PD_REPORT:
        return user->wants.pd_interval != 0;
    case MESSAGE_SC_REPORT:
        return user->wants.sc_interval != 0;
    case MESSAGE_QUEUE_REPORT:
        return user->wants.queue_interval != 0;
    case MESSAGE_LINK_REPORT:
        return user->wants.link_interval != 0;
    default:
        return true;
    }
}

static void to_all(struct share *share, const struct protocol_message *message)
{
    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        if (share->users[i].client != NULL && user_wants(&share->users[i], message->type)
                && (only_looks(message->type)
                        || may_use(&share->users[i], protocol_channel(message->type)))) {
            send_event(&share->users[i], message);
        }
    }
}

static void from_target(void *context, const struct protocol_message *message)
{
    struct share *share = context;

    share->heard = clock_ms();
    if (share->state == LINE_LOST) {
        set_state(share, LINE_UP);
    }
    if (message->type == MESSAGE_LOG_RECORD) {
        backlog_add_record(share->backlog, &message->log_record);
    }
    if (message->number == 0) {
        to_all(share, message);
    }
}

static void text_from_target(void *context, const char *text, size_t length)
{
    struct share *share = context;
    static struct protocol_message message;

    backlog_add_text(share->backlog, text, length);
    for (size_t at = 0; at < length; at += message.raw_text.text.length) {
        size_t part = length - at < PROTOCOL_TEXT_MAX ? length - at : PROTOCOL_TEXT_MAX;

        message.type = MESSAGE_RAW_TEXT;
        message.raw_text.text.length = (uint16_t)part;
        memcpy(message.raw_text.text.at, text + at, part);
        to_all(share, &message);
    }
}

static void frame_from_target(void *context, const struct frame *frame)
{
    struct share *share = context;
    struct user *user = find_user(share, claims_owner(&share->claims, frame->channel));

    share->heard = clock_ms();
    if (user != NULL
            && (client_backlog(user->client) > BACKLOG_MAX
                    || !client_send_frame(user->client, (enum frame_channel)frame->channel,
                            frame->payload, frame->length))) {
        user->dropped++;
        share->dropped++;
    }
}

/* --- the link --- */

/*
 * A network connection that has fallen silent may be one that the other end has forgotten, or whose next
 * retransmission is minutes away: only a new one tells. A serial line has no such state; behind a terminal
 * server there may be a target without a monitor, whose text shall go on.
 */
static bool wants_new_connection(const struct share *share)
{
    return strncmp(share->place, "tcp:", 4) == 0
            || (strncmp(share->place, "serial-tcp:", 11) == 0 && share->state == LINE_UP);
}

static void heartbeat_done(void *context, const struct protocol_message *reply)
{
    struct share *share = context;
    bool rebooted;

    share->heartbeat_waits = false;
    if (reply != NULL && reply->type == MESSAGE_ERROR_REPLY
            && reply->error_reply.code == PROTOCOL_ERROR_BUSY) {
        error_set(&share->trouble, STATUS_UNREACHABLE,
                "another console has the target, over its other link");
    }
    if (reply == NULL || reply->type != MESSAGE_HELLO_REPLY) {
        return;
    }
    rebooted = share->boot_known && share->boot_id != reply->hello_reply.boot_id;
    share->boot_known = true;
    share->boot_id = reply->hello_reply.boot_id;
    if (rebooted) {
        share->next_renewal = 0;
        share->granted_known = false;
        memset(&share->merged, 0, sizeof(share->merged));
        set_state(share, LINE_REBOOTED);
    }
    set_state(share, LINE_UP);
}

static void send_heartbeat(struct share *share, int64_t now)
{
    struct protocol_message request = { .type = MESSAGE_HELLO_REQUEST };

    request.hello_request.major = PROTOCOL_MAJOR;
    request.hello_request.minor = PROTOCOL_MINOR;
    share->heartbeat_waits = client_request(share->link, &request, heartbeat_done, share);
    share->next_heartbeat = now + HEARTBEAT_MS;
}

static struct transport *open_link(struct share *share)
{
    struct transport *transport = transport_open(share->place, OPEN_LIMIT_MS, &share->trouble);
    struct transport *recorder;

    if (transport == NULL || share->record == NULL) {
        return transport;
    }
    recorder = recording_transport(transport, share->record, &share->trouble);
    if (recorder == NULL) {
        transport_close(transport);
    }
    return recorder;
}

static void try_to_open(struct share *share, int64_t now)
{
    const struct client_events events = { share, from_target, text_from_target, frame_from_target };
    struct transport *transport;

    if (now < share->next_open) {
        return;
    }
    transport = open_link(share);
    share->link = transport != NULL ? client_new(transport, &events) : NULL;
    if (share->link == NULL) {
        share->reopen_ms =
                share->reopen_ms * 2 < LAST_REOPEN_MS ? share->reopen_ms * 2 : LAST_REOPEN_MS;
        share->next_open = clock_ms() + share->reopen_ms;
        tell_status(share);
        return;
    }
    error_set(&share->trouble, STATUS_UNREACHABLE, "the target does not answer");
    share->reopen_ms = FIRST_REOPEN_MS;
    share->heard = now;
    share->heartbeat_waits = false;
    share->next_heartbeat = 0;
    memset(&share->merged, 0, sizeof(share->merged));
}

static void lose_link(struct share *share, const char *why)
{
    error_set(&share->trouble, STATUS_UNREACHABLE, "%s", why);
    client_free(share->link);
    share->link = NULL;
    share->granted_known = false;
    share->next_open = clock_ms() + share->reopen_ms;
    set_state(share, LINE_LOST);
}

static void step_link(struct share *share)
{
    int64_t now = clock_ms();

    if (share->link == NULL) {
        try_to_open(share, now);
    }
    if (share->link == NULL) {
        return;
    }
    if (now >= share->next_heartbeat && !share->heartbeat_waits) {
        send_heartbeat(share, now);
    }
    if (share->state == LINE_UP) {
        renew_subscription(share, now);
    }
    errno = 0;
    if (!client_process(share->link)) {
        lose_link(share,
                errno == EPROTO ? "the connection was ended: something in it was changed on the way"
                                : "the connection was closed");
    } else if (wants_new_connection(share) && clock_ms() - share->heard > SILENCE_MS) {
        lose_link(share, "the target has fallen silent");
    } else if (share->state == LINE_UP && clock_ms() - share->heard > SILENCE_MS) {
        error_set(&share->trouble, STATUS_UNREACHABLE, "the target has fallen silent");
        set_state(share, LINE_LOST);
    }
}

/* --- all of it --- */

struct share *share_new(const char *place, const char *record)
{
    struct share *share = calloc(1, sizeof(*share));

    if (share == NULL || (share->backlog = backlog_new()) == NULL) {
        free(share);
        return NULL;
    }
    snprintf(share->place, sizeof(share->place), "%s", place);
    share->record = record;
    share->next_user_id = 1;
    share->reopen_ms = FIRST_REOPEN_MS;
    share->state = LINE_CONNECTING;
    return share;
}

void share_free(struct share *share)
{
    client_free(share->link); /* first: it ends requests of users, which must still be there */
    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        client_free(share->users[i].client);
    }
    backlog_free(share->backlog);
    free(share);
}

size_t share_poll(const struct share *share, struct pollfd *polled)
{
    size_t count = 0;

    if (share->link != NULL) {
        polled[count++] = (struct pollfd){ .fd = client_transport(share->link)->fd,
            .events = client_poll_events(share->link) };
    }
    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        const struct client *client = share->users[i].client;

        if (client != NULL) {
            polled[count++] = (struct pollfd){ .fd = client_transport(client)->fd,
                .events = client_poll_events(client) };
        }
    }
    return count;
}

int share_wait_ms(const struct share *share)
{
    int64_t now = clock_ms();
    int64_t wait = share->next_status - now;

    if (share->link == NULL && share->next_open - now < wait) {
        wait = share->next_open - now;
    }
    if (share->link != NULL && client_wait_ms(share->link) < wait) {
        wait = client_wait_ms(share->link);
    }
    if (share->link != NULL && !share->heartbeat_waits && share->next_heartbeat - now < wait) {
        wait = share->next_heartbeat - now;
    }
    return wait < 0 ? 0 : wait > 1000 ? 1000 : (int)wait;
}

void share_step(struct share *share)
{
    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        struct user *user = &share->users[i];

        if (user->client != NULL && !client_process(user->client)) {
            end_user(user);
        }
    }
    step_link(share);
    if (clock_ms() >= share->next_status) {
        tell_status(share);
    }
    /* What was just made goes out now, not after the next poll. */
    for (size_t i = 0; i < SHARE_USERS_MAX; i++) {
        if (share->users[i].client != NULL && client_backlog(share->users[i].client) > 0
                && !client_process(share->users[i].client)) {
            end_user(&share->users[i]);
        }
    }
}
