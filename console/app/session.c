/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/session.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "console/app/interrupt.h"
#include "console/broker/connect.h"
#include "console/gdb/backtrace_words.h"
#include "console/model/queue_discovery.h"
#include "console/model/queue_sources.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/recording.h"

#define HELLO_MS        1000
#define SUBSCRIBE_MS    2000
#define LEASE_MS        6000
#define REOPEN_MS       500
#define CONNECT_MS      2000
#define WATCHED_AT_ONCE 8
#define HEAL_MS         300
#define IDLE_MS         30

/* --- requests --- */

static void hello_done(void *context, const struct protocol_message *reply)
{
    struct session *session = context;

    session->hello_waits = false;
    session->last_error =
            reply != NULL && reply->type == MESSAGE_ERROR_REPLY ? reply->error_reply.code : 0;
}

static void say_hello(struct session *session, int64_t now)
{
    struct protocol_message request = { .type = MESSAGE_HELLO_REQUEST };

    request.hello_request.major = PROTOCOL_MAJOR;
    request.hello_request.minor = PROTOCOL_MINOR;
    session->hello_waits = client_request(session->client, &request, hello_done, session);
    session->next_hello = now + HELLO_MS;
}

static void ask_from(
        struct session *session, enum protocol_type type, uint16_t first, client_reply_fn reply)
{
    struct protocol_message request = { .type = type };

    request.pd_list_request.first = first; /* all list requests look alike */
    client_request(session->client, &request, reply, session);
}

static void pd_list_done(void *context, const struct protocol_message *reply)
{
    struct session *session = context;

    if (reply == NULL || reply->type != MESSAGE_PD_LIST) {
        session->lists_asked = false;
    } else if (reply->pd_list.pds.count > 0
            && reply->pd_list.first + reply->pd_list.pds.count < reply->pd_list.total) {
        ask_from(session, MESSAGE_PD_LIST_REQUEST,
                (uint16_t)(reply->pd_list.first + reply->pd_list.pds.count), pd_list_done);
    }
}

static void window_list_done(void *context, const struct protocol_message *reply)
{
    struct session *session = context;

    if (reply == NULL || reply->type != MESSAGE_WINDOW_LIST) {
        session->lists_asked = false;
    } else if (reply->window_list.windows.count > 0
            && reply->window_list.first + reply->window_list.windows.count
                    < reply->window_list.total) {
        ask_from(session, MESSAGE_WINDOW_LIST_REQUEST,
                (uint16_t)(reply->window_list.first + reply->window_list.windows.count),
                window_list_done);
    }
}

/* The full state, once: reports that come unasked have only changes most of the time. */
static void pd_report_done(void *context, const struct protocol_message *reply)
{
    if (reply != NULL && reply->type == MESSAGE_PD_REPORT && reply->pd_report.next != 0) {
        ask_from(context, MESSAGE_PD_REQUEST, reply->pd_report.next, pd_report_done);
    }
}

static void sc_report_done(void *context, const struct protocol_message *reply)
{
    if (reply != NULL && reply->type == MESSAGE_SC_REPORT && reply->sc_report.next != 0) {
        ask_from(context, MESSAGE_SC_REQUEST, reply->sc_report.next, sc_report_done);
    }
}

static void queue_report_done(void *context, const struct protocol_message *reply)
{
    if (reply != NULL && reply->type == MESSAGE_QUEUE_REPORT && reply->queue_report.next != 0) {
        ask_from(context, MESSAGE_QUEUE_REQUEST, reply->queue_report.next, queue_report_done);
    }
}

static void watch_done(void *context, const struct protocol_message *reply)
{
    struct model_queue *queue = context;

    queue->refused = reply != NULL && reply->type == MESSAGE_ERROR_REPLY;
}

static void watch_queues(struct session *session)
{
    struct model *model = session->model;
    unsigned end = session->queues_asked + WATCHED_AT_ONCE;

    /* Those asked for before have to be answered first: the line may be slow. */
    for (unsigned i = 0; i < session->queues_asked; i++) {
        if (!model->queues[i].watched && !model->queues[i].refused) {
            return;
        }
    }
    while (session->queues_asked < model->queue_count && session->queues_asked < end) {
        struct model_queue *queue = &model->queues[session->queues_asked];
        struct protocol_message request = { .type = MESSAGE_WATCH_QUEUE_REQUEST };

        request.watch_queue_request = queue->probe;
        if (!client_request(session->client, &request, watch_done, queue)) {
            return;
        }
        session->queues_asked++;
    }
}

static bool is_slower(uint32_t granted, uint32_t wanted)
{
    return wanted != 0 && granted > wanted;
}

static void subscribed(void *context, const struct protocol_message *reply)
{
    struct session *session = context;

    if (reply != NULL && reply->type == MESSAGE_SUBSCRIBE_REPLY) {
        const struct protocol_subscribe_reply *granted = &reply->subscribe_reply;

        session->link_bound = is_slower(granted->pd_interval, session->needs.pd_interval)
                || is_slower(granted->sc_interval, session->needs.sc_interval)
                || is_slower(granted->queue_interval, session->needs.queue_interval);
    }
}

static void subscribe(struct session *session, int64_t now)
{
    struct protocol_message request = { .type = MESSAGE_SUBSCRIBE_REQUEST };

    request.subscribe_request.pd_interval = session->needs.pd_interval;
    request.subscribe_request.sc_interval = session->needs.sc_interval;
    request.subscribe_request.queue_interval = session->needs.queue_interval;
    request.subscribe_request.link_interval = session->needs.link_interval;
    request.subscribe_request.queue_samples_per_second = session->needs.queue_samples_per_second;
    request.subscribe_request.log = session->needs.log;
    request.subscribe_request.lease = LEASE_MS;
    client_request(session->client, &request, subscribed, session);
    session->next_subscribe = now + SUBSCRIBE_MS;
}

/* --- what is due --- */

static void begin_anew(struct session *session)
{
    session->asked_reboots = session->model->reboots;
    session->lists_asked = session->history_asked = false;
    session->stacks = (struct stack_scan){ 0 };
    session->handles.waits = false;
    session->place.waits = false;
    session->modules = (struct module_scan){ .wanted = session->modules.wanted };
    session->queues_asked = 0;
    session->next_subscribe = 0;
}

static void ask_for_lists(struct session *session)
{
    session->lists_asked = true;
    ask_from(session, MESSAGE_PD_LIST_REQUEST, 0, pd_list_done);
    ask_from(session, MESSAGE_WINDOW_LIST_REQUEST, 0, window_list_done);
    if (session->needs.pd_interval != 0) {
        ask_from(session, MESSAGE_PD_REQUEST, 0, pd_report_done);
        ask_from(session, MESSAGE_SC_REQUEST, 0, sc_report_done);
    }
}

/* After lost reports: the full state, at once instead of with the next key. */
static void heal(struct session *session)
{
    const struct model *model = session->model;
    bool pds = false, scs = false, queues = false;

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        pds = pds || (model->pds[i].listed && model->pds[i].stale);
        scs = scs || (model->pds[i].sc_present != 0 && model->pds[i].sc_stale);
    }
    for (unsigned i = 0; i < model->queue_count; i++) {
        queues = queues || (model->queues[i].watched && model->queues[i].stale);
    }
    if (pds) {
        ask_from(session, MESSAGE_PD_REQUEST, 0, pd_report_done);
    }
    if (scs) {
        ask_from(session, MESSAGE_SC_REQUEST, 0, sc_report_done);
    }
    if (queues) {
        ask_from(session, MESSAGE_QUEUE_REQUEST, 0, queue_report_done);
    }
}

#define LOG_PATIENCE_MS 4000 /* with a line that answers nothing else either */

static void log_asked(void *context, const struct protocol_message *reply)
{
    struct session *session = context;
    struct log_store *log = &session->model->log;

    session->log_waits = false;
    if (reply != NULL && reply->type == MESSAGE_ERROR_REPLY && log->held_count > 0) {
        log_give_up(log, log->held[0].record.sequence, clock_ms()); /* it has none from there on */
    } else if (reply != NULL && reply->type == MESSAGE_LOG_RECORD) {
        log_give_up(log, reply->log_record.sequence, clock_ms()); /* it has none older than this */
    }
}

/* Records of the log that got lost are asked for again; the target keeps the last ones. */
static void ask_for_log(struct session *session, int64_t now)
{
    struct protocol_message request = { .type = MESSAGE_LOG_REQUEST };
    struct log_store *log = &session->model->log;

    if (!log_missing(log, &request.log_request.sequence)) {
        return;
    }
    if (now - log->held_since > LOG_PATIENCE_MS) {
        log_give_up(log, log->held[0].record.sequence, now);
    } else if (!session->log_waits) {
        session->log_waits = client_request(session->client, &request, log_asked, session);
    }
}

/* The records that the target kept from before somebody listened, one request after the other. */
static void ask_for_history(struct session *session, uint32_t from);

static void history_came(void *context, const struct protocol_message *reply)
{
    struct session *session = context;

    if (reply != NULL && reply->type == MESSAGE_LOG_RECORD) {
        ask_for_history(session, session->model->log.next_sequence);
    }
}

static void ask_for_history(struct session *session, uint32_t from)
{
    struct protocol_message request = { .type = MESSAGE_LOG_REQUEST };

    request.log_request.sequence = from;
    client_request(session->client, &request, history_came, session);
}

static void do_what_is_due(struct session *session, int64_t now)
{
    struct model *model = session->model;

    if (session->asked_reboots != model->reboots) {
        begin_anew(session);
    }
    if (now >= session->next_hello && !session->hello_waits) {
        say_hello(session, now);
    }
    if (!model->hello_known || !model->version_fits) {
        return;
    }
    if (!session->history_asked && session->needs.log) {
        session->history_asked = true;
        /* What the broker remembers is what somebody has listened to. */
        ask_for_history(session, model->log.any_record ? model->log.next_sequence : 0);
    }
    if (now >= session->next_subscribe) {
        subscribe(session, now);
    }
    if (!session->lists_asked) {
        ask_for_lists(session);
    }
    if (now >= session->next_heal) {
        session->next_heal = now + HEAL_MS;
        heal(session);
    }
    ask_for_log(session, now);
    if (model->windows_known && model->pds_known && session->needs.queue_interval != 0) {
        if (session->queues_asked == 0) {
            queue_sources_place(model);
        }
        watch_queues(session);
        handle_scan_step(session, now);
    }
    if (model->windows_known && model->pds_known && session->needs.pd_interval != 0) {
        stack_scan_step(session, now);
    }
    if (model->windows_known && model->pds_known) {
        place_scan_step(session, now);
    }
    module_scan_step(session, now);
}

/* --- opening --- */

static void on_message(void *context, const struct protocol_message *message)
{
    struct session *session = context;
    static struct protocol_message in_words;

    if (message->type == MESSAGE_LOG_RECORD) {
        in_words = *message;
        backtrace_words(&session->programs, &in_words.log_record);
        message = &in_words;
    }
    model_message(session->model, message, clock_ms());
    for (unsigned i = 0; i < SESSION_LISTENERS_MAX && message->number == 0; i++) {
        if (session->listeners[i].heard != NULL) {
            session->listeners[i].heard(session->listeners[i].context, message);
        }
    }
    if (message->type == MESSAGE_LINE_STATUS
            && (message->line_status.state == LINE_REBOOTED
                    || (message->line_status.state == LINE_UP && !session->model->hello_known))) {
        session->next_hello = 0; /* now it can answer */
    }
}

static void on_frame(void *context, const struct frame *frame)
{
    struct session *session = context;

    if (session->on_frame != NULL && session->claims[frame->channel]) {
        session->on_frame(session->context, frame);
    }
}

static void on_text(void *context, const char *text, size_t length)
{
    struct session *session = context;

    model_text(session->model, text, length, clock_ms());
}

static struct transport *open_direct(struct session *session, struct error_report *error)
{
    struct transport *transport = transport_open(session->target.place, CONNECT_MS, error);
    struct transport *recorder;

    if (transport == NULL || session->options->record == NULL) {
        return transport;
    }
    recorder = recording_transport(transport, session->options->record, error);
    if (recorder == NULL) {
        transport_close(transport);
    }
    return recorder;
}

static bool open_client(struct session *session, struct error_report *error)
{
    const struct client_events events = { session, on_message, on_text, on_frame };
    struct transport *transport = session->through_broker
            ? broker_connect(session->target.place, error)
            : open_direct(session, error);

    if (transport == NULL) {
        return false;
    }
    session->client = client_new(transport, &events);
    if (session->client == NULL) {
        transport_close(transport);
        return error_set(error, STATUS_FAILURE, "out of memory");
    }
    session->hello_waits = session->log_waits = false;
    session->next_hello = 0;
    memset(session->claims, 0, sizeof(session->claims));
    begin_anew(session);
    return true;
}

static bool load_names(struct session *session, struct error_report *error)
{
    if (session->target.archive[0] != '\0'
            && !names_load(&session->model->names, session->target.archive, error)) {
        return false;
    }
    session->programs.names = &session->model->names;
    session->programs.modules = &session->model->modules;
    if (session->model->names.has_archive) {
        queue_discovery_run(session->model, &session->programs);
    }
    return session->target.queues[0] == '\0'
            || queue_sources_read(
                    session->model, &session->programs, session->target.queues, error);
}

bool session_open(struct session *session, const struct options *options,
        const struct session_needs *needs, struct error_report *error)
{
    bool is_file;

    memset(session, 0, sizeof(*session));
    session->options = options;
    session->needs = *needs;
    if (!target_find(&session->target, options, error)) {
        return false;
    }
    session->model = model_new(options->interval_s);
    if (session->model == NULL) {
        return error_set(error, STATUS_FAILURE, "out of memory");
    }
    is_file = strncmp(session->target.place, "file:", 5) == 0;
    session->through_broker = !options->direct && !is_file;
    if (!load_names(session, error) || !open_client(session, error)) {
        session_close(session);
        return false;
    }
    return true;
}

void session_close(struct session *session)
{
    client_free(session->client);
    session->client = NULL;
    programs_close(&session->programs);
    model_free(session->model);
    session->model = NULL;
}

void session_set_needs(struct session *session, const struct session_needs *needs)
{
    session->needs = *needs;
    session->next_subscribe = 0;
}

/* --- the loop --- */

int session_descriptor(const struct session *session)
{
    return session->client != NULL ? client_transport(session->client)->fd : -1;
}

short session_poll_events(const struct session *session)
{
    return session->client != NULL ? client_poll_events(session->client) : 0;
}

int session_wait_ms(const struct session *session)
{
    int64_t now = clock_ms();
    int64_t wait = session->client != NULL ? client_wait_ms(session->client) : REOPEN_MS;
    int64_t hello = session->next_hello - now;

    if (session->client != NULL && !session->hello_waits && hello < wait) {
        wait = hello;
    }
    return wait < 0 ? 0 : (int)wait;
}

static void lose_client(struct session *session)
{
    error_set(&session->lost, STATUS_UNREACHABLE, "%s has closed the connection",
            session->through_broker ? "the broker" : session->target.place);
    client_free(session->client);
    session->client = NULL;
    session->next_open = clock_ms() + REOPEN_MS;
}

void session_step(struct session *session)
{
    int64_t now = clock_ms();
    bool replay;

    if (session->client == NULL) {
        replay = strncmp(session->target.place, "file:", 5) == 0;
        if (now < session->next_open || replay || !open_client(session, &session->lost)) {
            session->next_open = now < session->next_open ? session->next_open : now + REOPEN_MS;
            return;
        }
    }
    do_what_is_due(session, now);
    if (!client_process(session->client)) {
        lose_client(session);
        return;
    }
    do_what_is_due(session, clock_ms()); /* an answer may have made the next question possible */
}

void session_trouble(const struct session *session, char *out, size_t size)
{
    const struct model *model = session->model;

    out[0] = '\0';
    if (session->client == NULL) {
        snprintf(out, size, "%s", session->lost.text);
    } else if (model->line_known && model->line.state != LINE_UP
            && model->line.state != LINE_REBOOTED) {
        snprintf(out, size, "%s%.*s",
                model->line.trouble.length == 0 ? "the target does not answer" : "",
                (int)model->line.trouble.length, (const char *)model->line.trouble.at);
    } else if (!model->hello_known && session->last_error == PROTOCOL_ERROR_BUSY) {
        snprintf(out, size, "another console has the target, over its other link");
    } else if (!model->hello_known) {
        snprintf(out, size, "the target does not answer");
    } else if (!model->version_fits) {
        snprintf(out, size,
                "the target speaks protocol %u.%u, this program %u.%u; use the program of its SDK",
                model->hello.major, model->hello.minor, PROTOCOL_MAJOR, PROTOCOL_MINOR);
    }
}

/* The target does not let us in: it is no use to wait. */
static bool is_refused(const struct session *session)
{
    return session->client != NULL && session->last_error == PROTOCOL_ERROR_REFUSED;
}

static bool give_up(const struct session *session, struct error_report *error)
{
    char trouble[400];

    session_trouble(session, trouble, sizeof(trouble));
    if (interrupt_seen()) {
        return error_set(error, STATUS_INTERRUPTED, "interrupted");
    }
    if (is_refused(session)) {
        error_set(error, STATUS_REFUSED, "%s", trouble);
        error_advise(error, "use --key FILE with the key that the system was built with");
        return false;
    }
    if (trouble[0] != '\0') {
        error_set(error, STATUS_UNREACHABLE, "%s: %s", session->target.place, trouble);
        error_advise(error, "is the target running, and does its system have a monitor?");
        return false;
    }
    return error_set(error, STATUS_TIMEOUT,
            "%s: the target has not sent what was asked for in time", session->target.place);
}

bool session_wait(struct session *session,
        bool (*done)(const struct session *session, void *context), void *context, double seconds,
        struct error_report *error)
{
    int64_t end = clock_ms() + (int64_t)(seconds * 1000);

    for (;;) {
        struct pollfd ready = { session_descriptor(session), session_poll_events(session), 0 };
        int64_t left = end - clock_ms();
        int wait = session_wait_ms(session);

        if (done(session, context)) {
            return true;
        }
        if (left <= 0 || interrupt_seen() || is_refused(session)
                || (session->client == NULL && !session->through_broker)) {
            return give_up(session, error);
        }
        if (session->idle != NULL && wait > IDLE_MS) {
            wait = IDLE_MS;
        }
        poll(&ready, 1, left < wait ? (int)left : wait);
        session_step(session);
        if (session->idle != NULL && !session->idle(session->idle_context)) {
            return error_set(error, STATUS_INTERRUPTED, "interrupted");
        }
    }
}

/* --- listeners --- */

void session_listen(struct session *session,
        void (*heard)(void *context, const struct protocol_message *message), void *context)
{
    for (unsigned i = 0; i < SESSION_LISTENERS_MAX; i++) {
        if (session->listeners[i].heard == NULL) {
            session->listeners[i] = (struct session_listener){ heard, context };
            return;
        }
    }
}

void session_unlisten(struct session *session, const void *context)
{
    for (unsigned i = 0; i < SESSION_LISTENERS_MAX; i++) {
        if (session->listeners[i].context == context) {
            session->listeners[i] = (struct session_listener){ NULL, NULL };
        }
    }
}

/* --- channels --- */

#define CLAIM_S 3.0

static const char *const channel_names[FRAME_CHANNELS] = {
    [CHANNEL_LOG] = "log",
    [CHANNEL_INSPECT] = "inspect",
    [CHANNEL_GDB] = "gdb",
    [CHANNEL_RELOAD] = "reload",
    [CHANNEL_PROFILE] = "profile",
};

struct claim {
    struct session *session;
    bool answered, granted;
};

static void claim_answered(void *context, const struct protocol_message *reply)
{
    struct claim *claim = context;

    claim->answered = true;
    claim->granted =
            reply != NULL && reply->type == MESSAGE_CLAIM_REPLY && reply->claim_reply.claim == 1;
}

static bool claim_is_answered(const struct session *session, void *context)
{
    (void)session;
    return ((const struct claim *)context)->answered;
}

static bool say_who_has_it(
        const struct session *session, enum frame_channel channel, struct error_report *error)
{
    const struct model_holder *holder = holders_now(&session->model->holders, channel);
    char words[260] = "the broker does not know which";

    if (holder != NULL) {
        holder_words(holder, time(NULL), words, sizeof(words));
    }
    error_set(error, STATUS_POLICY, "another console has the target's %s channel: %s",
            channel_names[channel], words);
    error_advise(error, "wait until it ends, or end it there");
    return false;
}

void session_say_doing(struct session *session, enum frame_channel channel, const char *doing)
{
    struct protocol_message note = { .type = MESSAGE_HOLDER };
    size_t length = strnlen(doing, PROTOCOL_DOING_MAX);

    note.holder.channel = (uint8_t)channel;
    note.holder.doing.length = (uint16_t)length;
    memcpy(note.holder.doing.at, doing, length);
    if (session->through_broker && session->client != NULL) {
        client_send(session->client, &note);
    }
}

bool session_claim(struct session *session, enum frame_channel channel, struct error_report *error)
{
    struct protocol_message request = { .type = MESSAGE_CLAIM_REQUEST };
    static struct claim claim; /* a late answer still finds it */
    char words[PROTOCOL_DOING_MAX];

    if (!session->through_broker) {
        session->claims[channel] = true;
        return true;
    }
    claim = (struct claim){ session, false, false };
    request.claim_request.channel = (uint8_t)channel;
    request.claim_request.claim = 1;
    if (session->client == NULL
            || !client_request(session->client, &request, claim_answered, &claim)) {
        return error_set(error, STATUS_UNREACHABLE, "the broker cannot be asked for a channel");
    }
    if (!session_wait(session, claim_is_answered, &claim, CLAIM_S, error)) {
        return false;
    }
    if (!claim.granted) {
        return say_who_has_it(session, channel, error);
    }
    session->claims[channel] = true;
    options_in_words(session->options, words, sizeof(words));
    session_say_doing(session, channel, words);
    return true;
}

void session_release(struct session *session, enum frame_channel channel)
{
    struct protocol_message request = { .type = MESSAGE_CLAIM_REQUEST };
    static struct claim released; /* nobody waits for the answer */

    session->claims[channel] = false;
    if (session->through_broker && session->client != NULL) {
        request.claim_request.channel = (uint8_t)channel;
        client_request(session->client, &request, claim_answered, &released);
    }
}

bool session_send_frame(
        struct session *session, enum frame_channel channel, const void *bytes, size_t length)
{
    return session->client != NULL && session->claims[channel]
            && client_send_frame(session->client, channel, bytes, length);
}
