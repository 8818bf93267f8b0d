/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel objects as data. What may be done with each stands in its own header in object/.
 * Sizes are ABI (sel4-abi.md, 3.1) and asserted at the end.
 */
#pragma once

#include "kernel/src/arch/aarch64/context.h"
#include "kernel/src/core/config.h"
#include "kernel/src/core/slot.h"

/* ---- endpoint: idle, a queue of senders, or a queue of receivers ---- */

enum queue_kind {
    QUEUE_IDLE = 0,
    QUEUE_SENDERS = 1,   /* endpoint: threads in THREAD_BLOCKED_ON_SEND */
    QUEUE_RECEIVERS = 2, /* endpoint: threads in THREAD_BLOCKED_ON_RECEIVE; notification: waiters */
    QUEUE_ACTIVE = 3,    /* notification only: a signal is pending, nobody waits */
};

/* Threads by priority, highest first, first come first served among equals. */
struct wait_queue {
    struct tcb *head;
    struct tcb *tail;
};

#define ENDPOINT_BITS 4
/* 16 bytes leave no room for a state word: the kind sits in the low bits of `tail_and_kind`. */
struct endpoint {
    struct tcb *head;
    word_t tail_and_kind;
};

/* ---- notification ---- */

#define NOTIFICATION_BITS 6
struct notification {
    struct wait_queue queue;  /* QUEUE_RECEIVERS: the waiters */
    word_t kind;              /* enum queue_kind: idle, receivers, active */
    word_t badge;             /* QUEUE_ACTIVE: OR of the signals not yet delivered */
    struct tcb *bound_tcb;    /* N1: bound_tcb->bound_notification == this, or NULL */
    struct sched_context *sc; /* N2: sc->notification == this, or NULL */
};

/* ---- reply ---- */

#define REPLY_BITS 5
/*
 * Idle (tcb NULL), armed by a thread blocked in a receive, or holding a thread blocked on its
 * reply. In the last case it may stand on the call stack of a scheduling context: `up` is the reply
 * nearer to the head or, for the head itself, the scheduling context (flag bit 0).
 */
struct reply {
    struct tcb *tcb;    /* R1: tcb->reply == this, or NULL */
    struct reply *down; /* the next older call on the stack */
    word_t up_and_head; /* struct reply *, or struct sched_context * with REPLY_IS_HEAD; 0: none */
};
#define REPLY_IS_HEAD BIT(0)

/* ---- scheduling context ---- */

struct refill {
    ticks_t time; /* may be used from this time on */
    ticks_t amount;
};

#define SCHED_CONTEXT_MIN_BITS   7
#define SCHED_CONTEXT_CORE_BYTES 128
#define MIN_REFILLS              2

struct sched_context {
    ticks_t period;                    /* 0: round robin */
    ticks_t budget;                    /* as configured */
    ticks_t total_consumed;            /* since it was created */
    ticks_t consumed_read;             /* as much of it as has been read through the API */
    word_t badge;                      /* delivered in timeout faults */
    struct tcb *tcb;                   /* S1: tcb->sc == this, or NULL */
    struct notification *notification; /* N2 */
    struct reply *call_stack;          /* head of the stack of replies that lent this context */
    struct tcb *yield_from;            /* S2: yield_from->yield_to == this, or NULL */
    uint16_t refill_max;               /* ring capacity; 0: not configured, "not active" */
    uint16_t refill_head;
    uint16_t refill_count;
    uint8_t sporadic;
    uint8_t core;
    uint16_t sample_id; /* what samples call it; 0: nothing */
    ticks_t unused[1];
    struct refill refills[]; /* ring of refill_max entries */
};

/* ---- thread ---- */

enum thread_state {
    THREAD_INACTIVE = 0,
    THREAD_RUNNING = 1,
    THREAD_RESTART = 2, /* runnable; repeats the instruction at its restart PC */
    THREAD_BLOCKED_ON_RECEIVE = 3,
    THREAD_BLOCKED_ON_SEND = 4,
    THREAD_BLOCKED_ON_REPLY = 5,
    THREAD_BLOCKED_ON_NOTIFICATION = 6,
    THREAD_IDLE = 7, /* the kernel's own idle thread */
};

/* T1: a thread is linked into at most one queue, and `in_queue` says into which. */
enum thread_queue {
    IN_NO_QUEUE = 0,
    IN_READY_QUEUE = 1,
    IN_RELEASE_QUEUE = 2,
    IN_WAIT_QUEUE = 3, /* of the endpoint or notification in `blocked_on` */
};

enum tcb_slot {
    TCB_CSPACE = 0,
    TCB_VSPACE = 1,
    TCB_IPC_BUFFER = 2,
    TCB_FAULT_HANDLER = 3,
    TCB_TIMEOUT_HANDLER = 4,
    TCB_SLOTS = 5,
};

/* Labels of fault messages (sel4-abi.md, 10.2). */
enum fault_type {
    FAULT_NONE = 0,
    FAULT_CAP = 1,
    FAULT_UNKNOWN_SYSCALL = 2,
    FAULT_USER_EXCEPTION = 3,
    FAULT_DEBUG_EXCEPTION = 4,
    FAULT_TIMEOUT = 5,
    FAULT_VM = 6,
};

/* Why a capability lookup failed, in the words of sel4-abi.md, 5.2. */
struct lookup_failure {
    word_t type; /* seL4_LookupFailureType, 0: none */
    word_t words[3];
};

struct fault {
    word_t type; /* enum fault_type */
    union {
        struct {
            word_t address;
            word_t in_receive_phase;
            struct lookup_failure lookup;
        } cap;
        struct {
            word_t number;
        } unknown_syscall;
        struct {
            word_t number;
            word_t code;
        } user_exception;
        struct {
            word_t reason; /* 0 watchpoint, 1 breakpoint, 2 single step, 3 software break */
            word_t trigger_address;
            word_t breakpoint;
        } debug;
        struct {
            word_t badge;
        } timeout;
        struct {
            word_t address;
            word_t instruction; /* 1: prefetch */
            word_t status;
        } vm;
    };
};

/* Counters of item 6 of the statistics interface; only ever incremented. */
struct tcb_statistics {
    ticks_t ticks_run; /* with its neighbour: what a caller counts */
    word_t calls;
    word_t scheduled; /* with its neighbour: what the thread that is switched to counts */
    word_t receives;
    word_t sends;
    word_t signals;
    word_t faults;
    word_t budget_expirations;
};

/* Benchmark configuration (sel4-abi.md, 19), in cycles of PMCCNTR_EL0. */
struct utilisation {
    word_t cycles;
    word_t schedules;
    word_t kernel_cycles;
    word_t kernel_entries;
    word_t interval_start;
};

#define TCB_FLAG_FPU_DISABLED BIT(0)

struct tcb {
    struct user_context context; /* first: the entry code addresses it through SP_EL1 */

    /* Hot on each IPC and each switch. */
    uint8_t state;    /* enum thread_state */
    uint8_t in_queue; /* enum thread_queue */
    uint8_t mcp;
    uint8_t flags; /* TCB_FLAG_... */
    union {
        struct {
            uint8_t priority;
            uint8_t zero;     /* a gap: see switch_key_distance() */
            uint8_t fpu_used; /* has touched the FPU: its registers are switched eagerly */
            uint8_t domain;
        };
        uint32_t switch_key; /* all of them, compared at once on the fast paths */
    };
    struct sched_context *sc; /* S1 */
    struct reply *reply;      /* R1: armed (receive) or waited for (reply) */
    struct tcb *queue_next;
    struct tcb *queue_prev;
    word_t root;                /* TTBR0 of its VSpace, as found at root_generation */
    word_t root_generation;     /* this_core->asid_generation then; 0: never */
    vaddr_t ipc_buffer_address; /* its low bits are the buffer's offset in the frame */
    void *blocked_on;           /* endpoint or notification, in the blocked-on-... states */
    word_t send_badge;
    bool send_can_grant;
    bool send_can_grant_reply;
    bool send_is_call;
    bool yield_wants_result; /* a YieldTo made by Call: the result is written on resumption */
    bool debug_active;       /* has breakpoints or single steps: debug registers are switched */
    uint16_t sample_id;      /* what samples call it; 0: nothing */
    struct notification *bound_notification; /* N1 */
    struct sched_context *yield_to;          /* S2 */

    struct tcb_statistics statistics;
    struct slot slots[TCB_SLOTS];
    struct fault fault; /* what it faulted with, until replied to or forgotten */
    struct fpu_state fpu;
    struct utilisation utilisation; /* benchmark builds */
#ifdef CONFIG_HARDWARE_DEBUG_API
    struct debug_registers debug;
#endif
#ifdef CONFIG_DEBUG_BUILD
    struct tcb *all_next; /* every TCB, most recently created first */
    struct tcb *all_prev;
    char name[1872]; /* last: it takes what is left */
#endif
};

#ifdef CONFIG_HARDWARE_DEBUG_API
#define TCB_BITS 12
#else
#define TCB_BITS 11
#endif

_Static_assert(sizeof(struct endpoint) <= BIT(ENDPOINT_BITS), "sel4-abi.md 3.1");
_Static_assert(sizeof(struct notification) <= BIT(NOTIFICATION_BITS), "sel4-abi.md 3.1");
_Static_assert(sizeof(struct reply) <= BIT(REPLY_BITS), "sel4-abi.md 3.1");
_Static_assert(sizeof(struct sched_context) + MIN_REFILLS * sizeof(struct refill)
                == SCHED_CONTEXT_CORE_BYTES,
        "sel4-abi.md 3.2: the rest of a scheduling context is refills");
_Static_assert(sizeof(struct tcb) <= BIT(TCB_BITS), "sel4-abi.md 3.1");
_Static_assert(offsetof(struct tcb, context) == 0, "the entry code relies on it");
