/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Call and ReplyRecv. One-way figures come from a pair of threads in two address spaces of the same
 * image: time stamps cannot be taken in both without a cost, so the round trip is measured without
 * any, and what the stamped ways take beyond it is shared between them. What the two spend on
 * loading registers is measured with a nop for the svc, and taken off.
 */
#include <sel4/invocation.h>

#include "tests/bench/bench.h"

/* One call that the rows differ in. */
struct call_case {
    const char *call_name;
    const char *reply_name;
    const char *round_name;
    word info;       /* of the message, and of the answer */
    bool is_passive; /* the server runs on what its caller lends it */
    bool uses_fpu;   /* both do */
};

static void touch_fpu(void)
{
    __asm__ volatile("fmov d0, xzr" ::: "v0");
}

/* arguments: endpoint, info word of the answers. */
static void serve(word endpoint, word reply, word info)
{
    struct registers first;

    thread_recv(endpoint, reply, &first);
    for (;;) {
        do_reply_recv(endpoint, info, 0, reply);
    }
}

/* As above; sums up the time of each call in `accumulated`. */
static void serve_stamping(word endpoint, word reply, word info)
{
    struct registers first;

    thread_recv(endpoint, reply, &first);
    for (;;) {
        accumulated += counter() - stamp;
        stamp = counter();
        do_reply_recv(endpoint, info, 0, reply);
    }
}

static volatile word server_info;
static volatile bool server_uses_fpu;

static void server(word endpoint, word reply)
{
    if (server_uses_fpu) {
        touch_fpu();
    }
    serve(endpoint, reply, server_info);
}

static void stamping_server(word endpoint, word reply)
{
    if (server_uses_fpu) {
        touch_fpu();
    }
    serve_stamping(endpoint, reply, server_info);
}

static struct bench_thread start_server(
        void (*function)(word, word), word endpoint, word reply, const struct call_case *call)
{
    server_info = call->info;
    server_uses_fpu = call->uses_fpu;

    struct bench_thread thread = spawn(function, 100, endpoint, reply, 0, new_vspace());

    let_it_block(thread.tcb);
    if (call->is_passive) {
        must("unbind", seL4_SchedContext_Unbind(thread.sc));
    }
    return thread;
}

static word ticks_of_round_trips(word endpoint, word info)
{
    do_call(endpoint, info, 0);

    word start = counter();
    for (word i = 0; i < ROUNDS; i++) {
        do_call(endpoint, info, 0);
    }
    return counter() - start;
}

DEFINE_CALL(skip_call, "nop")
DEFINE_REPLY_RECV(skip_reply_recv, "nop")

/* The same in both loops of a round trip, with nothing between caller and server. */
static word ticks_of_user_code(word endpoint, word info)
{
    word start = counter();

    for (word i = 0; i < ROUNDS; i++) {
        skip_call(endpoint, info, 0);
    }
    for (word i = 0; i < ROUNDS; i++) {
        skip_reply_recv(endpoint, info, 0, endpoint);
    }
    return counter() - start;
}

/* ---- the caller ---- */

/*
 * Three instructions a step. Rounds that all took the same time would be stamped at one phase of the
 * counter's ticks, which have sixteen, and one way would seem longer than it is; with one step more
 * from round to round all phases come, whatever a round takes.
 */
static inline void shift_phase(word steps)
{
    __asm__ volatile("1:\n\tcbz %0, 2f\n\tsub %0, %0, #1\n\tb 1b\n2:" : "+r"(steps));
}

static const struct call_case *current_case;
static word quick_endpoint;
static word stamping_endpoint;
static volatile word round_ticks;
static volatile word call_ticks;
static volatile word back_ticks;

/* A thread of its own, so that the root's FPU and CSpace stay as they are. It ends by a fault. */
static void caller(word unused, word unused_too)
{
    (void)unused;
    (void)unused_too;
    if (current_case->uses_fpu) {
        touch_fpu();
    }
    round_ticks = ticks_of_round_trips(quick_endpoint, current_case->info)
            - ticks_of_user_code(quick_endpoint, current_case->info);
    stamp = counter();
    do_call(stamping_endpoint, current_case->info, 0);
    accumulated = 0;
    word back = 0;
    for (word i = 0; i < ROUNDS; i++) {
        shift_phase(i % INSTRUCTIONS_PER_TICK);
        stamp = counter();
        do_call(stamping_endpoint, current_case->info, 0);
        back += counter() - stamp;
    }
    call_ticks = accumulated;
    back_ticks = back;
    accumulated = 0;
    __asm__ volatile(".inst 0");
}

static void report_split(const struct call_case *call)
{
    word both = call_ticks + back_ticks;
    word surplus = both > round_ticks ? (both - round_ticks) / 2 : 0;

    report(call->round_name, round_ticks, ROUNDS, 0);
    report(call->call_name, call_ticks - surplus, ROUNDS, 0);
    report(call->reply_name, back_ticks - surplus, ROUNDS, 0);
}

static void bench_call(const struct call_case *call)
{
    quick_endpoint = object_new(seL4_EndpointObject, 0);
    stamping_endpoint = object_new(seL4_EndpointObject, 0);
    current_case = call;

    struct bench_thread quick =
            start_server(server, quick_endpoint, object_new(seL4_ReplyObject, 0), call);
    struct bench_thread stamping =
            start_server(stamping_server, stamping_endpoint, object_new(seL4_ReplyObject, 0), call);
    struct bench_thread client = spawn(caller, 100, 0, 0, 0, ROOT_VSPACE);

    let_it_block(client.tcb);
    report_split(call);
    must("suspend", seL4_TCB_Suspend(quick.tcb));
    must("suspend", seL4_TCB_Suspend(stamping.tcb));
}

void bench_calls(void)
{
    static const struct call_case cases[] = {
        { "call_0_words", "reply_recv_0_words", "call_round_trip_passive_0", 0, true, false },
        { "call_fpu_0_words", "reply_recv_fpu_0_words", "call_round_trip_fpu_0", 0, true, true },
        { "call_4_words", "reply_recv_4_words", "call_round_trip_passive_4", 4, true, false },
        { "call_10_words", "reply_recv_10_words", "call_round_trip_passive_10", 10, true, false },
        { "call_active_0_words", "reply_recv_active_0_words", "call_round_trip_active_0", 0, false,
                false },
    };

    for (word i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_call(&cases[i]);
    }
}

/* ---- through two CNodes, as PDs of Microkit call ---- */

#define LEVEL_BITS 6
#define INNER_SLOT 1 /* of the outer CNode */
#define CALL_SLOT  5 /* of the inner one */

static void two_level_caller(word cptr, word info)
{
    round_ticks = ticks_of_round_trips(cptr, info) - ticks_of_user_code(cptr, info);
    __asm__ volatile(".inst 0");
}

static void bench_two_level_cspace(void)
{
    static const struct call_case plain = { .is_passive = true };
    word endpoint = object_new(seL4_EndpointObject, 0);
    word outer = object_new(seL4_CapTableObject, LEVEL_BITS);
    word inner = object_new(seL4_CapTableObject, LEVEL_BITS);
    word guard = seL4_CNode_CapData_new(0, 64 - 2 * LEVEL_BITS).words[0];
    struct bench_thread quick =
            start_server(server, endpoint, object_new(seL4_ReplyObject, 0), &plain);
    struct bench_thread client =
            spawn(two_level_caller, 100, INNER_SLOT << LEVEL_BITS | CALL_SLOT, 0, 0, ROOT_VSPACE);

    must("copy",
            seL4_CNode_Copy(
                    inner, CALL_SLOT, LEVEL_BITS, ROOT_CNODE, endpoint, 64, seL4_AllRights));
    must("copy",
            seL4_CNode_Copy(outer, INNER_SLOT, LEVEL_BITS, ROOT_CNODE, inner, 64, seL4_AllRights));
    must("space", seL4_TCB_SetSpace(client.tcb, 0, outer, guard, ROOT_VSPACE, 0));
    let_it_block(client.tcb);
    report("call_round_trip_two_level_cspace", round_ticks, ROUNDS, 0);
    must("suspend", seL4_TCB_Suspend(quick.tcb));
}

/* ---- with a capability in the message: the server has to empty its slot again ---- */

#define CAPABILITY_IN_MESSAGE (1 << 7)

static word received_slot;

static void capability_server(word endpoint, word reply)
{
    struct registers first;

    thread_recv(endpoint, reply, &first);
    for (;;) {
        accumulated += counter() - stamp;
        struct registers delete = { { ROOT_CNODE, (word)CNodeDelete << 12 | 2, received_slot, 64, 0,
                0, 0, (word)seL4_SysCall } };
        raw_syscall(&delete);
        do_reply_recv(endpoint, 0, 0, reply);
    }
}

static void capability_caller(word endpoint, word unused)
{
    (void)unused;
    for (word i = 0; i < ROUNDS; i++) {
        stamp = counter();
        do_call(endpoint, CAPABILITY_IN_MESSAGE, 0);
    }
    __asm__ volatile(".inst 0");
}

static void bench_call_with_capability(void)
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct bench_thread server_thread = spawn(
            capability_server, 100, endpoint, object_new(seL4_ReplyObject, 0), 0, new_vspace());
    struct bench_thread client = spawn(capability_caller, 100, endpoint, 0, 0, ROOT_VSPACE);

    received_slot = slot_new();
    server_thread.buffer->receiveCNode = ROOT_CNODE;
    server_thread.buffer->receiveIndex = received_slot;
    server_thread.buffer->receiveDepth = 64;
    client.buffer->caps_or_badges[0] = object_new(seL4_NotificationObject, 0);
    let_it_block(server_thread.tcb);
    must("unbind", seL4_SchedContext_Unbind(server_thread.sc));
    accumulated = 0;
    let_it_block(client.tcb);
    report_stamped("call_with_capability", ROUNDS);
    must("suspend", seL4_TCB_Suspend(server_thread.tcb));
}

void bench_call_variants(void)
{
    bench_two_level_cspace();
    bench_call_with_capability();
}
