/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/debug/gdb_channel.h"

#include <sel4/lionscope.h>

#include <sddf/util/util.h>

#include "gdbstub/target/sel4.h"
#include "microkit/include/microkit/grants.h"
#include "monitor/pd/clock.h"
#include "monitor/pd/link.h"
#include "monitor/pd/log.h"
#include "monitor/protocol/gdb_stream.h"

/*
 * On a slow line so much may be on its way: what the log and the reports have to say waits behind it for a
 * quarter of a second, not until all is sent that GDB has asked for.
 */
#define WAIT_BEHIND 4 /* parts of a second */

static struct session {
    bool open;
    bool lapsed; /* the client of this generation was given up */
    uint8_t generation;
    uint8_t looks;      /* in vain, since the client's last sign of life */
    uint64_t next_look; /* ticks */
    struct gdb_stream stream;
} sessions[SEL4_TARGET_CLIENTS];

static uint32_t rate;

#define TAKE_UP_MS \
    10 /* after a restart: until then the kernel has given up who waited for an answer to a fault */
#define TAKE_UP_EVERY_MS 1000 /* the monitor may have died of what it took up */
#define INACTIVE         0    /* state of the kernel's statistics */

static uint64_t take_up_at = UINT64_MAX; /* ticks */
static uint64_t taken_up_at;             /* the last time, in whichever life */

static void log_of_pd(unsigned pd, const char *text)
{
    log_write_for(LEVEL_WARNING, (uint16_t)pd, text);
}

void gdb_channel_init(uint64_t keep_running, uint64_t hold, uint32_t line_rate)
{
    rate = line_rate;
    sel4_target_init(keep_running, hold, log_of_pd);
}

uint64_t gdb_channel_pd_state(unsigned pd, uint64_t state)
{
    struct target_stop why;

    if (!sel4_target_stopped(pd, &why)) {
        return state;
    }
    switch (why.kind) {
    case STOP_NONE:
        return state;
    case STOP_REQUESTED:
    case STOP_START:
    case STOP_REPLACED:
        return PD_STATE_HELD;
    case STOP_STEP:
    case STOP_SOFTWARE_BREAKPOINT:
    case STOP_HARDWARE_BREAKPOINT:
    case STOP_WATCHPOINT:
        return PD_STATE_BREAKPOINT;
    default:
        return PD_STATE_FAULTED;
    }
}

/* Marked first: a session that this monitor dies of is not tried once more. */
void gdb_channel_end_sessions(void)
{
    take_up_at = clock_now() + clock_hz() / 1000 * TAKE_UP_MS;
    if (taken_up_at != 0) {
        take_up_at = MAX(take_up_at, taken_up_at + clock_hz() / 1000 * TAKE_UP_EVERY_MS);
    }
    for (unsigned i = 0; i < SEL4_TARGET_CLIENTS; i++) {
        if (sessions[i].open) {
            sessions[i].open = false;
            sessions[i].lapsed = true;
            log_write(LEVEL_WARNING,
                    "the debugger's session has ended with the monitor; its PDs go on");
            gdbstub_disconnect(sel4_target_stub(i));
        }
    }
}

static uint64_t milliseconds(uint64_t ticks)
{
    return ticks / (clock_hz() / 1000);
}

static uint64_t look_ticks(void)
{
    return clock_hz() * GDB_FRAME_LOOK_MS / 1000;
}

static void close_session(unsigned number)
{
    if (sessions[number].open) {
        sessions[number].open = false;
        gdbstub_disconnect(sel4_target_stub(number));
    }
}

/* False: the line's queue has no room. */
static bool send_frame(unsigned number, enum gdb_frame_kind kind, const uint8_t *bytes,
        size_t length, uint64_t now)
{
    struct session *session = &sessions[number];
    struct gdb_stream before = session->stream;
    struct gdb_frame frame = {
        .kind = (uint8_t)kind, .session = (uint8_t)number, .generation = session->generation
    };
    uint8_t payload[LINK_PAYLOAD_MAX];

    gdb_stream_send(&session->stream, &frame, length, milliseconds(now));
    gdb_frame_write_header(&frame, payload);
    __builtin_memcpy(payload + GDB_FRAME_HEADER_BYTES, bytes, length);
    if (!link_send_frame(CHANNEL_GDB, payload, GDB_FRAME_HEADER_BYTES + length)) {
        session->stream = before;
        return false;
    }
    return true;
}

/* Comes again and again: it opens a session once, and keeps it open. */
static void keep_session(unsigned number, uint8_t generation, uint64_t now)
{
    struct session *session = &sessions[number];

    if (session->lapsed && session->generation == generation) {
        send_frame(number, GDB_FRAME_CLOSE, NULL, 0, now); /* its breakpoints are gone */
        return;
    }
    if (!session->open || session->generation != generation) {
        close_session(number);
        *session = (struct session){ .open = true, .generation = generation };
        gdbstub_connect(sel4_target_stub(number));
    }
    session->looks = 0;
    session->next_look = now + look_ticks();
}

void gdb_channel_receive(const uint8_t *payload, size_t length, uint64_t now)
{
    struct gdb_frame frame;
    struct session *session;

    if (!gdb_frame_read(payload, length, &frame) || frame.session >= SEL4_TARGET_CLIENTS) {
        return;
    }
    if (frame.kind == GDB_FRAME_ALIVE) {
        keep_session(frame.session, frame.generation, now);
    }
    session = &sessions[frame.session];
    if (!session->open || session->generation != frame.generation) {
        return;
    }
    if (frame.kind == GDB_FRAME_CLOSE) {
        close_session(frame.session);
        return;
    }
    gdbstub_sent(sel4_target_stub(frame.session),
            gdb_stream_take(&session->stream, &frame, milliseconds(now)));
    gdbstub_input(sel4_target_stub(frame.session), frame.bytes, frame.length);
}

static bool is_inactive(unsigned pd)
{
    struct lionscope_tcb_statistics statistics;

    return lionscope_TCB_GetStatistics(BASE_TCB_CAP + microkit_pds[pd].child_id, &statistics)
            == seL4_NoError
            && statistics.state == INACTIVE;
}

/* A child that has faulted, and the monitor had heard of it but come to nothing before it was restarted: it faults again. */
static void take_up_forgotten(void)
{
    struct target_stop why;

    for (unsigned pd = 0; pd < microkit_pds_count && pd < MICROKIT_PDS_MAX; pd++) {
        if (microkit_pds[pd].is_child && !sel4_target_stopped(pd, &why) && is_inactive(pd)) {
            taken_up_at = clock_now();
            log_of_pd(pd, "it stood when the monitor was restarted; it goes on");
            seL4_TCB_Resume(BASE_TCB_CAP + microkit_pds[pd].child_id);
        }
    }
}

void gdb_channel_fault(microkit_child child, microkit_msginfo message)
{
    sel4_target_fault(child, message);
}

/* Bytes in a frame: fewer where the console has asked for short ones. */
static size_t piece_max(void)
{
    return link_limit() - GDB_FRAME_HEADER_BYTES;
}

/* Bytes in flight. */
static size_t window(void)
{
    return rate == 0 ? SIZE_MAX : MAX(rate / WAIT_BEHIND, piece_max());
}

/* Frame by frame, as long as the line takes them; they stay with the stub until acknowledged. */
static void send_output(unsigned number, uint64_t now)
{
    struct session *session = &sessions[number];
    const uint8_t *bytes;
    size_t end = gdbstub_output(sel4_target_stub(number), &bytes);
    size_t at;

    gdb_stream_resend_if_due(&session->stream, milliseconds(now), rate);
    while ((at = gdb_stream_in_flight(&session->stream)) < MIN(end, window())) {
        size_t part = MIN(end - at, piece_max());

        if (!send_frame(number, GDB_FRAME_DATA, bytes + at, part, now)) {
            return; /* goes on when the line has room again */
        }
    }
    if (session->stream.must_acknowledge) {
        send_frame(number, GDB_FRAME_DATA, NULL, 0, now);
    }
}

/* The client has to give a sign of life between one look and the next, most of the time. */
static void look_for_client(unsigned number, uint64_t now)
{
    struct session *session = &sessions[number];

    if (now < session->next_look) {
        return;
    }
    session->next_look = now + look_ticks();
    if (++session->looks >= GDB_FRAME_LOOKS) {
        log_write(LEVEL_WARNING, "the debugger has fallen silent; its PDs go on");
        session->lapsed = true;
        close_session(number);
    }
}

void gdb_channel_tick(uint64_t now)
{
    if (now >= take_up_at) {
        take_up_at = UINT64_MAX;
        take_up_forgotten();
    }
    for (unsigned i = 0; i < SEL4_TARGET_CLIENTS; i++) {
        if (sessions[i].open) {
            look_for_client(i, now);
        }
        if (sessions[i].open) {
            send_output(i, now);
        }
    }
}

uint64_t gdb_channel_next(void)
{
    uint64_t next = take_up_at;

    for (unsigned i = 0; i < SEL4_TARGET_CLIENTS; i++) {
        if (sessions[i].open && sessions[i].next_look < next) {
            next = sessions[i].next_look;
        }
    }
    return next;
}
