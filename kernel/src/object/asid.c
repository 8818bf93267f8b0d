/* SPDX-License-Identifier: BSD-2-Clause */
/* ASID pools and their assignment to address spaces (sel4-abi.md, 6.11, 12.6). */
#include <sel4/invocation.h>

#include "kernel/src/core/cspace.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/object/lifecycle.h"
#include "kernel/src/object/vspace_common.h"

#define POOL_BITS      12
#define ASIDS_PER_POOL BIT(ASID_BITS_PER_POOL)

struct asid_pool *asid_pools[ASID_POOLS];

static word_t first_free_pool(void)
{
    word_t pool = 0;

    while (pool < ASID_POOLS && asid_pools[pool] != NULL) {
        pool++;
    }
    return pool;
}

static error_t check_pool_memory(struct slot *slot)
{
    struct cap cap = slot->cap;

    if (cap_type(cap) != CAP_UNTYPED || cap_untyped_size_bits(cap) != POOL_BITS
            || cap_untyped_is_device(cap)) {
        return error_capability(1);
    }
    return slot_ensure_no_children(slot);
}

static error_t make_pool(struct invocation *inv)
{
    error_t error;

    if (inv->length < 2 || inv->extra_count < 2) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t number = first_free_pool();
    struct slot *untyped = inv->extra[0];

    if (number == ASID_POOLS) {
        return error_plain(seL4_DeleteFirst);
    }
    error = check_pool_memory(untyped);
    if (error != OK) {
        return error;
    }

    struct slot *dest = cspace_lookup_target(
            extra_cap(inv, 1), message_word(inv, 0), message_word(inv, 1), false, &error);

    if (dest == NULL) {
        return error;
    }
    if (!slot_is_empty(dest)) {
        return error_plain(seL4_DeleteFirst);
    }

    struct asid_pool *pool = cap_object(untyped->cap);

    untyped->cap.words[1] = BIT(POOL_BITS); /* used up */
    arch_clear_memory(pool, BIT(POOL_BITS));
    slot_insert_child_final(cap_asid_pool(pool, number << ASID_BITS_PER_POOL), untyped, dest);
    asid_pools[number] = pool;
    return OK;
}

error_t asid_control_invoke(struct invocation *inv)
{
    return inv->label == ARMASIDControlMakePool ? make_pool(inv)
                                                : error_plain(seL4_IllegalOperation);
}

static error_t assign(struct invocation *inv)
{
    struct asid_pool *pool = cap_object(inv->cap);
    word_t first = cap_asid_pool_first(inv->cap);
    word_t index = first == 0 ? 1 : 0; /* ASID 0 is never given out */

    if (inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct cap vspace = extra_cap(inv, 0);

    if (cap_type(vspace) != CAP_VSPACE || cap_is_mapped(vspace)) {
        return error_capability(1);
    }
    if (asid_pools[first >> ASID_BITS_PER_POOL] == NULL) {
        return error_lookup(false, lookup_invalid_root());
    }
    if (asid_pools[first >> ASID_BITS_PER_POOL] != pool) {
        return error_capability(0);
    }
    while (index < ASIDS_PER_POOL && pool->roots[index] != NULL) {
        index++;
    }
    if (index == ASIDS_PER_POOL) {
        return error_plain(seL4_DeleteFirst);
    }
    pool->roots[index] = cap_object(vspace);
    inv->extra[0]->cap = cap_mapped_at(vspace, first + index, 0);
    return OK;
}

error_t asid_pool_invoke(struct invocation *inv)
{
    return inv->label == ARMASIDPoolAssign ? assign(inv) : error_plain(seL4_IllegalOperation);
}

void asid_pool_finalise(struct cap cap)
{
    struct asid_pool *pool = cap_object(cap);
    word_t first = cap_asid_pool_first(cap);

    if (asid_pools[first >> ASID_BITS_PER_POOL] != pool) {
        return;
    }
    asid_pools[first >> ASID_BITS_PER_POOL] = NULL;
    arch_vspace_forget_roots();
    arch_vspace_reload_current();
    mmu_flush_all(); /* when no walk of these tables can begin any more */
}
