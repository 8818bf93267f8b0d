/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/derivation.h"

#include "kernel/src/object/lifecycle.h"

/* ---- list primitives ---- */

static void set_prev(struct slot *slot, struct slot *prev)
{
    slot->prev = (word_t)(uintptr_t)prev;
}

static void set_next(struct slot *slot, struct slot *next)
{
    slot->next_and_flags = (word_t)(uintptr_t)next | (slot->next_and_flags & SLOT_FLAGS);
}

static void link_after(struct slot *before, struct slot *slot, word_t flags)
{
    struct slot *after = slot_next(before);

    slot->prev = (word_t)(uintptr_t)before;
    slot->next_and_flags = (word_t)(uintptr_t)after | flags;
    set_next(before, slot);
    if (after != NULL) {
        set_prev(after, slot);
    }
}

/* The neighbours of a slot point to `to` from now on. */
static void redirect_neighbours(struct slot *slot, struct slot *to)
{
    if (slot_prev(slot) != NULL) {
        set_next(slot_prev(slot), to);
    }
    if (slot_next(slot) != NULL) {
        set_prev(slot_next(slot), to);
    }
}

void slot_unlink(struct slot *slot)
{
    struct slot *prev = slot_prev(slot);
    struct slot *next = slot_next(slot);

    if (prev != NULL) {
        set_next(prev, next);
    }
    if (next != NULL) {
        set_prev(next, prev);
        /* The subtree of a badge may lose its first member, but not its border. */
        if (slot->next_and_flags & SLOT_FIRST_BADGED) {
            next->next_and_flags |= SLOT_FIRST_BADGED;
        }
    }
    slot->cap = cap_null();
    slot->prev = 0;
    slot->next_and_flags = 0;
}

/* ---- what covers what ---- */

struct range {
    word_t start;
    word_t last; /* inclusive, so that the top of memory does not wrap */
};

static struct range cap_range(struct cap cap)
{
    word_t start = (word_t)(uintptr_t)cap_object(cap);
    word_t bits = 0;

    switch (cap_type(cap)) {
    case CAP_UNTYPED:
        bits = cap_untyped_size_bits(cap);
        break;
    case CAP_FRAME:
        bits = frame_size_bits(cap_frame_size(cap));
        break;
    case CAP_CNODE:
        bits = cap_cnode_radix(cap) + SLOT_BITS;
        break;
    case CAP_SCHED_CONTEXT:
        bits = cap_sched_context_size_bits(cap);
        break;
    case CAP_ENDPOINT:
        bits = ENDPOINT_BITS;
        break;
    case CAP_NOTIFICATION:
        bits = NOTIFICATION_BITS;
        break;
    case CAP_REPLY:
        bits = REPLY_BITS;
        break;
    case CAP_THREAD:
        bits = TCB_BITS;
        break;
    case CAP_PAGE_TABLE:
    case CAP_VSPACE:
    case CAP_ASID_POOL:
        bits = 12;
        break;
    case CAP_ZOMBIE:
        /* A TCB's slots lie inside of it: their start is enough. */
        bits = cap_zombie_kind(cap) == ZOMBIE_OF_TCB ? 0 : cap_zombie_kind(cap) + SLOT_BITS;
        break;
    case CAP_NULL:
    case CAP_ASID_CONTROL:
    case CAP_IRQ_CONTROL:
    case CAP_IRQ_HANDLER:
    case CAP_DOMAIN:
    case CAP_SCHED_CONTROL:
    case CAP_SMC:
    case CAP_SGI_SIGNAL:
        break;
    }
    return (struct range){ start, start + MASK(bits) };
}

/* The capability stands for a piece of memory. */
static bool cap_is_memory(struct cap cap)
{
    const word_t memory_types = BIT(CAP_FRAME) | BIT(CAP_UNTYPED) | BIT(CAP_PAGE_TABLE)
            | BIT(CAP_ENDPOINT) | BIT(CAP_NOTIFICATION) | BIT(CAP_REPLY) | BIT(CAP_VSPACE)
            | BIT(CAP_CNODE) | BIT(CAP_THREAD) | BIT(CAP_ASID_POOL) | BIT(CAP_ZOMBIE)
            | BIT(CAP_SCHED_CONTEXT);

    return memory_types & BIT(cap_type(cap));
}

bool caps_same_region(struct cap a, struct cap b)
{
    enum cap_type type = cap_type(b);

    switch (cap_type(a)) {
    case CAP_UNTYPED:
        if (cap_is_memory(b)) {
            struct range outer = cap_range(a);
            struct range inner = cap_range(b);

            return outer.start <= inner.start && inner.last <= outer.last
                    && inner.start <= inner.last;
        }
        return false;
    case CAP_FRAME:
        if (type == CAP_FRAME) {
            struct range outer = cap_range(a);
            struct range inner = cap_range(b);

            return outer.start <= inner.start && inner.last <= outer.last;
        }
        return false;
    case CAP_CNODE:
        return type == CAP_CNODE && cap_object(a) == cap_object(b)
                && cap_cnode_radix(a) == cap_cnode_radix(b);
    case CAP_SCHED_CONTEXT:
        return type == CAP_SCHED_CONTEXT && cap_object(a) == cap_object(b)
                && cap_sched_context_size_bits(a) == cap_sched_context_size_bits(b);
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_REPLY:
    case CAP_THREAD:
    case CAP_PAGE_TABLE:
    case CAP_VSPACE:
    case CAP_ASID_POOL:
        return type == cap_type(a) && cap_object(a) == cap_object(b);
    case CAP_IRQ_CONTROL:
        return type == CAP_IRQ_CONTROL || type == CAP_IRQ_HANDLER || type == CAP_SGI_SIGNAL;
    case CAP_IRQ_HANDLER:
        return type == CAP_IRQ_HANDLER && cap_irq_handler_intid(a) == cap_irq_handler_intid(b);
    case CAP_SGI_SIGNAL:
        return type == CAP_SGI_SIGNAL && a.words[1] == b.words[1];
    case CAP_ASID_CONTROL:
    case CAP_DOMAIN:
    case CAP_SCHED_CONTROL:
    case CAP_SMC:
        return type == cap_type(a);
    case CAP_NULL:
    case CAP_ZOMBIE:
        return false;
    }
    return false;
}

bool caps_same_object(struct cap a, struct cap b)
{
    enum cap_type type = cap_type(a);

    if (type == CAP_UNTYPED || (type == CAP_IRQ_CONTROL && cap_type(b) != CAP_IRQ_CONTROL)) {
        return false;
    }
    if (type == CAP_FRAME && cap_type(b) == CAP_FRAME) {
        return cap_object(a) == cap_object(b) && cap_frame_size(a) == cap_frame_size(b)
                && cap_frame_is_device(a) == cap_frame_is_device(b);
    }
    return caps_same_region(a, b);
}

/* ---- parents and children ---- */

static bool has_badge(enum cap_type type)
{
    return type == CAP_ENDPOINT || type == CAP_NOTIFICATION || type == CAP_SMC;
}

/* b, which comes later in the list, descends from a. */
static bool is_parent_of(const struct slot *a, const struct slot *b)
{
    if (!(a->next_and_flags & SLOT_REVOCABLE) || !caps_same_region(a->cap, b->cap)) {
        return false;
    }
    if (has_badge(cap_type(a->cap))) {
        word_t badge = cap_badge(a->cap);

        return badge == 0
                || (badge == cap_badge(b->cap) && !(b->next_and_flags & SLOT_FIRST_BADGED));
    }
    return true;
}

bool slot_has_children(struct slot *slot)
{
    struct slot *next = slot_next(slot);

    return next != NULL && is_parent_of(slot, next);
}

error_t slot_ensure_no_children(struct slot *slot)
{
    return slot_has_children(slot) ? error_plain(seL4_RevokeFirst) : OK;
}

bool slot_is_final(struct slot *slot)
{
    struct slot *prev = slot_prev(slot);
    struct slot *next = slot_next(slot);

    return !(prev != NULL && caps_same_object(prev->cap, slot->cap))
            && !(next != NULL && caps_same_object(slot->cap, next->cap));
}

bool slot_is_long_running_delete(struct slot *slot)
{
    enum cap_type type = cap_type(slot->cap);

    return (type == CAP_CNODE || type == CAP_THREAD || type == CAP_ZOMBIE) && slot_is_final(slot);
}

/* The new capability opens a level of its own below its source (4.3). */
static bool derived_is_revocable(struct cap derived, struct cap source)
{
    switch (cap_type(derived)) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_SMC:
        return cap_badge(derived) != cap_badge(source);
    case CAP_IRQ_HANDLER:
    case CAP_SGI_SIGNAL:
        return cap_type(source) == CAP_IRQ_CONTROL;
    case CAP_UNTYPED:
        return true;
    case CAP_NULL:
    case CAP_FRAME:
    case CAP_PAGE_TABLE:
    case CAP_REPLY:
    case CAP_VSPACE:
    case CAP_CNODE:
    case CAP_ASID_CONTROL:
    case CAP_THREAD:
    case CAP_ASID_POOL:
    case CAP_IRQ_CONTROL:
    case CAP_ZOMBIE:
    case CAP_DOMAIN:
    case CAP_SCHED_CONTEXT:
    case CAP_SCHED_CONTROL:
        return false;
    }
    return false;
}

void slot_insert_derived(struct cap cap, struct slot *src, struct slot *dest)
{
    bool revocable = derived_is_revocable(cap, src->cap);

    kassert(slot_is_empty(dest));
    if (cap_type(src->cap) == CAP_UNTYPED && cap_type(cap) == CAP_UNTYPED) {
        /* Two capabilities may not hand out the same memory: the source is used up. */
        src->cap.words[1] = BIT(cap_untyped_size_bits(src->cap));
    }
    dest->cap = cap;
    link_after(src, dest, revocable ? SLOT_REVOCABLE | SLOT_FIRST_BADGED : 0);
}

void slot_insert_child(struct cap cap, struct slot *parent, struct slot *dest)
{
    kassert(slot_is_empty(dest));
    dest->cap = cap;
    link_after(parent, dest, SLOT_REVOCABLE | SLOT_FIRST_BADGED);
}

void slot_insert_children(
        struct cap cap, word_t bytes, struct slot *parent, struct slot *dest, word_t count)
{
    struct slot *after = slot_next(parent);

    for (struct slot *end = dest + count; dest != end; dest++) {
        kassert(slot_is_empty(dest));
        dest->cap = cap;
        dest->prev = (word_t)(uintptr_t)parent;
        dest->next_and_flags = (word_t)(uintptr_t)after | SLOT_REVOCABLE | SLOT_FIRST_BADGED;
        if (after != NULL) {
            set_prev(after, dest);
        }
        after = dest;
        cap = cap_advanced(cap, bytes);
    }
    set_next(parent, after);
}

void slot_insert_child_final(struct cap cap, struct slot *parent, struct slot *dest)
{
    kassert(slot_is_empty(dest));
    dest->cap = cap;
    link_after(parent, dest, 0);
}

void slot_insert_root(struct cap cap, struct slot *dest)
{
    dest->cap = cap;
    dest->prev = 0;
    dest->next_and_flags = SLOT_REVOCABLE | SLOT_FIRST_BADGED;
}

void slot_move(struct cap cap, struct slot *src, struct slot *dest)
{
    kassert(slot_is_empty(dest));
    dest->cap = cap;
    dest->prev = src->prev;
    dest->next_and_flags = src->next_and_flags;
    redirect_neighbours(src, dest);
    src->cap = cap_null();
    src->prev = 0;
    src->next_and_flags = 0;
}

void slot_swap(struct cap cap_a, struct slot *a, struct cap cap_b, struct slot *b)
{
    struct slot old_a = *a;

    a->cap = cap_b;
    b->cap = cap_a;
    redirect_neighbours(a, b);

    /* b may have been a neighbour of a: its links are right only now. */
    struct slot old_b = *b;

    a->prev = old_b.prev;
    a->next_and_flags = old_b.next_and_flags;
    b->prev = old_a.prev;
    b->next_and_flags = old_a.next_and_flags;
    redirect_neighbours(a, a);
    redirect_neighbours(b, b);
}

/* ---- the values of copies ---- */

error_t cap_derive(struct slot *slot, struct cap cap, struct cap *derived)
{
    *derived = cap;
    switch (cap_type(cap)) {
    case CAP_UNTYPED:
        return slot_ensure_no_children(slot);
    case CAP_FRAME:
        *derived = cap_unmapped(cap);
        return OK;
    case CAP_PAGE_TABLE:
    case CAP_VSPACE:
        return cap_is_mapped(cap) ? OK : error_plain(seL4_IllegalOperation);
    case CAP_IRQ_CONTROL:
    case CAP_ZOMBIE:
        return error_plain(seL4_IllegalOperation);
    case CAP_NULL:
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_REPLY:
    case CAP_CNODE:
    case CAP_ASID_CONTROL:
    case CAP_THREAD:
    case CAP_ASID_POOL:
    case CAP_IRQ_HANDLER:
    case CAP_DOMAIN:
    case CAP_SCHED_CONTEXT:
    case CAP_SCHED_CONTROL:
    case CAP_SMC:
    case CAP_SGI_SIGNAL:
        return OK;
    }
    return OK;
}

enum vm_rights vm_rights_mask(enum vm_rights have, word_t rights)
{
    if (have == VM_READ_WRITE && (rights & RIGHT_READ) && (rights & RIGHT_WRITE)) {
        return VM_READ_WRITE;
    }
    if (have != VM_KERNEL_ONLY && (rights & RIGHT_READ)) {
        return VM_READ_ONLY;
    }
    return VM_KERNEL_ONLY;
}

struct cap cap_mask_rights(struct cap cap, word_t rights)
{
    switch (cap_type(cap)) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_REPLY:
        return cap_with_rights(cap, cap_rights(cap) & rights);
    case CAP_FRAME:
        return cap_frame_with_rights(cap, vm_rights_mask(cap_frame_rights(cap), rights));
    default:
        return cap;
    }
}

static struct cap cnode_with_guard(struct cap cap, word_t data)
{
    word_t guard_size = data & MASK(6);
    word_t guard = (data >> 6) & MASK(guard_size);
    word_t radix = cap_cnode_radix(cap);

    if (guard_size + radix > WORD_BITS) {
        return cap_null();
    }
    return cap_cnode(cap_cnode_slots(cap), radix, guard, guard_size);
}

struct cap cap_apply_data(struct cap cap, word_t data, bool is_mutate)
{
    if (has_badge(cap_type(cap))) {
        return is_mutate || cap_badge(cap) != 0 ? cap_null() : cap_with_badge(cap, data);
    }
    if (cap_type(cap) == CAP_CNODE) {
        return cnode_with_guard(cap, data);
    }
    return cap;
}
