/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a PD has stopped, in words. */
#include "gdbstub/arch/exceptions.h"
#include "gdbstub/extras/text.h"

static const char *exception_words(uint64_t esr)
{
    switch (ESR_CLASS(esr)) {
    case CLASS_UNKNOWN:
        return "undefined instruction";
    case CLASS_FPU:
        return "floating point is disabled for this PD";
    case CLASS_ILLEGAL_STATE:
        return "illegal execution state";
    case CLASS_SYSTEM_REGISTER:
        return "access to a system register it may not use";
    case CLASS_PC_ALIGNMENT:
        return "the PC is not aligned";
    case CLASS_SP_ALIGNMENT:
        return "the stack pointer is not aligned to 16";
    case CLASS_FPU_EXCEPTION:
        return "floating-point exception";
    default:
        return "exception";
    }
}

static void explain_memory_fault(const struct target_stop *stop, struct text *text)
{
    text_put(text,
            stop->fetch                        ? "instruction fetch from "
                    : stop->detail & ESR_WRITE ? "write to "
                                               : "read of ");
    text_put_hex(text, stop->address);
    switch (ESR_STATUS(stop->detail) & ~3u) {
    case 0x04:
        text_put(text, ": nothing is mapped there");
        break;
    case 0x0c:
        text_put(text, ": not permitted there");
        break;
    case STATUS_ALIGNMENT & ~3u:
        text_put(text, ": not aligned");
        break;
    default:
        text_put(text, ": refused");
        break;
    }
    text_put(text,
            stop->below_stack                ? " (stack overflow)"
                    : stop->address < 0x1000 ? " (a null pointer)"
                                             : "");
}

void explain_stop(const struct target_stop *stop, char words[TARGET_TEXT_MAX])
{
    static const char *const plain[] = {
        [STOP_NONE] = "runs",
        [STOP_REQUESTED] = "stopped on request",
        [STOP_STEP] = "stepped",
        [STOP_SOFTWARE_BREAKPOINT] = "at a breakpoint",
        [STOP_HARDWARE_BREAKPOINT] = "at a hardware breakpoint",
        [STOP_WATCHPOINT] = "watchpoint hit at ",
        [STOP_CAPABILITY_FAULT] = "capability fault: pointer ",
        [STOP_UNKNOWN_SYSCALL] = "unknown system call ",
        [STOP_BUDGET] = "budget timeout; microseconds used: ",
        [STOP_START] = "before its first instruction",
        [STOP_REPLACED] = "before the first instruction of another image",
    };
    struct text text = { words, TARGET_TEXT_MAX };

    *words = '\0';
    switch (stop->kind) {
    case STOP_MEMORY_FAULT:
        explain_memory_fault(stop, &text);
        return;
    case STOP_EXCEPTION:
        text_put(&text, exception_words(stop->detail));
        text_put(&text, ", ESR ");
        text_put_hex(&text, stop->detail);
        return;
    default:
        text_put(&text, plain[stop->kind]);
        break;
    }
    if (stop->kind == STOP_WATCHPOINT || stop->kind == STOP_CAPABILITY_FAULT) {
        text_put_hex(&text, stop->address);
        text_put(&text,
                stop->kind == STOP_WATCHPOINT ? ""
                        : stop->fetch         ? " when receiving"
                                              : " when sending");
    } else if (stop->kind == STOP_UNKNOWN_SYSCALL || stop->kind == STOP_BUDGET) {
        text_put_decimal(&text, stop->detail);
    }
}
