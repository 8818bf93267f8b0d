/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A system call on a kernel object, on its way to the object: what was invoked, with what message.
 * Lives on the kernel stack for one system call. Each object has one `<object>_invoke()` that
 * decides (all checks, in the order of sel4-abi.md, section 6) and then acts.
 */
#pragma once

#include "kernel/src/core/error.h"
#include "kernel/src/core/kernel_state.h"

#define MAX_EXTRA_CAPS    3
#define MAX_MESSAGE_WORDS 120
#define IPC_BUFFER_BITS   10

/* The IPC buffer as the kernel sees it (sel4-abi.md, 2.5). */
struct ipc_buffer {
    word_t tag;
    word_t msg[MAX_MESSAGE_WORDS];
    word_t user_data;
    word_t caps_or_badges[MAX_EXTRA_CAPS];
    word_t receive_cnode;
    word_t receive_index;
    word_t receive_depth;
};
_Static_assert(sizeof(struct ipc_buffer) == BIT(IPC_BUFFER_BITS), "sel4-abi.md 2.5");

struct invocation {
    struct tcb *caller;
    struct slot *slot; /* holds the invoked capability */
    struct cap cap;    /* its value when it was looked up */
    word_t cptr;       /* as the user named it */
    word_t label;
    word_t length;             /* words of message, 0..120; at most 4 without a buffer */
    struct ipc_buffer *buffer; /* the caller's, readable; NULL: none */
    struct slot *extra[MAX_EXTRA_CAPS];
    word_t extra_count;
    bool blocking;
    bool is_call;     /* only then errors and results are reported */
    bool can_donate;  /* may lend the caller's scheduling context */
    bool first_phase; /* dest phase of a combined call: some capabilities are refused */
    bool replied;     /* a result has been written: no empty reply */
};

/* Message register n of the caller; 0 for registers it cannot have sent. */
static inline word_t message_word(const struct invocation *inv, word_t n)
{
    if (n < MESSAGE_REGISTERS) {
        return inv->caller->context.x[REG_MR0 + n];
    }
    return inv->buffer != NULL ? inv->buffer->msg[n] : 0;
}

/* The n-th extra capability by value; n < extra_count. */
static inline struct cap extra_cap(const struct invocation *inv, word_t n)
{
    kassert(n < inv->extra_count);
    return inv->extra[n]->cap;
}

/*
 * Result of a successful operation, delivered as message registers 0.. of the reply to a Call;
 * nothing for other calls. At most MAX_MESSAGE_WORDS; without a writable buffer 4 arrive.
 */
void invocation_result(struct invocation *inv, const word_t *words, word_t count);

static inline void invocation_result_word(struct invocation *inv, word_t word)
{
    invocation_result(inv, &word, 1);
}

/* Finds the object's operation and performs it; the caller is in Restart meanwhile. */
error_t invocation_dispatch(struct invocation *inv);
/*
 * Writes the answer to a Call, unless that was done, and lets the caller go on. Returns PREEMPTED
 * or
 * OK: errors are the user's and have been dealt with.
 */
error_t invocation_finish(struct invocation *inv, error_t error);

/* One per capability type with labels. PREEMPTED: repeat the system call. */
error_t untyped_invoke(struct invocation *inv);
error_t cnode_invoke(struct invocation *inv);
RARELY_CALLED error_t tcb_invoke(struct invocation *inv);
RARELY_CALLED error_t sched_context_invoke(struct invocation *inv);
RARELY_CALLED error_t sched_control_invoke(struct invocation *inv);
RARELY_CALLED error_t irq_control_invoke(struct invocation *inv);
error_t irq_handler_invoke(struct invocation *inv);
RARELY_CALLED error_t domain_invoke(struct invocation *inv);
RARELY_CALLED error_t sgi_signal_invoke(struct invocation *inv);
RARELY_CALLED error_t smc_invoke(struct invocation *inv);
error_t frame_invoke(struct invocation *inv);
RARELY_CALLED error_t page_table_invoke(struct invocation *inv);
RARELY_CALLED error_t vspace_invoke(struct invocation *inv);
RARELY_CALLED error_t asid_control_invoke(struct invocation *inv);
RARELY_CALLED error_t asid_pool_invoke(struct invocation *inv);
