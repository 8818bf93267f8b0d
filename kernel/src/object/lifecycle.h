/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What deletion needs to know of the objects: each function brings the object into the state in
 * which its memory may be reused (sel4-abi.md, 4.4). Called by core/deletion.c when the last
 * capability goes; none can fail. Those that return bool do a step of it: false, call it again.
 */
#pragma once

#include "kernel/src/core/error.h"
#include "kernel/src/core/kernel_state.h"

bool endpoint_finalise(struct endpoint *endpoint);
bool notification_finalise(struct notification *notification);
void reply_finalise(struct reply *reply);
void sched_context_finalise(struct sched_context *sc);
/* Everything but the five slots, which the caller deletes afterwards. */
void tcb_finalise(struct tcb *tcb);
void irq_handler_finalise(word_t intid);

/* Any frame capability that holds a mapping, last or not. */
void frame_cap_finalise(struct cap cap);
/* Last capabilities of mapped tables, VSpaces with an ASID, pools. */
void page_table_finalise(struct cap cap);
void vspace_finalise(struct cap cap);
void asid_pool_finalise(struct cap cap);

/*
 * CancelBadgedSends: restarts every sender with this badge; faulting ones become Inactive. May
 * return PREEMPTED.
 */
error_t endpoint_cancel_badged_sends(struct endpoint *endpoint, word_t badge);

/*
 * The full-rights capability to a fresh object in memory that is zero already, which is all that an
 * object needs but a TCB. size_bits is that of the object (for CNodes: radix + SLOT_BITS). `address`
 * is a kernel address (device memory: PPTR_BASE + physical address).
 */
struct cap object_cap(word_t type, word_t address, word_t size_bits, bool device);
/* Size of an object in bits; user_size_bits as in Retype. */
word_t object_size_bits(word_t type, word_t user_size_bits);
void tcb_create(struct tcb *tcb); /* registers, domain, debug name and list */
