/* SPDX-License-Identifier: BSD-2-Clause */
/* What client and stub agree on at the start. */
#include "gdbstub/core/parts.h"

/* Each of these is driven by a test with a real GDB, or, where GDB 13 has no use for it, a unit test. */
static const char features[] = ";QStartNoAckMode+;QNonStop+;vContSupported+;swbreak+;hwbreak+"
                               ";ConditionalBreakpoints+;BreakpointCommands+;binary-upload+"
                               ";qXfer:features:read+;qXfer:threads:read+;qXfer:memory-map:read+"
                               ";qXfer:exec-file:read+;qXfer:siginfo:read+;qXfer:osdata:read+"
                               ";qXfer:libraries:read+";

void handle_supported(struct gdbstub *stub, struct rsp_cursor *args)
{
    rsp_take(args, ":");
    while (!rsp_at_end(args)) {
        struct rsp_cursor feature = rsp_take_until(args, ';');

        if (rsp_take(&feature, "multiprocess+")) {
            stub->multiprocess = true;
        }
    }
    rsp_put(&stub->reply, "PacketSize=");
    rsp_put_number(&stub->reply, RSP_PACKET_MAX);
    rsp_put(&stub->reply, features);
    rsp_put(&stub->reply, stub->multiprocess ? ";multiprocess+" : "");
}

void handle_no_ack(struct gdbstub *stub, struct rsp_cursor *args)
{
    (void)args;
    stub->acknowledge = false;
    reply_ok(stub);
}

void handle_extended(struct gdbstub *stub, struct rsp_cursor *args)
{
    (void)args;
    stub->extended = true;
    reply_ok(stub);
}

/* Going over to all-stop, what runs is stopped when the client asks for the reason of its halt. */
void handle_non_stop(struct gdbstub *stub, struct rsp_cursor *args)
{
    uint64_t on;

    if (!rsp_take_number(args, &on) || on > 1 || !rsp_at_end(args)) {
        reply_error(stub, ERROR_MALFORMED);
        return;
    }
    stub->non_stop = on != 0;
    stub->notified = false;
    reply_ok(stub);
}
