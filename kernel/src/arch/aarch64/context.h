/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a thread lives in processor registers.  */
#pragma once

#include "kernel/src/arch/aarch64/context_offsets.h"
#include "kernel/src/core/types.h"

struct user_context {
    word_t x[31];
    word_t sp;
    word_t pc; /* next instruction: ELR */
    word_t spsr;
    word_t restart_pc; /* the svc or the faulting instruction */
    word_t tpidr;      /* TPIDR_EL0 */
    word_t tpidrro;    /* TPIDRRO_EL0 */
};

_Static_assert(offsetof(struct user_context, sp) == CONTEXT_SP, "entry.S");
_Static_assert(offsetof(struct user_context, spsr) == CONTEXT_SPSR, "entry.S");
_Static_assert(offsetof(struct user_context, restart_pc) == CONTEXT_RESTART_PC, "entry.S");

/* System call registers (sel4-abi.md, 2.1). */
#define REG_CAP           0
#define REG_BADGE         0
#define REG_INFO          1
#define REG_MR0           2
#define REG_REPLY         6
#define REG_SYSCALL       7
#define REG_SEND_DEST     8 /* NBSendRecv */
#define MESSAGE_REGISTERS 4

struct fpu_state {
    uint32_t fpsr;
    uint32_t fpcr;
    __uint128_t v[32];
};
_Static_assert(offsetof(struct fpu_state, v) == 16, "entry.S");

#define HW_BREAKPOINTS 6
#define HW_WATCHPOINTS 4

/* Hardware debug registers of a thread, as loaded when it runs (sel4-abi.md, 18.2). */
struct debug_registers {
    word_t breakpoint_address[HW_BREAKPOINTS];
    word_t watchpoint_address[HW_WATCHPOINTS];
    uint32_t breakpoint_control[HW_BREAKPOINTS];
    uint32_t watchpoint_control[HW_WATCHPOINTS];
    word_t single_step_count; /* instructions until the next stop; 0: not stepping */
    bool single_stepping;
    bool step_done; /* but the exception for it has not been taken yet */
};
