/* SPDX-License-Identifier: BSD-2-Clause */
/* Short forms of what many cases do. */
#include "tests/system/console.h"
#include "tests/system/harness.h"

/* ---- capabilities ---- */

word copy_to(word dest, word src)
{
    return seL4_CNode_Copy(
            ROOT_CNODE, dest, ROOT_DEPTH, ROOT_CNODE, src, ROOT_DEPTH, seL4_AllRights);
}

word mint_to(word dest, word src, word badge)
{
    return seL4_CNode_Mint(
            ROOT_CNODE, dest, ROOT_DEPTH, ROOT_CNODE, src, ROOT_DEPTH, seL4_AllRights, badge);
}

word cap_copy(word src, seL4_CapRights_t rights)
{
    word dest = slot_new();

    if (seL4_CNode_Copy(ROOT_CNODE, dest, ROOT_DEPTH, ROOT_CNODE, src, ROOT_DEPTH, rights)
            != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "a capability cannot be copied", 0, src);
    }
    return dest;
}

word cap_mint(word src, word badge)
{
    word dest = slot_new();

    if (mint_to(dest, src, badge) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "a capability cannot be minted", 0, src);
    }
    return dest;
}

bool slot_is_empty(word slot)
{
    word spare = slot_new();
    bool empty = copy_to(spare, slot) == seL4_FailedLookup;

    seL4_CNode_Delete(ROOT_CNODE, spare, ROOT_DEPTH);
    return empty;
}

word invoke(word cap, word label, word caps, word length)
{
    return seL4_MessageInfo_get_label(seL4_Call(cap, seL4_MessageInfo_new(label, 0, caps, length)));
}

word invoke_with(
        word cap, word label, word caps, word length, word mr0, word mr1, word mr2, word mr3)
{
    seL4_SetMR(0, mr0);
    seL4_SetMR(1, mr1);
    seL4_SetMR(2, mr2);
    seL4_SetMR(3, mr3);
    return invoke(cap, label, caps, length);
}

/* ---- threads ---- */

static void make_one_call(struct thread *thread)
{
    raw_syscall(&thread->registers);
    thread->stage = 1;
}

struct thread *thread_syscall(
        struct registers registers, word priority, int with_sc, word fault_endpoint)
{
    struct thread *thread =
            thread_prepare(make_one_call, priority, with_sc, fault_endpoint, 0, 0, 0);

    thread->registers = registers;
    return thread;
}

struct registers call_registers(
        word cap, word label, word caps, word length, word mr0, word mr1, word mr2, word mr3)
{
    return (struct registers){ { cap, label << 12 | caps << 7 | length, mr0, mr1, mr2, mr3, 0,
            (word)seL4_SysCall } };
}

struct registers receive_registers(word number, word source, word reply)
{
    return (struct registers){ { source, 0, 0, 0, 0, 0, reply, number } };
}

static struct thread *resume(struct thread *thread)
{
    seL4_TCB_Resume(thread->tcb);
    let_others_run(300);
    return thread;
}

struct thread *thread_do(struct registers registers)
{
    return resume(thread_syscall(registers, 100, WITH_SC, 0));
}

struct thread *thread_do_handled(struct registers registers, const struct handler *handler)
{
    return resume(thread_syscall(registers, 100, WITH_SC, handler->endpoint));
}

word thread_error(const struct thread *thread)
{
    return thread->stage == 0 ? (word)-1 : thread->registers.x[1] >> 12;
}

bool thread_is_blocked(const struct thread *thread)
{
    word unconfigured = object_new(seL4_SchedContextObject, 7);
    bool has_its_own = thread->sc != 0
            && seL4_SchedContext_UnbindObject(thread->sc, thread->tcb) == seL4_NoError;
    word error;

    /* A context without budget may be bound to any thread but a blocked one. */
    error = seL4_SchedContext_Bind(unconfigured, thread->tcb);
    seL4_SchedContext_Unbind(unconfigured);
    if (has_its_own) {
        seL4_SchedContext_Bind(thread->sc, thread->tcb);
    }
    return error == seL4_IllegalOperation;
}

/* ---- memory ---- */

static void touch(struct thread *thread)
{
    word vaddr = thread->arguments[0];

    if (thread->arguments[1] == READ) {
        thread->result[0] = *(volatile word *)vaddr;
    } else if (thread->arguments[1] == WRITE) {
        *(volatile word *)vaddr = 1;
    } else {
        ((void (*)(void))vaddr)();
    }
    thread->stage = 1;
}

bool access_faults(word vaddr, enum access access)
{
    struct handler handler = handler_new();
    struct thread *thread =
            thread_start(touch, 100, WITH_SC, handler.endpoint, vaddr, (word)access, 0);

    let_others_run(300);
    return thread->stage == 0;
}

word map_table(word vspace, word vaddr)
{
    return seL4_ARM_PageTable_Map(object_new(seL4_ARM_PageTableObject, 0), vspace, vaddr, 0);
}

word vspace_with_image(void)
{
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);
    word error = seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, vspace);
    word vaddr = image_start();

    for (int level = 0; level < 3; level++) {
        error |= map_table(vspace, vaddr);
    }
    for (word frame = boot_info->userImageFrames.start; frame < boot_info->userImageFrames.end;
            frame++) {
        error |= seL4_ARM_Page_Map(cap_copy(frame, seL4_AllRights), vspace, vaddr, seL4_ReadWrite,
                seL4_ARM_Default_VMAttributes);
        vaddr += 1UL << seL4_PageBits;
    }
    if (error != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "the image cannot be mapped", 0, error);
    }
    return vspace;
}

/* ---- threads that count ---- */

void count_up(struct thread *thread)
{
    for (;;) {
        thread->result[0]++;
    }
}

void count_yields(struct thread *thread)
{
    struct registers yield = { { 0, 0, 0, 0, 0, 0, 0, (word)seL4_SysYield } };

    for (;;) {
        thread->result[0]++;
        raw_syscall(&yield);
    }
}

/* ---- servers without scheduling context, and their clients ---- */

static void serve(struct thread *thread)
{
    word endpoint = thread->arguments[0], reply = thread->arguments[1];
    struct registers message;

    thread_recv(endpoint, reply, &message);
    for (;;) {
        word answer = message.x[2] + 1;

        thread->result[0]++;
        if (thread->arguments[2] != 0) {
            thread_wait(thread->arguments[2]);
        }
        if (thread->arguments[3] != 0) {
            answer = thread_call(thread->arguments[3], 0, 1, answer, 0);
        }
        thread_reply_recv(endpoint, reply, 1, answer, &message);
    }
}

static struct thread *start_server(
        word endpoint, word reply, word notification, word next, word priority)
{
    struct thread *thread =
            thread_prepare(serve, priority, WITH_SC, 0, endpoint, reply, notification);

    thread->arguments[3] = next;
    resume(thread);
    if (seL4_SchedContext_Unbind(thread->sc) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "a server cannot be made passive", 0, 0);
    }
    return thread;
}

struct thread *passive_server(word endpoint, word reply, word priority)
{
    return start_server(endpoint, reply, 0, 0, priority);
}

struct thread *holding_server(word endpoint, word reply, word notification, word priority)
{
    return start_server(endpoint, reply, notification, 0, priority);
}

struct thread *asking_server(word endpoint, word reply, word next, word priority)
{
    return start_server(endpoint, reply, 0, next, priority);
}

struct thread *client_call(word endpoint, word mr0)
{
    return thread_do(call_registers(endpoint, 0, 0, 1, mr0, 0, 0, 0));
}

bool thread_has_context(const struct thread *thread)
{
    word sc = object_new(seL4_SchedContextObject, 7);
    word error;

    /* A configured context can be bound to every thread that has none. */
    seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 1000, 1000, 0, 0);
    error = seL4_SchedContext_Bind(sc, thread->tcb);
    if (error == seL4_NoError) {
        seL4_SchedContext_Unbind(sc);
    }
    return error == seL4_IllegalOperation;
}

/* ---- times ---- */

#define SAMPLES 300

static word slack;

/* A kernel that checks itself takes longer, and now and then much longer. */
void time_slack_measure(void)
{
    word worst = 0, sum = 0;

    for (int i = 0; i < SAMPLES; i++) {
        word when = counter() + US_TO_TICKS(30);

        let_others_run_until(when);
        word late = counter() - when;
        sum += late;
        worst = late > worst ? late : worst;
    }
    slack = 5 + (2 * sum / SAMPLES + worst) * 10 / TICKS_PER_US_X10;
}

word time_slack(void)
{
    return slack;
}

bool close_to(word expected, word value)
{
    return (value > expected ? value - expected : expected - value) <= time_slack();
}

#define BREAK_TICKS US_TO_TICKS(4)

void log_until(struct run_log *log, word when)
{
    word last = counter();
    word at = log->count++;

    log->runs[at].start = last;
    while (last < when) {
        word now = counter();

        if (now - last > BREAK_TICKS) {
            log->runs[at].end = last;
            if (log->count == RUNS) {
                return;
            }
            at = log->count++;
            log->runs[at].start = now;
        }
        last = now;
        log->runs[at].end = now;
    }
}

void log_runs(struct thread *thread)
{
    log_until((struct run_log *)thread->arguments[0], ~0UL);
    thread_stop(thread);
}

/* Microseconds run between two times. */
static word time_run(const struct run_log *log, word from, word to)
{
    word sum = 0;

    for (word i = 0; i < log->count; i++) {
        word start = log->runs[i].start > from ? log->runs[i].start : from;
        word end = log->runs[i].end < to ? log->runs[i].end : to;

        sum += end > start ? end - start : 0;
    }
    return sum * 10 / TICKS_PER_US_X10;
}

bool schedule_is(
        const char *file, int line, const struct run_log *log, const word *bounds, word count)
{
    const word base = log->runs[0].start;

    for (word i = 0; i + 1 < count; i++) {
        word us = bounds[i + 1] - bounds[i];
        bool runs = i % 2 == 0;
        word from = base + US_TO_TICKS(bounds[i] + slack);
        word to = base + US_TO_TICKS(bounds[i] + us - slack);
        word expected = runs ? us - 2 * slack : 0;
        word actual = time_run(log, from, to);

        if (us > 2 * slack && (runs ? actual + slack < expected : actual != 0)) {
            case_fail(file, line, "microseconds run", expected, actual);
            console_print("#   in the interval from %u to %u us; it ran", bounds[i], bounds[i + 1]);
            for (word k = 0; k < log->count; k++) {
                console_print(" %u-%u", (log->runs[k].start - base) * 10 / TICKS_PER_US_X10,
                        (log->runs[k].end - base) * 10 / TICKS_PER_US_X10);
            }
            console_print("\n");
            return false;
        }
    }
    return true;
}

/* ---- faults ---- */

struct handler handler_new(void)
{
    return (struct handler){ object_new(seL4_EndpointObject, 0), object_new(seL4_ReplyObject, 0),
        { { 0 } }, 0 };
}

word next_fault(struct handler *handler)
{
    handler->info = seL4_Recv(handler->endpoint, &handler->badge, handler->reply);
    return seL4_MessageInfo_get_label(handler->info);
}

void answer(struct handler *handler, word label, word length)
{
    seL4_Send(handler->reply, seL4_MessageInfo_new(label, 0, 0, length));
    let_others_run(300);
}
