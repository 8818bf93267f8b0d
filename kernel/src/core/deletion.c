/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deleting capabilities (sel4-abi.md, 4.4). The last capability to a CNode or TCB becomes a zombie:
 * it keeps its place in the derivation list while the slots of the object are emptied, last one
 * first. Zombies nest without recursion, by rotation. While W, the slot being deleted, holds the
 * zombie of A, and the last slot of A turns out to hold the zombie of B:
 *
 *      W: A   A[n-1]: B   B[0]: x      becomes      W: B   B[0]: A   A[n-1]: x
 *
 * So everything that is left to do hangs on W at any time, and a preempted deletion simply starts
 * again at W.
 *
 * Threads that wait at an object whose last capability goes are let go one at a time. Meanwhile the
 * capability has no rights left: to invoke it or to wait on it fails as if the slot were empty.
 */
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/object/lifecycle.h"

/*
 * What is left of a capability after a step of finalisation: nothing, a zombie, or a capability
 * without rights to an object at which threads still wait.
 */
static struct cap finalise_last(struct cap cap)
{
    switch (cap_type(cap)) {
    case CAP_ENDPOINT:
        if (!endpoint_finalise(cap_endpoint_object(cap))) {
            return cap_with_rights(cap, 0);
        }
        break;
    case CAP_NOTIFICATION:
        if (!notification_finalise(cap_notification_object(cap))) {
            return cap_with_rights(cap, 0);
        }
        break;
    case CAP_REPLY:
        reply_finalise(cap_reply_object(cap));
        break;
    case CAP_SCHED_CONTEXT:
        sched_context_finalise(cap_sched_context_object(cap));
        break;
    case CAP_CNODE:
        return cap_zombie(cap_cnode_slots(cap), cap_cnode_radix(cap), BIT(cap_cnode_radix(cap)));
    case CAP_THREAD:
        tcb_finalise(cap_thread_object(cap));
        return cap_zombie(cap_thread_object(cap)->slots, ZOMBIE_OF_TCB, TCB_SLOTS);
    case CAP_IRQ_HANDLER:
        irq_handler_finalise(cap_irq_handler_intid(cap));
        break;
    case CAP_PAGE_TABLE:
        if (cap_is_mapped(cap)) {
            page_table_finalise(cap);
        }
        break;
    case CAP_VSPACE:
        if (cap_is_mapped(cap)) {
            vspace_finalise(cap);
        }
        break;
    case CAP_ASID_POOL:
        asid_pool_finalise(cap);
        break;
    case CAP_NULL:
    case CAP_FRAME:
    case CAP_UNTYPED:
    case CAP_ASID_CONTROL:
    case CAP_IRQ_CONTROL:
    case CAP_ZOMBIE:
    case CAP_DOMAIN:
    case CAP_SCHED_CONTROL:
    case CAP_SMC:
    case CAP_SGI_SIGNAL:
        break;
    }
    return cap_null();
}

/* True: the slot is empty now. False: work lies ahead, a zombie's or another step of this. */
static bool finalise_slot(struct slot *slot)
{
    struct cap cap = slot->cap;
    struct cap remainder = cap_null();

    if (cap_type(cap) == CAP_ZOMBIE) {
        return false;
    }
    if (cap_type(cap) == CAP_FRAME) {
        if (cap_is_mapped(cap)) {
            frame_cap_finalise(cap);
        }
    } else if (cap_type(cap) != CAP_NULL && slot_is_final(slot)) {
        remainder = finalise_last(cap);
    }
    if (cap_type(cap) == CAP_VSPACE) {
        arch_vspace_forget_roots(); /* the slot may be a thread's */
    }
    if (cap_type(remainder) != CAP_NULL) {
        slot->cap = remainder;
        return false;
    }
    slot_unlink(slot);
    return true;
}

/* Nothing is left to delete but, perhaps, the zombie itself in its own last slot. */
static bool zombie_is_done(const struct slot *slot)
{
    word_t left = cap_zombie_left(slot->cap);

    return left == 0 || (left == 1 && cap_zombie_slots(slot->cap) == slot);
}

static void swap_unchanged(struct slot *a, struct slot *b)
{
    slot_swap(a->cap, a, b->cap, b);
}

/* `end`, the last slot of the zombie in `work`, holds a zombie, too: that one is next. */
static void rotate_nested(struct slot *work, struct slot *end)
{
    bool outer_is_done = cap_zombie_left(work->cap) == 1;
    struct slot *first = cap_zombie_slots(end->cap);

    if (zombie_is_done(end)) {
        slot_unlink(end);
        return;
    }
    swap_unchanged(work, end);
    if (outer_is_done) {
        slot_unlink(end);
    } else if (first != work) {
        swap_unchanged(end, first);
    }
}

/* One step at the zombie in `work`. Returns where the zombie is afterwards. */
static struct slot *reduce_zombie(struct slot *work)
{
    struct slot *slots = cap_zombie_slots(work->cap);
    word_t left = cap_zombie_left(work->cap);
    struct slot *end = &slots[left - 1];

    if (end == work) {
        /* The zombie lies in its own object: out of the way, to where it is done last. */
        swap_unchanged(work, slots);
        return slots;
    }
    if (finalise_slot(end)) {
        work->cap = cap_zombie_with_left(work->cap, left - 1);
    } else if (cap_type(end->cap) == CAP_ZOMBIE) {
        rotate_nested(work, end);
    }
    return work;
}

/* What finalise_slot() has left to do. */
__attribute__((noinline)) static error_t delete_in_steps(struct slot *slot)
{
    struct slot *work = slot;

    do {
        if (cap_type(work->cap) == CAP_ZOMBIE) {
            if (zombie_is_done(work)) {
                slot_unlink(work);
                break;
            }
            work = reduce_zombie(work);
        }
        if (preemption_point() == PREEMPTED) {
            return PREEMPTED;
        }
    } while (!finalise_slot(work));
    if (work != slot && !slot_is_empty(slot)) {
        return PREEMPTED; /* something else came to lie there meanwhile: once more */
    }
    return OK;
}

error_t slot_delete(struct slot *slot)
{
    return finalise_slot(slot) ? OK : delete_in_steps(slot);
}

void slot_delete_short(struct slot *slot)
{
    while (!finalise_slot(slot)) {
        kassert(cap_type(slot->cap) != CAP_ZOMBIE);
    }
}

void slot_delete_leaf(struct slot *slot)
{
    struct cap cap = slot->cap;

    kassert(cap_type(cap) == CAP_NULL || cap_type(cap) == CAP_NOTIFICATION
            || cap_type(cap) == CAP_FRAME);
    if (cap_type(cap) == CAP_NOTIFICATION && slot_is_final(slot)) {
        while (!notification_finalise(cap_notification_object(cap))) {}
    } else if (cap_type(cap) == CAP_FRAME && cap_is_mapped(cap)) {
        frame_cap_finalise(cap);
    }
    slot_unlink(slot);
}

error_t slot_revoke(struct slot *slot)
{
    while (slot_has_children(slot)) {
        error_t error = slot_delete(slot_next(slot));

        if (error != OK) {
            return error;
        }
        if (preemption_point() == PREEMPTED) {
            return PREEMPTED;
        }
    }
    return OK;
}
