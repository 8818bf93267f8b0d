/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of children, by their TCB capabilities. */
#include <sel4/lionscope.h>

#include "gdbstub/target/parts.h"

#define CONTEXT_WORDS (sizeof(seL4_UserContext) / sizeof(seL4_Word))

/* The kernel's order of registers, as pointers to ours. */
static void general_from(struct aarch64_registers *to, const seL4_UserContext *from)
{
    const seL4_Word *const groups[] = { &from->x0, &from->x9, &from->x16, &from->x19, &from->x29 };
    static const uint8_t first[] = { 0, 9, 16, 19, 29, 31 };

    for (unsigned group = 0; group < 5; group++) {
        for (unsigned i = first[group]; i < first[group + 1]; i++) {
            to->x[i] = groups[group][i - first[group]];
        }
    }
    to->sp = from->sp;
    to->pc = from->pc;
    to->cpsr = (uint32_t)from->spsr;
    to->tpidr = from->tpidr_el0;
    to->tpidrro = from->tpidrro_el0;
}

static void general_to(seL4_UserContext *to, const struct aarch64_registers *from)
{
    seL4_Word *const groups[] = { &to->x0, &to->x9, &to->x16, &to->x19, &to->x29 };
    static const uint8_t first[] = { 0, 9, 16, 19, 29, 31 };

    for (unsigned group = 0; group < 5; group++) {
        for (unsigned i = first[group]; i < first[group + 1]; i++) {
            groups[group][i - first[group]] = from->x[i];
        }
    }
    to->sp = from->sp;
    to->pc = from->pc;
    to->spsr = from->cpsr;
    to->tpidr_el0 = from->tpidr;
    to->tpidrro_el0 = from->tpidrro;
}

static bool read_floats(struct sel4_pd *pd, struct aarch64_vectors *to)
{
    static struct lionscope_float_registers floats;

    if (lionscope_TCB_ReadFloats(pd->tcb, &floats) != seL4_NoError) {
        return false; /* another kernel */
    }
    to->fpsr = (uint32_t)floats.status_and_control;
    to->fpcr = (uint32_t)(floats.status_and_control >> 32);
    bytes_copy(to->v, floats.v, sizeof(to->v));
    return true;
}

static bool write_floats(struct sel4_pd *pd, const struct aarch64_vectors *from)
{
    static struct lionscope_float_registers floats;

    floats.status_and_control = from->fpsr | (uint64_t)from->fpcr << 32;
    bytes_copy(floats.v, from->v, sizeof(floats.v));
    return lionscope_TCB_WriteFloats(pd->tcb, &floats) == seL4_NoError;
}

bool sel4_read_registers(struct target *target, unsigned pd, enum aarch64_group group,
        struct aarch64_context *context)
{
    seL4_UserContext registers;
    struct sel4_pd *one = sel4_pd(pd);

    (void)target;
    if (one == NULL) {
        return false;
    }
    switch (group) {
    case AARCH64_GENERAL:
        if (seL4_TCB_ReadRegisters(one->tcb, false, 0, CONTEXT_WORDS, &registers) != seL4_NoError) {
            return false;
        }
        general_from(&context->general, &registers);
        return true;
    case AARCH64_VECTORS:
        return read_floats(one, &context->vectors);
    case AARCH64_FAULT:
        context->fault = one->fault;
        return true;
    default:
        return false;
    }
}

bool sel4_write_registers(struct target *target, unsigned pd, enum aarch64_group group,
        const struct aarch64_context *context)
{
    seL4_UserContext registers;
    struct sel4_pd *one = sel4_pd(pd);

    (void)target;
    if (one == NULL || group == AARCH64_FAULT) {
        return false;
    }
    if (group == AARCH64_VECTORS) {
        return write_floats(one, &context->vectors);
    }
    sel4_give_up_waiting(one);
    general_to(&registers, &context->general);
    return seL4_TCB_WriteRegisters(one->tcb, false, 0, CONTEXT_WORDS, &registers) == seL4_NoError;
}
