/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects and the memory they are made of: the initialiser's Retype calls. */
#include <stdlib.h>

#include "microkit/tool/plan.h"

static unsigned object_bits(const struct sdk *sdk, enum object_type type, uint64_t size_bits)
{
    const struct object_bits *bits = &sdk->bits;

    switch (type) {
    case OBJECT_TCB:
        return (unsigned)bits->tcb;
    case OBJECT_ENDPOINT:
        return (unsigned)bits->endpoint;
    case OBJECT_NOTIFICATION:
        return (unsigned)bits->notification;
    case OBJECT_CNODE:
        return (unsigned)(size_bits + bits->slot);
    case OBJECT_REPLY:
        return (unsigned)bits->reply;
    case OBJECT_VSPACE:
        return (unsigned)bits->vspace;
    case OBJECT_SMALL_PAGE:
        return (unsigned)bits->small_page;
    case OBJECT_LARGE_PAGE:
        return (unsigned)bits->large_page;
    case OBJECT_PAGE_TABLE:
        return (unsigned)bits->page_table;
    case OBJECT_UNTYPED:
    case OBJECT_SCHED_CONTEXT:
        return (unsigned)size_bits;
    }
    abort();
}

uint64_t plan_slots(struct plan *plan, uint64_t count)
{
    uint64_t first = plan->next_slot;

    plan->next_slot += count;
    return first;
}

uint64_t plan_object(struct plan *plan, enum object_type type, uint64_t size_bits, uint64_t count,
        const char *name)
{
    struct object *object = list_add(plan->arena, &plan->objects);

    object->type = type;
    object->name = name;
    object->size_bits = size_bits;
    object->bits = object_bits(plan->sdk, type, size_bits);
    object->count = count;
    object->slot = plan_slots(plan, count);
    return object->slot;
}

/* ---- one Retype after the other, as the kernel will do them ---- */

static uint64_t next_place(const struct untyped *untyped, unsigned bits)
{
    uint64_t mask = (UINT64_C(1) << bits) - 1;

    return (untyped->paddr + untyped->watermark + mask) & ~mask;
}

/* How many objects still fit. */
static uint64_t room(const struct untyped *untyped, unsigned bits)
{
    uint64_t end = untyped->paddr + (UINT64_C(1) << untyped->bits);
    uint64_t start = next_place(untyped, bits);

    return start < end ? (end - start) >> bits : 0;
}

static void emit_retype(struct plan *plan, const struct untyped *untyped, enum object_type type,
        uint64_t size_bits, uint64_t slot, uint64_t count)
{
    uint64_t batch = plan->sdk->fan_out;
    struct invocation retype = { .label = plan->sdk->labels.untyped_retype,
        .service = untyped->slot,
        .cap_count = 1,
        .caps = { PLAN_ROOT_CNODE },
        .word_count = 6,
        .words = { type, size_bits, 0, 0, slot, batch },
        .step_words = 1 << 4,
        .step = batch };

    if (count >= batch) {
        retype.repeat = count / batch;
        spec_invoke(&plan->retypes, &retype);
        retype.words[4] = slot + count / batch * batch;
        count %= batch;
    }
    if (count != 0) {
        retype.repeat = 1;
        retype.words[5] = count;
        spec_invoke(&plan->retypes, &retype);
    }
}

static void make_objects(struct plan *plan, struct untyped *untyped, struct object *object,
        uint64_t first, uint64_t count)
{
    uint64_t place = next_place(untyped, object->bits);
    struct object_piece *piece = list_add(plan->arena, &object->pieces);

    *piece = (struct object_piece){ first, count, place };
    emit_retype(plan, untyped, object->type, object->size_bits, object->slot + first, count);
    untyped->watermark = place + (count << object->bits) - untyped->paddr;
}

/* ---- fixed places ---- */

/* Gives away [watermark, target) in pieces; those of RAM are used for other objects. */
static void carve(struct plan *plan, size_t index, uint64_t target)
{
    for (;;) {
        struct untyped *untyped = &plan->model.untypeds.items[index];
        uint64_t at = untyped->paddr + untyped->watermark;
        unsigned bits;

        if (at >= target) {
            return;
        }
        bits = 63 - (unsigned)__builtin_clzll(target - at);
        if (at != 0 && (unsigned)__builtin_ctzll(at) < bits) {
            bits = (unsigned)__builtin_ctzll(at);
        }

        struct untyped piece = {
            .paddr = at, .slot = plan_slots(plan, 1), .bits = bits, .device = untyped->device
        };

        emit_retype(plan, untyped, OBJECT_UNTYPED, bits, piece.slot, 1);
        untyped->watermark += UINT64_C(1) << bits;
        *list_add(plan->arena, &plan->model.untypeds) = piece;
    }
}

static size_t untyped_at(const struct plan *plan, uint64_t paddr)
{
    for (size_t i = 0; i < plan->model.untypeds.count; i++) {
        const struct untyped *untyped = &plan->model.untypeds.items[i];

        if (paddr >= untyped->paddr + untyped->watermark
                && paddr - untyped->paddr < UINT64_C(1) << untyped->bits) {
            return i;
        }
    }
    return NONE;
}

static const char *valid_ranges(struct plan *plan)
{
    const char *text = "";

    for (size_t i = 0; i < plan->sdk->memory.count; i++) {
        text = arena_format(plan->arena, "%s RAM [0x%llx..0x%llx),", text,
                (unsigned long long)plan->model.task.end,
                (unsigned long long)plan->sdk->memory.items[i].end);
    }
    list_for_each(device, &plan->sdk->devices) {
        text = arena_format(plan->arena, "%s device [0x%llx..0x%llx)%s", text,
                (unsigned long long)device->start, (unsigned long long)device->end,
                device + 1 < plan->sdk->devices.items + plan->sdk->devices.count ? "," : "");
    }
    return text;
}

static void place_fixed(struct plan *plan, struct object *object)
{
    for (uint64_t done = 0; done < object->count;) {
        uint64_t paddr = object->paddr + (done << object->bits);
        size_t index = untyped_at(plan, paddr);
        uint64_t fits = 0;

        if (index != NONE) {
            carve(plan, index, paddr);
            fits = room(&plan->model.untypeds.items[index], object->bits);
        }
        if (fits == 0) {
            plan_error(plan, object->region->paddr_position,
                    "phys_addr: memory region '%s' at [0x%llx..0x%llx) does not lie in memory that "
                    "the kernel hands out (0x%llx does not). Possible:%s",
                    object->region->name, (unsigned long long)object->paddr,
                    (unsigned long long)(object->paddr + (object->count << object->bits)),
                    (unsigned long long)paddr, valid_ranges(plan));
            return;
        }
        fits = fits < object->count - done ? fits : object->count - done;
        make_objects(plan, &plan->model.untypeds.items[index], object, done, fits);
        done += fits;
    }
}

/* ---- everything else ---- */

#define FRESH (UINT64_C(1) << 62) /* dearer than any that is in use */

/*
 * The untyped where objects are cheapest: its first Retype clears all of it, so one that is in use
 * already costs nothing, and a small one little.
 */
static size_t choose_untyped(const struct plan *plan, unsigned bits, uint64_t count, bool all)
{
    size_t best = NONE;
    uint64_t best_cost = UINT64_MAX;

    for (size_t i = 0; i < plan->model.untypeds.count; i++) {
        const struct untyped *untyped = &plan->model.untypeds.items[i];
        uint64_t fits = room(untyped, bits);
        uint64_t cost = untyped->watermark == 0 ? FRESH + (UINT64_C(1) << untyped->bits) : fits;

        if (untyped->device || fits == 0 || (all && fits < count)) {
            continue;
        }
        /* Nothing takes all of it: the roomiest first, so that few pieces result. */
        if (!all && fits < count) {
            cost = UINT64_MAX - 1 - fits;
        }
        if (cost < best_cost) {
            best = i;
            best_cost = cost;
        }
    }
    return best;
}

static void report_no_room(struct plan *plan, const struct object *object, uint64_t left)
{
    static const struct position nowhere = { 0 };

    if (object->region != NULL) {
        plan_error(plan, object->region->size_position,
                "not enough memory for region '%s': no room for %llu of its %llu pages of 0x%llx "
                "bytes%s",
                object->region->name, (unsigned long long)left, (unsigned long long)object->count,
                1ULL << object->bits, object->contiguous ? ", in one piece" : "");
        return;
    }
    plan_error(plan, nowhere, "not enough memory: no room for %llu of %llu x 0x%llx bytes (%s)",
            (unsigned long long)left, (unsigned long long)object->count, 1ULL << object->bits,
            object->name);
}

static void place_free(struct plan *plan, struct object *object)
{
    for (uint64_t done = 0; done < object->count;) {
        uint64_t left = object->count - done;
        size_t index = choose_untyped(plan, object->bits, left, object->contiguous);

        if (index == NONE) {
            report_no_room(plan, object, left);
            return;
        }

        struct untyped *untyped = &plan->model.untypeds.items[index];
        uint64_t fits = room(untyped, object->bits);

        fits = fits < left ? fits : left;
        make_objects(plan, untyped, object, done, fits);
        done += fits;
    }
    object->paddr = object->pieces.items[0].paddr;
}

/* Fixed ones first, by address; then large before small. Ties keep the order of creation. */
static int compare_objects(const void *left, const void *right)
{
    const struct object *a = *(struct object *const *)left;
    const struct object *b = *(struct object *const *)right;

    if (a->fixed != b->fixed) {
        return a->fixed ? -1 : 1;
    }
    if (a->fixed) {
        return (a->paddr > b->paddr) - (a->paddr < b->paddr);
    }
    if (a->bits != b->bits) {
        return a->bits > b->bits ? -1 : 1;
    }
    if (a->contiguous != b->contiguous) {
        return a->contiguous ? -1 : 1;
    }
    return (a->slot > b->slot) - (a->slot < b->slot);
}

void plan_allocate(struct plan *plan)
{
    size_t count = plan->objects.count;
    struct object **order = arena_alloc(plan->arena, (count + 1) * sizeof(*order));

    for (size_t i = 0; i < count; i++) {
        order[i] = &plan->objects.items[i];
    }
    qsort(order, count, sizeof(*order), compare_objects);
    /* All fixed ones are tried, so that one run names each that is impossible. */
    for (size_t i = 0; i < count; i++) {
        if (order[i]->fixed) {
            place_fixed(plan, order[i]);
        } else if (!plan->failed) {
            place_free(plan, order[i]);
        }
    }
    if (plan->next_slot > UINT64_C(1) << plan->sdk->root_cnode_bits) {
        plan_error(plan, (struct position){ 0 },
                "the system needs %llu capability slots; the initial task has %llu. Larger pages "
                "need fewer",
                (unsigned long long)plan->next_slot, 1ULL << plan->sdk->root_cnode_bits);
    }
}
