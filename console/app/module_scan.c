/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/module_scan.h"

#include "console/app/session.h"
#include "host-tools/lib/clock.h"

#define ROUND_MS 1000
#define BUSY_MS \
    100 /* while a transaction is under way: for consoles that are not told of its phases */

static void take_state(void *context, const struct protocol_message *reply)
{
    struct session *session = context;
    struct module_scan *scan = &session->modules;

    scan->waits = false;
    if (reply == NULL || reply->type != MESSAGE_RELOAD_STATE) {
        scan->complete = true; /* as far as this target tells */
        scan->next_round = clock_ms() + ROUND_MS;
        return;
    }
    if (++scan->next >= scan->count) {
        scan->next = 0;
        scan->complete = true;
        scan->next_round = clock_ms() + (modules_are_changing(session->model) ? BUSY_MS : ROUND_MS);
    }
}

static void take_list(void *context, const struct protocol_message *reply)
{
    struct session *session = context;
    struct module_scan *scan = &session->modules;

    scan->waits = false;
    if (reply == NULL || reply->type != MESSAGE_RELOAD_LIST) {
        scan->complete = true;
        scan->next_round = clock_ms() + ROUND_MS;
        return;
    }
    scan->listed = true;
    scan->count = reply->reload_list.pds.count;
    for (unsigned i = 0; i < scan->count; i++) {
        scan->pds[i] = reply->reload_list.pds.at[i].pd;
    }
    scan->complete = scan->count == 0;
}

void module_scan_step(struct session *session, int64_t now)
{
    struct module_scan *scan = &session->modules;
    struct protocol_message request = { .type = MESSAGE_RELOAD_LIST_REQUEST };
    bool can = (session->model->hello.features & PROTOCOL_HAS_RELOAD) != 0;

    if (modules_are_changing(session->model) && scan->next_round > now + BUSY_MS) {
        scan->next_round = now + BUSY_MS;
    }
    if ((!scan->wanted && session->needs.pd_interval == 0) || scan->waits || !can
            || now < scan->next_round) {
        scan->complete = scan->complete || (session->model->hello_known && !can);
        return;
    }
    if (!scan->listed) {
        scan->waits = client_request(session->client, &request, take_list, session);
    } else if (scan->count != 0) {
        request.type = MESSAGE_RELOAD_STATE_REQUEST;
        request.reload_state_request.pd = scan->pds[scan->next];
        scan->waits = client_request(session->client, &request, take_state, session);
    }
}

bool module_scan_complete(const struct session *session, void *context)
{
    (void)context;
    return session->modules.complete;
}

void module_scan_refresh(struct session *session)
{
    session->modules.wanted = true;
    session->modules.complete = false;
    session->modules.next = 0;
    session->modules.next_round = 0;
}
