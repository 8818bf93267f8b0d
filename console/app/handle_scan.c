/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/handle_scan.h"

#include <string.h>

#include "console/app/session.h"
#include "console/model/memory_map.h"
#include "host-tools/lib/c_value.h"
#include "host-tools/lib/clock.h"

#define ROUND_MS     2000
#define DEPTH_MAX    4  /* structures inside each other */
#define ELEMENTS_MAX 64 /* of an array */
#define HANDLE_BYTES 64

/* --- finding --- */

struct search {
    struct handle_scan *scan;
    unsigned pd;
    uint64_t address;
    unsigned depth;
};

/* Members that point to queues, by the tag of the handle. */
static const struct {
    const char *tag;
    const char *queues[2];
} handle_types[] = {
    { "net_queue_handle", { "active", "free" } },
    { "serial_queue_handle", { "queue", NULL } },
};

static void take_handle(const struct search *search, const struct c_type *type,
        const char *const queues[2], uint64_t address)
{
    struct handle_scan *scan = search->scan;
    struct queue_handle handle = { .pd = search->pd, .address = address };
    struct c_member member;

    if (!type_find_member(type, "refused", &member) || member.type.size != 4
            || type->size > HANDLE_BYTES || scan->count == HANDLES_MAX) {
        return;
    }
    handle.size = (uint32_t)type->size;
    handle.refused_at = (uint32_t)member.offset;
    for (unsigned i = 0; i < 2 && queues[i] != NULL; i++) {
        if (type_find_member(type, queues[i], &member) && member.type.size == 8) {
            handle.queues_at[handle.queue_count++] = (uint32_t)member.offset;
        }
    }
    scan->handles[scan->count++] = handle;
}

static void look_into(const struct search *from, const struct c_type *type, uint64_t address);

static bool look_into_member(void *context, const struct c_member *member)
{
    const struct search *search = context;

    look_into(search, &member->type, search->address + member->offset);
    return true;
}

static void look_into(const struct search *from, const struct c_type *type, uint64_t address)
{
    struct search search = *from;
    struct c_type element;
    uint64_t count = 0;

    search.address = address;
    if (search.depth++ > DEPTH_MAX) {
        return;
    }
    for (size_t i = 0; i < sizeof(handle_types) / sizeof(handle_types[0]); i++) {
        if (type->kind == TYPE_STRUCT && strcmp(type->tag, handle_types[i].tag) == 0) {
            take_handle(&search, type, handle_types[i].queues, address);
            return;
        }
    }
    if (type->kind == TYPE_STRUCT) {
        type_each_member(type, look_into_member, &search);
    } else if (type->kind == TYPE_ARRAY && type_element(type, &element, &count)
            && element.kind == TYPE_STRUCT) {
        for (uint64_t i = 0; i < count && i < ELEMENTS_MAX; i++) {
            look_into(&search, &element, address + i * element.size);
        }
    }
}

static bool look_into_variable(void *context, const struct c_variable *variable)
{
    look_into(context, &variable->type, variable->address);
    return true;
}

static void find_handles(struct session *session)
{
    const struct system_names *names = &session->model->names;

    session->handles = (struct handle_scan){ .found = true,
        .installs = session->model->modules.install_count };
    for (unsigned i = 0; i < names->archive.pd_count && i < PROTOCOL_PDS_MAX; i++) {
        struct search search = { .scan = &session->handles, .pd = i };
        struct symbols *symbols = programs_symbols(&session->programs, i);

        if (symbols != NULL) {
            symbols_each_variable(symbols, look_into_variable, &search);
        }
    }
}

/* --- reading --- */

static int queue_at(const struct model *model, unsigned pd, uint64_t address)
{
    const struct archive_pd *known = names_describe_pd(&model->names, pd);
    const struct archive_mapping *mapping = known != NULL ? memory_mapping(known, address) : NULL;

    for (unsigned i = 0; mapping != NULL && i < model->queue_count; i++) {
        if (strcmp(model->queues[i].region, mapping->what) == 0
                && model->queues[i].region_offset
                        == memory_region_offset(known, mapping, address)) {
            return (int)i;
        }
    }
    return -1;
}

static void take_bytes(struct session *session, struct queue_handle *handle, const uint8_t *bytes)
{
    struct handle_scan *scan = &session->handles;

    handle->unused = true;
    for (unsigned i = 0; i < handle->queue_count; i++) {
        int queue =
                queue_at(session->model, handle->pd, value_number(bytes + handle->queues_at[i], 8));

        if (queue >= 0) {
            scan->seen[queue] = true;
            scan->sums[queue] += value_number(bytes + handle->refused_at, 4);
            handle->unused = false;
        }
    }
}

static void next_handle(struct session *session)
{
    struct handle_scan *scan = &session->handles;

    if (++scan->next < scan->count) {
        return;
    }
    for (unsigned i = 0; i < session->model->queue_count; i++) {
        session->model->queues[i].refusals_known = scan->seen[i];
        session->model->queues[i].refusals = scan->sums[i];
    }
    memset(scan->seen, 0, sizeof(scan->seen));
    memset(scan->sums, 0, sizeof(scan->sums));
    scan->next = 0;
    scan->next_round = clock_ms() + ROUND_MS;
}

static void take_answer(void *context, const struct protocol_message *reply)
{
    struct session *session = context;
    struct handle_scan *scan = &session->handles;

    if (!scan->waits) {
        return; /* of a target that has started anew since */
    }
    scan->waits = false;
    if (reply != NULL && reply->type == MESSAGE_READ_MEMORY_REPLY
            && reply->read_memory_reply.data.length == scan->handles[scan->next].size) {
        take_bytes(session, &scan->handles[scan->next], reply->read_memory_reply.data.at);
    }
    next_handle(session);
}

/* False: this one need not, or cannot, be read. */
static bool ask(struct session *session)
{
    struct handle_scan *scan = &session->handles;
    const struct queue_handle *handle = &scan->handles[scan->next];
    struct protocol_message request = { .type = MESSAGE_READ_MEMORY_REQUEST };
    uint64_t at, length;
    char why[300];

    if (handle->unused || !session->model->pds[handle->pd].listed
            || !memory_find(
                    session->model, handle->pd, handle->address, &at, &length, why, sizeof(why))
            || length < handle->size) {
        return false;
    }
    request.read_memory_request.address = at;
    request.read_memory_request.length = (uint16_t)handle->size;
    scan->waits = client_request(session->client, &request, take_answer, session);
    return true;
}

void handle_scan_step(struct session *session, int64_t now)
{
    struct handle_scan *scan = &session->handles;

    if (scan->waits || now < scan->next_round || !session->model->names.trusted) {
        return;
    }
    if (!scan->found || scan->installs != session->model->modules.install_count) {
        find_handles(session); /* an image has been replaced: its variables lie elsewhere */
    }
    for (unsigned i = 0; i < scan->count && !scan->waits && now >= scan->next_round; i++) {
        if (!ask(session)) {
            next_handle(session);
        }
    }
}
