/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/observe/invariants.h"

#if defined(KERNEL_CHECK_INVARIANTS_ON) && defined(CONFIG_DEBUG_BUILD)
#include "kernel/src/core/ready_queue.h"
#include "kernel/src/object/call_stack.h"
#include "kernel/src/object/endpoint_queue.h"
#include "kernel/src/object/ipc_objects.h"

#define INVARIANT(name, condition) \
    ((condition) ? (void)0 : kernel_assert_failed(name ": " #condition, __FILE__, __LINE__))

#define SMALL_CSPACE_RADIX 8
/* Walking queues of priorities and CSpaces takes long: a part of them is checked now and then. */
#define CHECK_PART_EVERY 16

static void check_state(const struct tcb *tcb)
{
    switch ((enum thread_state)tcb->state) {
    case THREAD_INACTIVE:
        INVARIANT("T1", tcb->in_queue == IN_NO_QUEUE);
        INVARIANT("R1", tcb->reply == NULL);
        break;
    case THREAD_RUNNING:
    case THREAD_RESTART:
        INVARIANT("T1", tcb->in_queue != IN_WAIT_QUEUE);
        INVARIANT("R1", tcb->reply == NULL);
        break;
    case THREAD_BLOCKED_ON_SEND:
    case THREAD_BLOCKED_ON_NOTIFICATION:
        INVARIANT("T1", tcb->in_queue == IN_WAIT_QUEUE);
        INVARIANT("R1", tcb->reply == NULL);
        break;
    case THREAD_BLOCKED_ON_RECEIVE:
        INVARIANT("T1", tcb->in_queue == IN_WAIT_QUEUE);
        break;
    case THREAD_BLOCKED_ON_REPLY:
        INVARIANT("T1", tcb->in_queue == IN_NO_QUEUE);
        INVARIANT("R1", tcb->reply != NULL);
        break;
    case THREAD_IDLE:
        INVARIANT("T1", tcb == &idle_thread);
        break;
    }
    if (tcb == this_core->current) {
        INVARIANT("T1", tcb->in_queue == IN_NO_QUEUE);
    } else if (thread_is_schedulable(tcb)) {
        INVARIANT("T1", tcb->in_queue == IN_READY_QUEUE);
    }
}

static void check_refills(struct sched_context *sc)
{
    ticks_t sum = 0;

    INVARIANT("B1", sc->refill_count >= 1 && sc->refill_count <= sc->refill_max);
    for (unsigned i = 0; i < sc->refill_count; i++) {
        sum += sc_refill(sc, i)->amount;
        if (i > 0 && !sc_is_round_robin(sc)) {
            const struct refill *previous = sc_refill(sc, i - 1);

            INVARIANT("B2", previous->time + previous->amount <= sc_refill(sc, i)->time);
        }
    }
    INVARIANT("B3", sum == sc->budget);
    if (!sc_is_round_robin(sc)) {
        INVARIANT("B4", sc_head(sc)->amount >= MIN_BUDGET);
    }
}

static void check_call_stack(const struct sched_context *sc)
{
    const struct reply *reply = sc->call_stack;

    if (reply != NULL) {
        INVARIANT("R2", reply->up_and_head == ((word_t)(uintptr_t)sc | REPLY_IS_HEAD));
    }
    for (unsigned depth = 0; reply != NULL && depth < 64; depth++, reply = reply->down) {
        INVARIANT("R1", reply->tcb != NULL && reply->tcb->state == THREAD_BLOCKED_ON_REPLY);
        if (reply->down != NULL) {
            INVARIANT("R3", reply->down->up_and_head == (word_t)(uintptr_t)reply);
        }
    }
}

static void check_partners(struct tcb *tcb)
{
    if (tcb->bound_notification != NULL) {
        INVARIANT("N1", tcb->bound_notification->bound_tcb == tcb);
        if (tcb->bound_notification->sc != NULL) {
            INVARIANT("N2", tcb->bound_notification->sc->notification == tcb->bound_notification);
        }
    }
    if (tcb->reply != NULL) {
        INVARIANT("R1", tcb->reply->tcb == tcb);
    }
    if (tcb->yield_to != NULL) {
        INVARIANT("S2", tcb->yield_to->yield_from == tcb);
    }
    if (tcb->sc != NULL) {
        INVARIANT("S1", tcb->sc->tcb == tcb);
        check_call_stack(tcb->sc);
        if (sc_is_active(tcb->sc)) {
            check_refills(tcb->sc);
        }
    }
}

/* Links and order of the queue this waiting thread is in; what it waits on must know it. */
static void check_wait_queue(const struct tcb *waiter, struct wait_queue queue)
{
    const struct tcb *previous = NULL;
    bool found = false;

    for (const struct tcb *tcb = queue.head; tcb != NULL; tcb = tcb->queue_next) {
        INVARIANT("T1", tcb->queue_prev == previous);
        INVARIANT("T1", tcb->blocked_on == waiter->blocked_on && tcb->state == waiter->state);
        if (previous != NULL) {
            INVARIANT("T1", previous->priority >= tcb->priority);
        }
        found = found || tcb == waiter;
        previous = tcb;
    }
    INVARIANT("T1", queue.tail == previous && found);
}

static void check_waiting(const struct tcb *tcb)
{
    if (tcb->state == THREAD_BLOCKED_ON_NOTIFICATION) {
        const struct notification *ntfn = tcb->blocked_on;

        INVARIANT("T1", ntfn->kind == QUEUE_RECEIVERS);
        check_wait_queue(tcb, ntfn->queue);
    } else if (tcb->in_queue == IN_WAIT_QUEUE) {
        const struct endpoint *endpoint = tcb->blocked_on;
        enum queue_kind kind =
                tcb->state == THREAD_BLOCKED_ON_SEND ? QUEUE_SENDERS : QUEUE_RECEIVERS;

        INVARIANT("T1", endpoint_kind(endpoint) == kind);
        check_wait_queue(tcb, endpoint_queue(endpoint));
    }
}

static void check_ready_queue(word_t domain, word_t priority)
{
    const struct ready_queue *queue = &ready_queues[domain][priority];
    const struct ready_bitmap *bitmap = &ready_bitmaps[domain];
    bool marked = bitmap->words[priority / WORD_BITS] >> priority % WORD_BITS & 1;
    const struct tcb *previous = NULL;

    INVARIANT("T1", marked == (queue->head != NULL));
    for (const struct tcb *tcb = queue->head; tcb != NULL; tcb = tcb->queue_next) {
        INVARIANT("T1", tcb->queue_prev == previous && tcb->in_queue == IN_READY_QUEUE);
        INVARIANT("T1", tcb->domain == domain && tcb->priority == priority);
        INVARIANT("T1", thread_is_schedulable(tcb));
        previous = tcb;
    }
    INVARIANT("T1", queue->tail == previous);
}

/* Q1: the scheduler's shortcut is right. */
static void check_highest_ready(void)
{
    sword_t highest = NUM_PRIORITIES - 1;

    while (highest >= 0 && ready_queues[this_core->domain][highest].head == NULL) {
        highest--;
    }
    INVARIANT("Q1", this_core->highest_ready == highest);
}

static void check_release_queue(void)
{
    const struct tcb *previous = NULL;

    for (const struct tcb *tcb = this_core->release_head; tcb != NULL; tcb = tcb->queue_next) {
        INVARIANT("T1", tcb->queue_prev == previous && tcb->in_queue == IN_RELEASE_QUEUE);
        INVARIANT("T1", thread_is_runnable(tcb) && tcb->sc != NULL);
        if (previous != NULL) {
            INVARIANT("T1", sc_head(previous->sc)->time <= sc_head(tcb->sc)->time);
        }
        previous = tcb;
    }
}

/* D1: neighbours in the derivation list point at each other, and an empty slot has none. */
static void check_slot(const struct slot *slot)
{
    if (slot_is_empty(slot)) {
        INVARIANT("D1", slot->prev == 0 && slot->next_and_flags == 0);
        return;
    }
    if (slot_prev(slot) != NULL) {
        INVARIANT("D1", slot_next(slot_prev(slot)) == slot);
    }
    if (slot_next(slot) != NULL) {
        INVARIANT("D1", slot_prev(slot_next(slot)) == slot);
    }
}

static void check_capabilities(const struct tcb *tcb)
{
    struct cap root = tcb->slots[TCB_CSPACE].cap;

    for (word_t i = 0; i < TCB_SLOTS; i++) {
        check_slot(&tcb->slots[i]);
    }
    if (cap_type(root) == CAP_CNODE && cap_cnode_radix(root) <= SMALL_CSPACE_RADIX) {
        for (word_t i = 0; i < BIT(cap_cnode_radix(root)); i++) {
            check_slot(&cap_cnode_slots(root)[i]);
        }
    }
}

static void check_ready_queues(word_t domain)
{
    for (word_t priority = 0; priority < NUM_PRIORITIES; priority++) {
        check_ready_queue(domain, priority);
    }
}

static const struct tcb *nth_thread(word_t n)
{
    const struct tcb *tcb = all_threads;

    while (tcb != NULL && n-- > 0) {
        tcb = tcb->all_next;
    }
    return tcb;
}

/* One domain and one thread in turn, so that no kernel entry takes much longer than others. */
static void check_next_part(void)
{
    static word_t domain;
    static word_t thread;
    const struct tcb *tcb = nth_thread(thread);

    check_ready_queues(domain);
    domain = (domain + 1) % NUM_DOMAINS;
    thread = tcb == NULL ? 0 : thread + 1;
    if (tcb != NULL) {
        check_waiting(tcb);
        check_capabilities(tcb);
    }
}

#define STACK_GUARD_WORDS 8
extern word_t kernel_stack[];

/* K1: nothing was ever written to the far end of the kernel's stack. */
static void check_stack(void)
{
    for (word_t i = 0; i < STACK_GUARD_WORDS; i++) {
        INVARIANT("K1", kernel_stack[i] == 0);
    }
}

void invariants_check(void)
{
    static word_t count;

    check_stack();
    check_highest_ready();
    check_release_queue();
    for (struct tcb *tcb = all_threads; tcb != NULL; tcb = tcb->all_next) {
        check_state(tcb);
        check_partners(tcb);
    }
    if (++count % CHECK_PART_EVERY == 0) {
        check_next_part();
    }
}
#endif
