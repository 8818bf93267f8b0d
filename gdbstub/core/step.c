/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps that the processor cannot make. Each exception clears the exclusive monitor, so that a loop of
 * load-exclusive and store-exclusive never ends when it is stepped through: such a sequence is one step. And
 * where the kernel has no debug API, every step is made with breakpoints of our own, which GDB does not see.
 */
#include "gdbstub/arch/step.h"

#include "gdbstub/core/parts.h"

struct place {
    struct gdbstub *stub;
    unsigned pd;
};

static bool fetch(void *context, uint64_t address, uint32_t *instruction)
{
    const struct place *place = context;

    return stub_read(place->stub, place->pd, address, instruction, sizeof(*instruction))
            == sizeof(*instruction);
}

/* True, without asking the target, if this is no step for us: most are not, and a false hit has to be cheap. */
static bool is_plain(const struct gdbstub *stub, unsigned pd)
{
    const struct breakpoint *lifted = stub->inferiors[pd].lifted;

    return stub->target->steps && lifted != NULL && lifted->kind == BREAK_SOFTWARE
            && !aarch64_is_load_exclusive(lifted->original);
}

static unsigned step_ends(struct gdbstub *stub, unsigned pd, uint64_t ends[AARCH64_SUCCESSORS_MAX])
{
    struct place place = { stub, pd };
    struct aarch64_context context;
    uint32_t instruction;
    unsigned count = 0;

    if (is_plain(stub, pd)
            || !stub->target->read_registers(stub->target, pd, AARCH64_GENERAL, &context)
            || !fetch(&place, context.general.pc, &instruction)) {
        return 0;
    }
    if (aarch64_is_load_exclusive(instruction)) {
        count = aarch64_sequence_exits(context.general.pc, fetch, &place, ends);
    }
    return count != 0 || stub->target->steps
            ? count
            : aarch64_successors(&context.general, instruction, ends);
}

bool step_begin(struct gdbstub *stub, unsigned pd)
{
    uint64_t ends[AARCH64_SUCCESSORS_MAX];
    unsigned count = step_ends(stub, pd, ends);
    bool good = count != 0;

    for (unsigned i = 0; i < count; i++) {
        good = breakpoint_add_own(stub, pd, ends[i]) && good;
    }
    stub->inferiors[pd].by_breakpoints = count != 0;
    return good;
}

static bool remove_own(struct gdbstub *stub, unsigned pd, uint64_t pc)
{
    bool at_one = false;

    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        struct breakpoint *breakpoint = &stub->breakpoints[i];

        if (breakpoint->used && breakpoint->own && breakpoint->pd == pd) {
            at_one = at_one || breakpoint->address == pc;
            breakpoint_remove_own(stub, breakpoint);
        }
    }
    return at_one;
}

bool step_end(struct gdbstub *stub, unsigned pd)
{
    struct inferior *inferior = &stub->inferiors[pd];
    bool at_breakpoint = inferior->stop.kind == STOP_SOFTWARE_BREAKPOINT;
    uint64_t pc;

    if (!inferior->by_breakpoints) {
        return false;
    }
    inferior->by_breakpoints = false;
    pc = at_breakpoint ? read_pc(stub, pd) : 0;
    return remove_own(stub, pd, pc) && at_breakpoint
            && find_breakpoint(stub, pd, BREAK_SOFTWARE, pc) == NULL;
}
