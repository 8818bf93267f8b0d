/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of children, through what this PD maps of it. */
#include "gdbstub/target/parts.h"
#include "microkit/include/microkit/grants.h"

MICROKIT_DEFINE_VIEWS;

/* The view that has this address of the PD; a writable one if there are several. */
static const struct microkit_view *view_of(unsigned pd, uint64_t address)
{
    const struct microkit_view *found = NULL;

    for (uint64_t i = 0; i < microkit_views_count && i < MICROKIT_VIEWS_MAX; i++) {
        const struct microkit_view *view = &microkit_views[i];

        if (view->pd == pd && address - view->pd_address < view->size
                && (found == NULL || view->writable)) {
            found = view;
        }
    }
    return found;
}

size_t sel4_read_memory(
        struct target *target, unsigned pd, uint64_t address, void *bytes, size_t length)
{
    size_t done = 0;

    (void)target;
    while (done < length) {
        const struct microkit_view *view = view_of(pd, address + done);
        uint64_t offset = view == NULL ? 0 : address + done - view->pd_address;
        size_t part;

        if (view == NULL) {
            break;
        }
        part = at_most(length - done, view->size - offset);
        bytes_copy((uint8_t *)bytes + done, (const void *)(view->address + offset), part);
        done += part;
    }
    return done;
}

#define LINE 64 /* bytes of a cache line; no AArch64 processor has shorter ones that we run on */

/*
 * What was written has to reach the instruction fetches of the PD: out of the data cache, and old
 * instructions out of the instruction cache. By this PD's address, which is enough where
 * instruction caches go by physical address.
 */
static void synchronise(uint64_t address, size_t length)
{
    uint64_t first = address / LINE * LINE;

    for (uint64_t at = first; at < address + length; at += LINE) {
        __asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
    }
    __asm__ volatile("dsb ish" : : : "memory");
    for (uint64_t at = first; at < address + length; at += LINE) {
        __asm__ volatile("ic ivau, %0" : : "r"(at) : "memory");
    }
    __asm__ volatile("dsb ish\n\tisb" : : : "memory");
}

size_t sel4_write_memory(
        struct target *target, unsigned pd, uint64_t address, const void *bytes, size_t length)
{
    size_t done = 0;

    (void)target;
    while (done < length) {
        const struct microkit_view *view = view_of(pd, address + done);
        uint64_t offset = view == NULL ? 0 : address + done - view->pd_address;
        size_t part;

        if (view == NULL || !view->writable) {
            break;
        }
        part = at_most(length - done, view->size - offset);
        bytes_copy((void *)(view->address + offset), (const uint8_t *)bytes + done, part);
        synchronise(view->address + offset, part);
        done += part;
    }
    return done;
}

bool sel4_region(struct target *target, unsigned pd, unsigned number, struct target_region *region)
{
    (void)target;
    for (uint64_t i = 0; i < microkit_views_count && i < MICROKIT_VIEWS_MAX; i++) {
        const struct microkit_view *view = &microkit_views[i];

        if (view->pd == pd && number-- == 0) {
            region->start = view->pd_address;
            region->length = view->size;
            return true;
        }
    }
    return false;
}

#define GUARD 0x1000

const struct microkit_view *sel4_stack_of(unsigned pd)
{
    for (uint64_t i = 0; i < microkit_views_count && i < MICROKIT_VIEWS_MAX; i++) {
        if (microkit_views[i].pd == pd && microkit_views[i].is_stack) {
            return &microkit_views[i];
        }
    }
    return NULL;
}

uint64_t sel4_stack_top(unsigned pd)
{
    const struct microkit_view *stack = sel4_stack_of(pd);

    return stack == NULL ? 0 : stack->pd_address + stack->size;
}

bool sel4_is_below_stack(unsigned pd, uint64_t address)
{
    const struct microkit_view *stack = sel4_stack_of(pd);

    return stack != NULL && address < stack->pd_address && stack->pd_address - address <= GUARD;
}
