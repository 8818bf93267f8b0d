/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a PD has stopped: as GDB's signal, as a stop reply, in words. */
#include "gdbstub/arch/exceptions.h"
#include "gdbstub/core/parts.h"

/* GDB's own numbers of signals. */
enum {
    SIGNAL_ILL = 4,
    SIGNAL_TRAP = 5,
    SIGNAL_FPE = 8,
    SIGNAL_BUS = 10,
    SIGNAL_SEGV = 11,
    SIGNAL_SYS = 12,
    SIGNAL_XCPU = 24,
};

static unsigned exception_signal(uint64_t esr)
{
    switch (ESR_CLASS(esr)) {
    case CLASS_PC_ALIGNMENT:
    case CLASS_SP_ALIGNMENT:
        return SIGNAL_BUS;
    case CLASS_FPU:
    case CLASS_FPU_EXCEPTION:
        return SIGNAL_FPE;
    default:
        return SIGNAL_ILL;
    }
}

unsigned stop_signal(const struct target_stop *stop)
{
    switch (stop->kind) {
    case STOP_NONE:
        return 0;
    case STOP_REQUESTED:
        return (unsigned)stop->detail; /* 0, or SIGINT from an interrupt */
    case STOP_MEMORY_FAULT:
        return ESR_STATUS(stop->detail) == STATUS_ALIGNMENT ? SIGNAL_BUS : SIGNAL_SEGV;
    case STOP_CAPABILITY_FAULT:
    case STOP_UNKNOWN_SYSCALL:
        return SIGNAL_SYS;
    case STOP_EXCEPTION:
        return exception_signal(stop->detail);
    case STOP_BUDGET:
        return SIGNAL_XCPU;
    default:
        return SIGNAL_TRAP;
    }
}

/* A watchpoint is named by the address it watches and what it waits for. */
static void put_watchpoint(struct gdbstub *stub, unsigned pd, uint64_t address)
{
    static const char *const names[BREAKPOINT_KINDS] = {
        [WATCH_WRITE] = "watch:",
        [WATCH_READ] = "rwatch:",
        [WATCH_ACCESS] = "awatch:",
    };

    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        const struct breakpoint *breakpoint = &stub->breakpoints[i];

        if (breakpoint->used && breakpoint->pd == pd && breakpoint->kind >= WATCH_WRITE
                && address - breakpoint->address < breakpoint->length) {
            rsp_put(&stub->reply, names[breakpoint->kind]);
            rsp_put_number(&stub->reply, breakpoint->address);
            rsp_put(&stub->reply, ";");
            return;
        }
    }
}

/*
 * The general registers spare GDB the question, which is a round trip at each step. Not in the first stop of
 * a PD: in non-stop GDB 13 reads that before it has asked for the target description, and stumbles over
 * the sizes.
 */
static void put_expedited(struct gdbstub *stub, unsigned pd)
{
    struct aarch64_context context;
    struct aarch64_location location;

    if (stub->inferiors[pd].fresh
            || !stub->target->read_registers(stub->target, pd, AARCH64_GENERAL, &context)) {
        return;
    }
    for (unsigned i = 0; i < AARCH64_G_REGISTERS; i++) {
        aarch64_locate(i, &location);
        rsp_put_number(&stub->reply, i);
        rsp_put(&stub->reply, ":");
        rsp_put_hex(&stub->reply, (uint8_t *)&context + location.offset, location.size);
        rsp_put(&stub->reply, ";");
    }
}

void put_stop_reply(struct gdbstub *stub, unsigned pd)
{
    const struct target_stop *stop = &stub->inferiors[pd].stop;
    uint8_t signal = (uint8_t)stop_signal(stop);

    stub->inferiors[pd].pending = false;
    stub->told = stub->current = (int)pd;
    rsp_put(&stub->reply, "T");
    rsp_put_hex(&stub->reply, &signal, 1);
    rsp_put(&stub->reply, "thread:");
    put_thread(stub, pd);
    rsp_put(&stub->reply, ";");
    if (stop->kind == STOP_SOFTWARE_BREAKPOINT) {
        rsp_put(&stub->reply, "swbreak:;");
    } else if (stop->kind == STOP_HARDWARE_BREAKPOINT) {
        rsp_put(&stub->reply, "hwbreak:;");
    } else if (stop->kind == STOP_REPLACED) {
        rsp_put(&stub->reply, "library:;");
    } else if (stop->kind == STOP_WATCHPOINT) {
        put_watchpoint(stub, pd, stop->address);
    }
    put_expedited(stub, pd);
}
