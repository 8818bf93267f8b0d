/* SPDX-License-Identifier: BSD-2-Clause */
/* Retype: objects out of untyped memory (sel4-abi.md, 6.2). */
#include <sel4/invocation.h>
#include <sel4/objecttype.h>

#include "kernel/src/api/invocation.h"
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/object/lifecycle.h"

#define MIN_UNTYPED_BITS 4
#define MAX_UNTYPED_BITS 47

struct retype {
    word_t type;
    word_t object_bits;
    word_t count;
    struct slot *dest; /* first of `count` empty slots */
    bool reset;        /* no children: start again at the beginning */
};

/* Checks 3 to 5: is there such an object? */
static error_t check_type(word_t type, word_t user_bits, word_t *object_bits)
{
    if (type >= seL4_ObjectTypeCount) {
        return error_argument(0);
    }
    if (user_bits >= WORD_BITS || object_size_bits(type, user_bits) > MAX_UNTYPED_BITS) {
        return error_range(0, MAX_UNTYPED_BITS);
    }
    if ((type == seL4_CapTableObject && user_bits == 0)
            || (type == seL4_UntypedObject && user_bits < MIN_UNTYPED_BITS)
            || (type == seL4_SchedContextObject && user_bits < SCHED_CONTEXT_MIN_BITS)) {
        return error_argument(1);
    }
    *object_bits = object_size_bits(type, user_bits);
    return OK;
}

/* Checks 6 and 7: the CNode that takes the capabilities. */
static error_t find_destination(struct invocation *inv, struct cap *cnode)
{
    word_t depth = message_word(inv, 3);
    struct slot *slot = inv->extra[0];
    error_t error = OK;

    if (depth != 0) {
        slot = cspace_lookup_target(slot->cap, message_word(inv, 2), depth, false, &error);
        if (slot == NULL) {
            return error;
        }
    }
    if (cap_type(slot->cap) != CAP_CNODE) {
        return error_lookup(false, lookup_missing_capability(depth));
    }
    *cnode = slot->cap;
    return OK;
}

/* Checks 8 to 11: the slots. */
static error_t check_slots(struct invocation *inv, struct cap cnode, struct retype *retype)
{
    word_t slots = BIT(cap_cnode_radix(cnode));
    word_t offset = message_word(inv, 4);
    word_t count = message_word(inv, 5);

    if (offset > slots - 1) {
        return error_range(0, slots - 1);
    }
    if (count < 1 || count > RETYPE_FAN_OUT_LIMIT) {
        return error_range(1, RETYPE_FAN_OUT_LIMIT);
    }
    if (count > slots - offset) {
        return error_range(1, slots - offset);
    }
    retype->dest = cap_cnode_slots(cnode) + offset;
    retype->count = count;
    for (word_t i = 0; i < count; i++) {
        if (!slot_is_empty(&retype->dest[i])) {
            return error_plain(seL4_DeleteFirst);
        }
    }
    return OK;
}

static bool type_may_be_device(word_t type)
{
    return type == seL4_UntypedObject || type == seL4_ARM_SmallPageObject
            || type == seL4_ARM_LargePageObject || type == seL4_ARM_HugePageObject;
}

/* Checks 12 and 13: the memory. Alignment is not looked at yet, as upstream has it. */
static error_t check_memory(struct invocation *inv, struct retype *retype)
{
    struct cap cap = inv->cap;

    retype->reset = !slot_has_children(inv->slot);

    word_t used = retype->reset ? 0 : cap_untyped_free_offset(cap);
    word_t free_bytes = BIT(cap_untyped_size_bits(cap)) - used;

    if (free_bytes >> retype->object_bits < retype->count) {
        return error_not_enough_memory(free_bytes);
    }
    if (cap_untyped_is_device(cap) && !type_may_be_device(retype->type)) {
        return error_argument(1);
    }
    return OK;
}

/*
 * Zeroes what was used, in chunks from the top down. The watermark says how far it got, so that the
 * repeated system call goes on from there. The caches are cleaned here, too, where the work can be
 * preempted: memory above a watermark is zero in RAM, whatever object it becomes.
 */
static error_t reset_untyped(struct slot *slot)
{
    struct cap cap = slot->cap;
    word_t used = cap_untyped_free_offset(cap);
    char *start = cap_object(cap);

    if (cap_untyped_is_device(cap)) {
        slot->cap.words[1] = 0;
        return OK;
    }
    while (used > 0) {
        word_t chunk = (used - 1) & MASK(RESET_CHUNK_BITS);

        used -= chunk + 1;
        arch_clear_memory_to_ram(start + used, chunk + 1);
        slot->cap.words[1] = used;
        if (preemption_point() == PREEMPTED) {
            return PREEMPTED;
        }
    }
    return OK;
}

static void create_objects(struct slot *slot, const struct retype *retype)
{
    struct cap cap = slot->cap;
    word_t base = (word_t)(uintptr_t)cap_object(cap);
    word_t size = BIT(retype->object_bits);
    word_t address = ALIGN_UP(base + cap_untyped_free_offset(cap), retype->object_bits);
    bool device = cap_untyped_is_device(cap);

    slot->cap.words[1] = address + retype->count * size - base;
    if (retype->type == seL4_TCBObject) {
        for (word_t i = 0; i < retype->count; i++) {
            tcb_create((struct tcb *)(uintptr_t)(address + i * size));
        }
    }
    slot_insert_children(object_cap(retype->type, address, retype->object_bits, device), size, slot,
            retype->dest, retype->count);
}

error_t untyped_invoke(struct invocation *inv)
{
    struct retype retype;
    struct cap cnode = cap_null();
    error_t error;

    if (inv->label != UntypedRetype) {
        return error_plain(seL4_IllegalOperation);
    }
    if (inv->length < 6 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }
    retype.type = message_word(inv, 0);
    if ((error = check_type(retype.type, message_word(inv, 1), &retype.object_bits)) != OK
            || (error = find_destination(inv, &cnode)) != OK
            || (error = check_slots(inv, cnode, &retype)) != OK
            || (error = check_memory(inv, &retype)) != OK) {
        return error;
    }
    if (retype.reset && (error = reset_untyped(inv->slot)) != OK) {
        return error;
    }
    create_objects(inv->slot, &retype);
    return OK;
}
