/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/place_scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "console/app/session.h"
#include "console/model/memory_map.h"
#include "host-tools/lib/c_value.h"
#include "host-tools/lib/clock.h"

#define RECORD_BYTES 16 /* the caller's frame pointer and the return address (AAPCS64) */

void place_scan_want(struct session *session, int pd, int again_ms)
{
    struct place_scan *scan = &session->place;

    scan->again_ms = again_ms;
    if (scan->pd != pd + 1) {
        scan->pd = pd + 1;
        scan->next = 0;
        session->model->place.known = false;
    }
}

static void end_scan(struct session *session)
{
    struct place_scan *scan = &session->place;

    scan->waits = false;
    scan->found.known = true;
    session->model->place = scan->found;
    scan->next = clock_ms() + scan->again_ms;
}

static void add_line(struct session *session, uint64_t address)
{
    struct place_scan *scan = &session->place;
    struct symbols *symbols = programs_at(&session->programs, scan->found.pd, UINT64_MAX, address);
    struct code_location at;
    char *line = scan->found.lines[scan->found.count++];

    if (symbols == NULL || !symbols_locate(symbols, address, &at) || at.symbol[0] == '\0') {
        snprintf(line, PLACE_LINE_MAX, "0x%" PRIx64, address);
    } else if (at.file[0] == '\0') {
        snprintf(line, PLACE_LINE_MAX, "%s+0x%" PRIx64, at.symbol, at.offset);
    } else {
        snprintf(line, PLACE_LINE_MAX, "%s+0x%" PRIx64 "  %.120s:%d", at.symbol, at.offset, at.file,
                at.line);
    }
}

static void take_frame(void *context, const struct protocol_message *reply);

/* Reads the frame record that `frame` points to; ends the scan where there is none. */
static void ask_for_frame(struct session *session, uint64_t frame)
{
    struct protocol_message request = { .type = MESSAGE_READ_MEMORY_REQUEST };
    struct place_scan *scan = &session->place;
    uint64_t at, length;
    char why[300];

    if (frame == 0 || frame % 8 != 0 || frame <= scan->frame || scan->found.count == PLACE_LINES_MAX
            || !memory_find(session->model, scan->found.pd, frame, &at, &length, why, sizeof(why))
            || length < RECORD_BYTES) {
        end_scan(session);
        return;
    }
    scan->frame = frame;
    request.read_memory_request.address = at;
    request.read_memory_request.length = RECORD_BYTES;
    if (!client_request(session->client, &request, take_frame, session)) {
        end_scan(session);
    }
}

static void take_frame(void *context, const struct protocol_message *reply)
{
    struct session *session = context;
    const uint8_t *bytes;
    uint64_t caller;

    if (reply == NULL || reply->type != MESSAGE_READ_MEMORY_REPLY
            || reply->read_memory_reply.data.length < RECORD_BYTES) {
        end_scan(session);
        return;
    }
    bytes = reply->read_memory_reply.data.at;
    caller = value_number(bytes + 8, 8);
    if (caller == 0) {
        end_scan(session);
        return;
    }
    add_line(session, caller - 4); /* the call, not what follows it */
    ask_for_frame(session, value_number(bytes, 8));
}

static void take_registers(void *context, const struct protocol_message *reply)
{
    struct session *session = context;
    struct place_scan *scan = &session->place;

    if (reply == NULL || reply->type != MESSAGE_REGISTERS_REPLY) {
        snprintf(scan->found.why, sizeof(scan->found.why), "%s",
                reply == NULL ? "the target does not answer"
                              : "the target does not give this PD's registers");
        end_scan(session);
        return;
    }
    scan->found.pc = reply->registers_reply.pc;
    add_line(session, scan->found.pc);
    ask_for_frame(session, reply->registers_reply.fp);
}

void place_scan_step(struct session *session, int64_t now)
{
    struct protocol_message request = { .type = MESSAGE_REGISTERS_REQUEST };
    struct place_scan *scan = &session->place;

    if (scan->pd == 0 || scan->waits || now < scan->next) {
        return;
    }
    scan->frame = 0;
    scan->found = (struct model_place){ .pd = (unsigned)scan->pd - 1 };
    request.registers_request.pd = (uint16_t)scan->found.pd;
    scan->waits = client_request(session->client, &request, take_registers, session);
}
