/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD that gets another image while it is debugged. */
#include "gdbstub/extras/images.h"

#include "gdbstub/core/parts.h"

bool gdbstub_follows(const struct gdbstub *stub, unsigned pd)
{
    return pd < stub->target->pd_count && stub->inferiors[pd].attached
            && stub->inferiors[pd].running && stub->follows_modules;
}

void gdbstub_replaced(struct gdbstub *stub, unsigned pd)
{
    struct inferior *inferior = &stub->inferiors[pd];

    if (!gdbstub_follows(stub, pd)) {
        return;
    }
    stop_inferior(stub, pd);
    inferior->stop = (struct target_stop){ .kind = STOP_REPLACED };
    inferior->pending = true;
    deliver_stops(stub);
}

/* A software breakpoint in that part of the PD. */
static bool stands_in(
        const struct breakpoint *breakpoint, unsigned pd, const struct target_region *where)
{
    return breakpoint->used && breakpoint->pd == pd && breakpoint->kind == BREAK_SOFTWARE
            && breakpoint->address - where->start < where->length;
}

void gdbstub_left(struct gdbstub *stub, unsigned pd, const struct target_region *image)
{
    for (unsigned i = 0; stub->follows_modules && i < STUB_BREAKPOINTS_MAX; i++) {
        if (stands_in(&stub->breakpoints[i], pd, image)) {
            remove_breakpoint(stub, &stub->breakpoints[i]);
        }
    }
}

void gdbstub_overwritten(struct gdbstub *stub, unsigned pd, const struct target_region *image)
{
    struct inferior *inferior = &stub->inferiors[pd];

    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        struct breakpoint *breakpoint = &stub->breakpoints[i];

        if (stands_in(breakpoint, pd, image)) {
            inferior->lifted = inferior->lifted == breakpoint ? NULL : inferior->lifted;
            breakpoint->used = false;
        }
    }
}

bool gdbstub_has_breakpoint(const struct gdbstub *stub, unsigned pd, uint64_t address)
{
    const struct target_region here = { address, 1 };

    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        if (stands_in(&stub->breakpoints[i], pd, &here) && !stub->breakpoints[i].lifted) {
            return true;
        }
    }
    return false;
}
