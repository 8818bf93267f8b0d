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

static unsigned step_ends(struct gdbstub *stub, unsigned pd, uint64_t ends[AARCH64_SUCCESSORS_MAX])
{
    struct place place = { stub, pd };
    struct aarch64_context context;
    uint32_t instruction;
    unsigned count = 0;

    if (!stub->target->read_registers(stub->target, pd, AARCH64_GENERAL, &context)
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
    return good;
}

bool step_end(struct gdbstub *stub, unsigned pd)
{
    const struct inferior *inferior = &stub->inferiors[pd];
    uint64_t pc = inferior->stop.kind == STOP_SOFTWARE_BREAKPOINT ? read_pc(stub, pd) : 0;
    bool ours = false;

    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        struct breakpoint *breakpoint = &stub->breakpoints[i];

        if (breakpoint->used && breakpoint->own && breakpoint->pd == pd) {
            ours = ours
                    || (inferior->stop.kind == STOP_SOFTWARE_BREAKPOINT
                            && breakpoint->address == pc);
            breakpoint_remove_own(stub, breakpoint);
        }
    }
    return ours && find_breakpoint(stub, pd, BREAK_SOFTWARE, pc) == NULL;
}
