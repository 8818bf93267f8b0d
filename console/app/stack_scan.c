/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/stack_scan.h"

#include "console/app/session.h"
#include "console/model/memory_map.h"
#include "host-tools/lib/clock.h"

#define ROUND_MS 5000
#define SCAN_MAX 65536

static void next_pd(struct stack_scan *scan)
{
    scan->offset = 0;
    scan->pd++;
    if (scan->pd == PROTOCOL_PDS_MAX) {
        scan->pd = 0;
        scan->next_round = clock_ms() + ROUND_MS;
    }
}

static void take_answer(void *context, const struct protocol_message *reply)
{
    struct session *session = context;
    struct stack_scan *scan = &session->stacks;
    const struct archive_pd *known = names_describe_pd(&session->model->names, scan->pd);
    uint64_t size = known != NULL ? known->stack_top - known->stack_bottom : 0;

    scan->waits = false;
    if (reply == NULL || reply->type != MESSAGE_SCAN_MEMORY_REPLY || size == 0) {
        next_pd(scan);
        return;
    }
    scan->offset += reply->scan_memory_reply.same;
    if (reply->scan_memory_reply.complete && scan->offset <= size) {
        session->model->pds[scan->pd].stack_known = true;
        session->model->pds[scan->pd].stack_used = size - scan->offset;
    }
    if (reply->scan_memory_reply.complete || reply->scan_memory_reply.same == 0) {
        next_pd(scan);
    }
}

/* False: this PD's stack is not to be seen. */
static bool ask(struct session *session)
{
    struct stack_scan *scan = &session->stacks;
    struct protocol_message request = { .type = MESSAGE_SCAN_MEMORY_REQUEST };
    const struct archive_pd *known = names_describe_pd(&session->model->names, scan->pd);
    uint64_t at, length, left;
    char why[300];

    if (known == NULL || !session->model->pds[scan->pd].listed
            || scan->offset >= known->stack_top - known->stack_bottom
            || !memory_find(session->model, scan->pd, known->stack_bottom + scan->offset, &at,
                    &length, why, sizeof(why))) {
        return false;
    }
    left = known->stack_top - known->stack_bottom - scan->offset;
    left = left < length ? left : length;
    request.scan_memory_request.address = at;
    request.scan_memory_request.length = (uint32_t)(left < SCAN_MAX ? left : SCAN_MAX);
    scan->waits = client_request(session->client, &request, take_answer, session);
    return true;
}

void stack_scan_step(struct session *session, int64_t now)
{
    struct stack_scan *scan = &session->stacks;

    while (!scan->waits && now >= scan->next_round && !ask(session)) {
        next_pd(scan);
    }
}
