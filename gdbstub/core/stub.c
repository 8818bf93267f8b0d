/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of packets, and the way of a packet through the stub. */
#include "gdbstub/core/parts.h"

static void handle_nothing(struct gdbstub *stub, struct rsp_cursor *args)
{
    (void)args;
    reply_ok(stub);
}

/* The first name that the packet begins with counts; what has no name here gets an empty answer. */
static const struct {
    const char *name;
    packet_handler_t *handle;
} packets[] = {
    { "!", handle_extended },
    { "?", handle_reason },
    { "D", handle_detach },
    { "G", handle_write_all },
    { "H", handle_select },
    { "M", handle_write_hex },
    { "P", handle_write_register },
    { "QNonStop:", handle_non_stop },
    { "QStartNoAckMode", handle_no_ack },
    { "T", handle_alive },
    { "X", handle_write_binary },
    { "Z", handle_insert },
    { "C", handle_resume },
    { "S", handle_resume },
    { "c", handle_resume },
    { "g", handle_read_all },
    { "k", handle_kill_all },
    { "m", handle_read_hex },
    { "p", handle_read_register },
    { "qAttached", handle_is_attached },
    { "qCRC:", handle_crc },
    { "qC", handle_current },
    { "qRcmd,", handle_monitor },
    { "qSupported", handle_supported },
    { "qSymbol:", handle_nothing },
    { "qThreadExtraInfo,", handle_extra_info },
    { "qXfer:", handle_transfer },
    { "qfThreadInfo", handle_first_threads },
    { "qsThreadInfo", handle_more_threads },
    { "s", handle_resume },
    { "vAttach;", handle_attach },
    { "vCont?", handle_vcont_query },
    { "vCont;", handle_vcont },
    { "vCtrlC", handle_interrupt },
    { "vKill;", handle_kill },
    { "vRun;", handle_run },
    { "vStopped", handle_more_stops },
    { "x", handle_read_binary },
    { "z", handle_remove },
};

void reply_ok(struct gdbstub *stub)
{
    rsp_put(&stub->reply, "OK");
}

void reply_error(struct gdbstub *stub, enum stub_error error)
{
    uint8_t number = (uint8_t)error;

    stub->reply.length = 0;
    rsp_put_byte(&stub->reply, 'E');
    rsp_put_hex(&stub->reply, &number, 1);
}

void send_reply(struct gdbstub *stub)
{
    if (stub->reply.too_long) {
        stub->reply.too_long = false;
        reply_error(stub, ERROR_NO_ROOM);
    }
    rsp_queue_packet(&stub->queue, '$', stub->reply.bytes, stub->reply.length);
    stub->reply.length = 0;
}

void stub_print(struct gdbstub *stub, unsigned pd, const char *text, size_t length)
{
    stub->target->log(stub->target, pd, text, length);
    if (!stub->non_stop && stub->waiting) {
        stub->reply.length = 0;
        rsp_put(&stub->reply, "O");
        rsp_put_hex(&stub->reply, text, length);
        send_reply(stub);
    }
}

static void begin_reply(struct gdbstub *stub)
{
    stub->reply.length = 0;
    stub->reply.too_long = false;
    stub->silent = false;
}

static void take_packet(struct gdbstub *stub)
{
    struct rsp_cursor args = { stub->receiver.payload,
        stub->receiver.payload + stub->receiver.length };

    begin_reply(stub);
    for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
        if (rsp_take(&args, packets[i].name)) {
            packets[i].handle(stub, &args);
            break;
        }
    }
    if (!stub->silent) {
        send_reply(stub);
    }
    deliver_stops(stub);
}

/* The interrupt byte means the same as vCtrlC, but is not answered. */
static void take_interrupt(struct gdbstub *stub)
{
    struct rsp_cursor nothing = { NULL, NULL };

    begin_reply(stub);
    handle_interrupt(stub, &nothing);
    deliver_stops(stub);
}

static void take_event(struct gdbstub *stub, enum rsp_event event)
{
    switch (event) {
    case RSP_PACKET:
        if (stub->acknowledge) {
            rsp_queue_byte(&stub->queue, '+');
        }
        take_packet(stub);
        break;
    case RSP_DAMAGED:
        if (stub->acknowledge) {
            rsp_queue_byte(&stub->queue, '-');
        }
        break;
    case RSP_INTERRUPT:
        take_interrupt(stub);
        break;
    case RSP_RESEND:
        /* The packet that was sent last still stands in the queue's memory. */
        if (stub->acknowledge && stub->queue.start == stub->queue.end) {
            rsp_queue_resend(&stub->queue);
        }
        break;
    case RSP_NOTHING:
        break;
    }
}

void gdbstub_input(struct gdbstub *stub, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length && stub->connected; i++) {
        take_event(stub, rsp_receive(&stub->receiver, bytes[i]));
    }
}

size_t gdbstub_output(const struct gdbstub *stub, const uint8_t **bytes)
{
    *bytes = stub->queue.bytes + stub->queue.start;
    return stub->queue.end - stub->queue.start;
}

void gdbstub_sent(struct gdbstub *stub, size_t length)
{
    stub->queue.start += at_most(length, stub->queue.end - stub->queue.start);
}

void gdbstub_init(struct gdbstub *stub, struct target *target)
{
    bytes_clear(stub, sizeof(*stub));
    stub->target = target;
}

void gdbstub_connect(struct gdbstub *stub)
{
    gdbstub_disconnect(stub);
    gdbstub_init(stub, stub->target);
    stub->connected = true;
    stub->acknowledge = true;
    stub->current = -1;
    stub->resumed = -1;
    stub->told = -1;
}

void gdbstub_disconnect(struct gdbstub *stub)
{
    detach_all(stub);
    stub->connected = false;
    stub->queue.start = stub->queue.end = 0;
}
