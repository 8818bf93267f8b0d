/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/reload_client.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/app/user_name.h"
#include "console/reload/words.h"
#include "host-tools/lib/c_value.h"
#include "host-tools/lib/clock.h"
#include "monitor/protocol/crc32c.h"

#define CHUNKS_AT_ONCE 8
#define READY_MS       1000
#define LOOK_S         0.05

/* ---- requests ---- */

static void take_refusal(struct reload_client *client, const struct protocol_message *reply)
{
    client->refused = true;
    client->refusal = reply != NULL ? reply->error_reply.code : 0;
    client->refusal_detail = reply != NULL ? reply->error_reply.detail : 0;
}

static void take_schema(struct reload_client *client, const struct protocol_message *reply)
{
    if (reply->read_memory_reply.data.length >= sizeof(uint32_t)) {
        client->schema = (uint32_t)value_number(reply->read_memory_reply.data.at, sizeof(uint32_t));
    } else {
        take_refusal(client, NULL);
    }
}

static void on_reply(void *context, const struct protocol_message *reply)
{
    struct reload_client *client = context;

    client->waiting--;
    if (client->given_up) {
        if (client->waiting == 0) {
            free(client);
        }
        return;
    }
    if (reply == NULL || reply->type == MESSAGE_ERROR_REPLY) {
        take_refusal(client, reply);
    } else if (reply->type == MESSAGE_RELOAD_STATE) {
        client->state = reply->reload_state;
    } else if (reply->type == MESSAGE_RELOAD_LIST) {
        client->list = reply->reload_list;
    } else if (reply->type == MESSAGE_READ_MEMORY_REPLY) {
        take_schema(client, reply);
    }
}

static void on_message(void *context, const struct protocol_message *message)
{
    struct reload_client *client = context;

    if (message->type == MESSAGE_RELOAD_STATE && message->reload_state.pd == client->pd) {
        client->state = message->reload_state;
    }
}

static bool few_wait(const struct session *session, void *context)
{
    (void)session;
    return ((struct reload_client *)context)->waiting < CHUNKS_AT_ONCE;
}

static bool none_waits(const struct session *session, void *context)
{
    (void)session;
    return ((struct reload_client *)context)->waiting == 0;
}

/* False: it was not sent, or there was no answer in time; *error says so. An answer may be a refusal. */
static bool exchange(struct reload_client *client, struct protocol_message *request)
{
    client->refused = false;
    client->waiting++;
    if (client->session->client == NULL
            || !client_request(client->session->client, request, on_reply, client)) {
        client->waiting--;
        return error_set(client->error, STATUS_UNREACHABLE, "the connection is lost");
    }
    return session_wait(client->session, none_waits, client, client->timeout_s, client->error);
}

/* ---- what a refusal means ---- */

bool reload_client_is_forgotten(const struct reload_client *client)
{
    return client->begun && client->state.phase == RELOAD_AT_REST
            && client->state.transaction != client->transaction;
}

/* Refused although the target had taken the step before: either it has ended the transaction, or knows none. */
static bool explain_forgotten(struct reload_client *client)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_STATE_REQUEST };
    struct error_report ignored;
    struct error_report *error = client->error;

    request.reload_state_request.pd = (uint16_t)client->pd;
    client->error = &ignored;
    bool known = exchange(client, &request) && !client->refused;

    client->error = error;
    if (!known || !reload_client_is_forgotten(client)) {
        return false;
    }
    error_set(error, STATUS_POLICY, "%s: " RELOAD_FORGOTTEN_SENTENCE,
            names_pd(&client->session->model->names, client->pd));
    return true;
}

/* Another transaction is in a phase in which none can begin; the target says whose it is. */
static void explain_busy(struct reload_client *client)
{
    const char *name = names_pd(&client->session->model->names, client->pd);
    struct protocol_message request = { .type = MESSAGE_RELOAD_STATE_REQUEST };
    char words[300];

    request.reload_state_request.pd = (uint16_t)client->pd;
    if (!exchange(client, &request) || client->refused) {
        return;
    }
    reload_under_way(&client->state, words, sizeof(words));
    error_set(client->error, STATUS_POLICY, "another change of '%s' is under way: %s", name, words);
    error_advise(client->error, "it ends by itself; 'lionscope modules' shows how");
}

static void explain_refused(struct reload_client *client)
{
    const char *name = names_pd(&client->session->model->names, client->pd);

    if (client->begun && explain_forgotten(client)) {
        return;
    }
    if (client->refusal_detail != RELOAD_AT_REST) {
        explain_busy(client);
    } else if (client->state.previous > 2) {
        error_set(client->error, STATUS_POLICY, "'%s' has no previous image to go back to", name);
        error_advise(client->error, "'lionscope modules' shows what runs, and what ran before it");
    } else {
        error_set(client->error, STATUS_POLICY,
                "the target refuses this change of '%s': the previous image cannot take over the "
                "state, or somebody else has changed it meanwhile",
                name);
        error_advise(client->error, "'lionscope modules' shows what runs");
    }
}

static bool explain_refusal(struct reload_client *client)
{
    const char *name = names_pd(&client->session->model->names, client->pd);

    switch (client->refusal) {
    case PROTOCOL_ERROR_NO_SUCH_OBJECT:
        return error_set(client->error, STATUS_POLICY,
                "'%s' cannot be reloaded: the system description gives it no room for another "
                "image",
                name);
    case PROTOCOL_ERROR_UNKNOWN_MESSAGE:
        return error_set(client->error, STATUS_POLICY, "this target cannot reload anything");
    case PROTOCOL_ERROR_BUSY:
        return error_set(client->error, STATUS_UNREACHABLE,
                "the link to the target is busy; the image of '%s' is what it was: try again",
                name);
    case PROTOCOL_ERROR_REFUSED:
        explain_refused(client);
        return false;
    default:
        return error_set(
                client->error, STATUS_UNREACHABLE, "the target did not answer; ask: modules");
    }
}

/* Sends and waits for what is no refusal. */
static bool ask(struct reload_client *client, struct protocol_message *request)
{
    return exchange(client, request) && (!client->refused || explain_refusal(client));
}

bool reload_client_ask_state(struct reload_client *client)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_STATE_REQUEST };

    request.reload_state_request.pd = (uint16_t)client->pd;
    return ask(client, &request);
}

bool reload_client_ask_list(struct reload_client *client)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_LIST_REQUEST };

    return ask(client, &request);
}

bool reload_client_ask_schema(struct reload_client *client, uint64_t address)
{
    struct protocol_message request = { .type = MESSAGE_READ_MEMORY_REQUEST };

    request.read_memory_request.address = address;
    request.read_memory_request.length = sizeof(uint32_t);
    return ask(client, &request);
}

/* ---- life ---- */

struct reload_client *reload_client_new(
        struct session *session, unsigned pd, double timeout_s, struct error_report *error)
{
    struct reload_client *client = calloc(1, sizeof(*client));

    if (client == NULL) {
        error_set(error, STATUS_FAILURE, "out of memory");
        return NULL;
    }
    client->session = session;
    client->pd = pd;
    client->timeout_s = timeout_s;
    client->error = error;
    client->transaction = ((uint32_t)clock_ms() ^ (uint32_t)getpid() << 16) | 1; /* never 0 */
    session_listen(session, on_message, client);
    return client;
}

void reload_client_close(struct reload_client *client)
{
    if (client == NULL) {
        return;
    }
    session_unlisten(client->session, client);
    if (client->session->claims[CHANNEL_RELOAD]) {
        session_release(client->session, CHANNEL_RELOAD);
    }
    client->given_up = true;
    if (client->waiting == 0) {
        free(client);
    }
}

/* For the target's log. */
static uint16_t who(uint8_t out[PROTOCOL_WHO_MAX])
{
    char text[PROTOCOL_WHO_MAX + 1];

    user_name(getuid(), text, sizeof(text));
    memcpy(out, text, strlen(text));
    return (uint16_t)strlen(text);
}

static bool claim_channel(struct reload_client *client)
{
    if (!session_claim(client->session, CHANNEL_RELOAD, client->error)) {
        return false;
    }
    session_say_doing(client->session, CHANNEL_RELOAD, client->doing);
    return true;
}

/* ---- stage ---- */

static bool begin_transaction(struct reload_client *client,
        const struct protocol_reload_begin *description, const char *file)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_BEGIN };
    struct protocol_reload_begin *body = &request.reload_begin;
    const char *name = strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file;

    *body = *description;
    body->pd = (uint16_t)client->pd;
    body->transaction = client->transaction;
    body->who.length = who(body->who.at);
    body->what.length = (uint16_t)strnlen(name, PROTOCOL_WHO_MAX);
    memcpy(body->what.at, name, body->what.length);
    client->asked = client->begun = ask(client, &request);
    return client->asked;
}

static bool send_chunk(struct reload_client *client, uint8_t segment, uint32_t offset,
        const uint8_t *bytes, uint16_t n)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_CHUNK };
    struct protocol_reload_chunk *body = &request.reload_chunk;

    body->pd = (uint16_t)client->pd;
    body->transaction = client->transaction;
    body->segment = segment;
    body->offset = offset;
    body->bytes.length = n;
    memcpy(body->bytes.at, bytes, n);
    client->waiting++;
    if (client->session->client == NULL
            || !client_request(client->session->client, &request, on_reply, client)) {
        client->waiting--;
        return error_set(client->error, STATUS_UNREACHABLE, "the connection is lost");
    }
    return session_wait(client->session, few_wait, client, client->timeout_s, client->error);
}

/* The variables' room is zero already. */
static bool send_segment(
        struct reload_client *client, uint8_t segment, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t offset = 0; offset < size && !client->refused; offset += PROTOCOL_CHUNK_MAX) {
        uint32_t left = size - offset;
        uint16_t n = (uint16_t)(left < PROTOCOL_CHUNK_MAX ? left : PROTOCOL_CHUNK_MAX);

        if ((segment == 0 || !bytes_are_zero(bytes + offset, n))
                && !send_chunk(client, segment, offset, bytes + offset, n)) {
            return false;
        }
        client->staged += n;
    }
    return true;
}

bool reload_client_stage(struct reload_client *client, const struct module_image *image,
        const struct protocol_reload_begin *begin, const char *file)
{
    if (!claim_channel(client)) {
        return false;
    }
    client->staged_of = image->text_bytes + image->data_bytes;
    if (!begin_transaction(client, begin, file) || client->state.phase != RELOAD_STAGING) {
        return client->error->status == STATUS_OK;
    }
    client->refused = false;
    return send_segment(client, 0, image->bytes, image->text_bytes)
            && send_segment(client, 1, image->bytes + image->data, image->data_bytes)
            && session_wait(client->session, none_waits, client, client->timeout_s, client->error)
            && (!client->refused || explain_refusal(client));
}

/* ---- the other steps ---- */

bool reload_client_verify(struct reload_client *client, const struct module_image *image,
        const struct module_settings *settings, bool older)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_VERIFY };
    struct protocol_reload_verify *body = &request.reload_verify;

    body->pd = (uint16_t)client->pd;
    body->transaction = client->transaction;
    body->text_crc = crc32c_add(0, image->bytes, image->text_bytes);
    body->data_crc = crc32c_add(0, image->bytes + image->data, image->data_bytes);
    body->older = older;
    body->sources.count = settings->count;
    memcpy(body->sources.at, settings->sources, sizeof(settings->sources));
    return ask(client, &request);
}

bool reload_client_swap(struct reload_client *client, uint32_t probation_ms)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_SWAP };
    struct protocol_reload_swap *body = &request.reload_swap;

    body->pd = (uint16_t)client->pd;
    body->transaction = client->transaction;
    body->limit = RELOAD_QUIESCE_MS;
    body->probation = probation_ms;
    return ask(client, &request);
}

struct phase_wait {
    const struct reload_client *client;
    uint8_t phase;
    int64_t held; /* when a debugger was last seen to have stopped the PD: that takes as long as it takes */
};

static bool phase_is_over(const struct session *session, void *context)
{
    struct phase_wait *wait = context;

    (void)session;
    if (wait->client->state.cause == RELOAD_HELD) {
        wait->held = clock_ms();
    }
    return wait->client->state.phase != wait->phase;
}

bool reload_client_wait(struct reload_client *client, uint8_t phase, double seconds)
{
    struct phase_wait wait = { client, phase, 0 };
    double limit = seconds + client->timeout_s;
    int64_t begin;

    do {
        client->error->status = STATUS_OK;
        begin = clock_ms();
        if (session_wait(client->session, phase_is_over, &wait, limit, client->error)) {
            return true;
        }
    } while (client->error->status == STATUS_TIMEOUT && wait.held >= begin);
    return false;
}

static bool is_ready(const struct session *session, void *context)
{
    (void)session;
    return ((const struct reload_client *)context)->state.ready != 0;
}

/* The target tells of it unasked when it has something else to do, too. */
void reload_client_wait_ready(struct reload_client *client)
{
    struct error_report *error = client->error;
    struct error_report ignored;
    int64_t end = clock_ms() + READY_MS;

    client->error = &ignored;
    while (client->state.ready == 0 && clock_ms() < end
            && (session_wait(client->session, is_ready, client, LOOK_S, &ignored)
                    || ignored.status == STATUS_TIMEOUT)
            && (client->state.ready != 0 || reload_client_ask_state(client))) {}
    client->error = error;
}

bool reload_client_rollback(struct reload_client *client)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_ROLLBACK };
    struct protocol_reload_rollback *body = &request.reload_rollback;

    if (!claim_channel(client)) {
        return false;
    }
    body->pd = (uint16_t)client->pd;
    body->swaps = client->state.swaps;
    body->who.length = who(body->who.at);
    client->asked = ask(client, &request);
    return client->asked && reload_client_wait(client, RELOAD_PROBATION, RELOAD_QUIESCE_MS / 1000.0)
            && reload_client_wait(client, RELOAD_QUIESCING, RELOAD_QUIESCE_MS / 1000.0);
}
