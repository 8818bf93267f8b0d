/* SPDX-License-Identifier: BSD-2-Clause */
#include "gdbstub/arch/aarch64.h"

/* Numbers in the order of the description below. */
enum {
    FIRST_V = AARCH64_G_REGISTERS,
    FPSR = FIRST_V + 32,
    FPCR,
    TPIDR,
    TPIDRRO,
    ESR,
    FAR,
    REGISTERS,
};

#define AT(group_, member)                                                   \
    (struct aarch64_location)                                                \
    {                                                                        \
        .group = group_, .offset = offsetof(struct aarch64_context, member), \
        .size = sizeof(((struct aarch64_context *)0)->member)                \
    }

static struct aarch64_location element(struct aarch64_location first, uint64_t index)
{
    first.offset = (uint16_t)(first.offset + index * first.size);
    return first;
}

bool aarch64_locate(uint64_t number, struct aarch64_location *location)
{
    switch (number) {
    case AARCH64_SP:
        *location = AT(AARCH64_GENERAL, general.sp);
        return true;
    case AARCH64_PC:
        *location = AT(AARCH64_GENERAL, general.pc);
        return true;
    case AARCH64_PC + 1:
        *location = AT(AARCH64_GENERAL, general.cpsr);
        return true;
    case FPSR:
        *location = AT(AARCH64_VECTORS, vectors.fpsr);
        return true;
    case FPCR:
        *location = AT(AARCH64_VECTORS, vectors.fpcr);
        return true;
    case TPIDR:
        *location = AT(AARCH64_GENERAL, general.tpidr);
        return true;
    case TPIDRRO:
        *location = AT(AARCH64_GENERAL, general.tpidrro);
        return true;
    case ESR:
        *location = AT(AARCH64_FAULT, fault.esr);
        return true;
    case FAR:
        *location = AT(AARCH64_FAULT, fault.far);
        return true;
    default:
        break;
    }
    if (number >= REGISTERS) {
        return false;
    }
    *location = number < AARCH64_SP ? element(AT(AARCH64_GENERAL, general.x[0]), number)
                                    : element(AT(AARCH64_VECTORS, vectors.v[0]), number - FIRST_V);
    return true;
}
