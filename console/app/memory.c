/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/memory.h"

#include <inttypes.h>
#include <string.h>

#include "console/model/memory_map.h"

#define ANSWER_S 5.0

/* The one read that is under way. A late answer to one that was given up finds another number. */
struct memory_answer {
    bool done;
    uint8_t error; /* code of an error_reply; 255: none came at all */
    uint64_t address;
    uint16_t length;
    uint8_t bytes[PROTOCOL_MEMORY_MAX];
};

static struct memory_answer answer;

static void take_answer(void *context, const struct protocol_message *reply)
{
    uint64_t address = *(const uint64_t *)context;

    if (answer.done || address != answer.address) {
        return;
    }
    answer.done = true;
    if (reply == NULL) {
        answer.error = UINT8_MAX;
    } else if (reply->type == MESSAGE_ERROR_REPLY) {
        answer.error = reply->error_reply.code;
    } else if (reply->type == MESSAGE_READ_MEMORY_REPLY
            && reply->read_memory_reply.address == address) {
        answer.length = reply->read_memory_reply.data.length;
        memcpy(answer.bytes, reply->read_memory_reply.data.at, answer.length);
    } else {
        answer.error = PROTOCOL_ERROR_MALFORMED;
    }
}

static bool is_answered(const struct session *session, void *context)
{
    (void)session;
    (void)context;
    return answer.done;
}

static bool ask(struct session *session, uint64_t address, size_t size, struct error_report *error)
{
    struct protocol_message request = { .type = MESSAGE_READ_MEMORY_REQUEST };
    static uint64_t addresses[CLIENT_PENDING_MAX]; /* live as long as any request can */
    static unsigned next;

    next = (next + 1) % CLIENT_PENDING_MAX;
    addresses[next] = address;
    memset(&answer, 0, sizeof(answer));
    answer.address = address;
    request.read_memory_request.address = address;
    request.read_memory_request.length =
            (uint16_t)(size < PROTOCOL_MEMORY_MAX ? size : PROTOCOL_MEMORY_MAX);
    if (session->client == NULL
            || !client_request(session->client, &request, take_answer, &addresses[next])) {
        return error_set(error, STATUS_UNREACHABLE, "there is no connection with the target");
    }
    return session_wait(session, is_answered, NULL, ANSWER_S, error);
}

bool memory_read(struct session *session, unsigned pd, uint64_t address, void *bytes, size_t size,
        struct error_report *error)
{
    uint8_t *to = bytes;
    uint64_t at, length;
    char why[300];

    while (size > 0) {
        size_t part;

        if (!memory_find(session->model, pd, address, &at, &length, why, sizeof(why))) {
            return error_set(error, STATUS_POLICY, "%s", why);
        }
        part = size < length ? size : (size_t)length;
        if (!ask(session, at, part, error)) {
            return false;
        }
        if (answer.error != 0 || answer.length == 0 || answer.length > part) {
            return error_set(error, STATUS_FAILURE,
                    "the target did not read 0x%" PRIx64 " of %s (error %u)", address,
                    names_pd(&session->model->names, pd), answer.error);
        }
        memcpy(to, answer.bytes, answer.length);
        to += answer.length;
        address += answer.length;
        size -= answer.length;
    }
    return true;
}

bool memory_read_of(
        void *context, uint64_t address, void *bytes, size_t size, struct error_report *error)
{
    const struct memory_of *of = context;

    return memory_read(of->session, of->pd, address, bytes, size, error);
}

static bool lists_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->pds_known && session->model->windows_known && session->modules.complete;
}

bool memory_ready(struct session *session, double seconds, struct error_report *error)
{
    const struct system_names *names = &session->model->names;

    session->modules.wanted = true;
    if (!session_wait(session, lists_known, NULL, seconds, error)) {
        return false;
    }
    if (!names->has_archive) {
        error_set(error, STATUS_USAGE, "names need the system archive");
        error_advise(error, "--archive FILE, or a line 'archive = FILE' in the configuration");
        return false;
    }
    if (!names->trusted) {
        error_set(error, STATUS_POLICY, "%s: %s", names->path, names->trouble);
        error_advise(error, "use the archive that was written beside the running image");
        return false;
    }
    return true;
}
