/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/debug/gdb_channel.h"

#include "gdbstub/target/sel4.h"
#include "monitor/pd/clock.h"
#include "monitor/pd/link.h"
#include "monitor/pd/log.h"
#include "monitor/protocol/gdb_frame.h"

static struct session {
    bool open;
    uint8_t generation;
    uint64_t lease_end; /* ticks */
} sessions[SEL4_TARGET_CLIENTS];

static void log_of_pd(unsigned pd, const char *text)
{
    log_write_for(LEVEL_WARNING, (uint16_t)pd, text);
}

void gdb_channel_init(uint64_t keep_running)
{
    sel4_target_init(keep_running, log_of_pd);
}

static void close_session(unsigned number)
{
    if (sessions[number].open) {
        sessions[number].open = false;
        gdbstub_disconnect(sel4_target_stub(number));
    }
}

/* Sent again and again: it opens a session once, and keeps it open. */
static void keep_session(unsigned number, uint8_t generation, uint64_t now)
{
    struct session *session = &sessions[number];

    if (!session->open || session->generation != generation) {
        close_session(number);
        session->open = true;
        session->generation = generation;
        gdbstub_connect(sel4_target_stub(number));
    }
    session->lease_end = now + clock_hz() * GDB_FRAME_LEASE_MS / 1000;
}

void gdb_channel_receive(const uint8_t *payload, size_t length, uint64_t now)
{
    unsigned number = length == 0 ? SEL4_TARGET_CLIENTS : GDB_FRAME_SESSION(payload[0]);

    if (number >= SEL4_TARGET_CLIENTS) {
        return;
    }
    switch (GDB_FRAME_KIND(payload[0])) {
    case GDB_FRAME_DATA:
        if (sessions[number].open) {
            gdbstub_input(sel4_target_stub(number), payload + 1, length - 1);
        }
        break;
    case GDB_FRAME_ALIVE:
        if (length == 2) {
            keep_session(number, payload[1], now);
        }
        break;
    case GDB_FRAME_CLOSE:
        close_session(number);
        break;
    default:
        break;
    }
}

void gdb_channel_fault(microkit_child child, microkit_msginfo message)
{
    sel4_target_fault(child, message);
}

/* Frame by frame, as long as the line takes them. */
static void send_output(unsigned number)
{
    uint8_t frame[LINK_PAYLOAD_MAX];
    const uint8_t *bytes;
    size_t length;

    while ((length = gdbstub_output(sel4_target_stub(number), &bytes)) != 0) {
        size_t part = length < sizeof(frame) - 1 ? length : sizeof(frame) - 1;

        frame[0] = GDB_FRAME_HEADER(GDB_FRAME_DATA, number);
        __builtin_memcpy(frame + 1, bytes, part);
        if (!link_send_frame(CHANNEL_GDB, frame, part + 1)) {
            return; /* goes on when the line has room again */
        }
        gdbstub_sent(sel4_target_stub(number), part);
    }
}

void gdb_channel_tick(uint64_t now)
{
    for (unsigned i = 0; i < SEL4_TARGET_CLIENTS; i++) {
        if (sessions[i].open && now >= sessions[i].lease_end) {
            log_write(LEVEL_WARNING, "the debugger has fallen silent; its PDs go on");
            close_session(i);
        }
        send_output(i);
    }
}

uint64_t gdb_channel_next(void)
{
    uint64_t next = UINT64_MAX;

    for (unsigned i = 0; i < SEL4_TARGET_CLIENTS; i++) {
        if (sessions[i].open && sessions[i].lease_end < next) {
            next = sessions[i].lease_end;
        }
    }
    return next;
}
