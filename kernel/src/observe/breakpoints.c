/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/observe/breakpoints.h"

#ifdef CONFIG_HARDWARE_DEBUG_API
#include <sel4/constants.h>
#include <sel4/invocation.h>

#include "kernel/src/arch/aarch64/debug.h"
#include "kernel/src/arch/arch.h"

/* DBGBCR and DBGWCR (Arm ARM, D17.3): enable, EL0 only, byte select, load/store control. */
#define CONTROL_ENABLE         UINT32_C(1)
#define CONTROL_EL0            (UINT32_C(2) << 1)
#define BREAKPOINT_ALL_BYTES   (UINT32_C(0xf) << 5)
#define WATCH_LOAD_STORE_SHIFT 3
#define WATCH_BYTES_SHIFT      5

static bool is_watchpoint(word_t number)
{
    return number >= HW_BREAKPOINTS;
}

static error_t check_instruction(word_t number, word_t size, word_t access)
{
    if (size != 0) {
        return error_argument(3);
    }
    if (access != seL4_BreakOnRead) {
        return error_argument(4);
    }
    return is_watchpoint(number) ? error_argument(2) : OK;
}

static error_t check_data(word_t number, word_t vaddr, word_t size, word_t access)
{
    if (size == 0) {
        return error_argument(3);
    }
    if (!is_watchpoint(number)) {
        return error_argument(2);
    }
    if (access > seL4_BreakOnReadWrite) {
        return error_argument(3);
    }
    if (size != 1 && size != 2 && size != 4 && size != 8) {
        return error_argument(3);
    }
    if (vaddr & (size - 1)) {
        return error_plain(seL4_AlignmentError);
    }
    return number - HW_BREAKPOINTS >= HW_WATCHPOINTS ? error_range(0, HW_BREAKPOINTS - 1) : OK;
}

static uint32_t watchpoint_control(word_t vaddr, word_t size, word_t access)
{
    uint32_t load_store = access == seL4_BreakOnRead ? 1 : access == seL4_BreakOnWrite ? 2 : 3;
    uint32_t bytes = (uint32_t)(MASK(size) << (vaddr & 7));

    return CONTROL_ENABLE | CONTROL_EL0 | load_store << WATCH_LOAD_STORE_SHIFT
            | bytes << WATCH_BYTES_SHIFT;
}

static error_t set_breakpoint(struct invocation *inv, struct tcb *tcb)
{
    word_t number = message_word(inv, 0) & MASK(16);
    word_t vaddr = message_word(inv, 1);
    word_t type = message_word(inv, 2);
    word_t size = message_word(inv, 3);
    word_t access = message_word(inv, 4);
    error_t error;

    if (vaddr >= USER_TOP) {
        return error_argument(1);
    }
    if (type != seL4_InstructionBreakpoint && type != seL4_DataBreakpoint) {
        return error_argument(2);
    }
    error = type == seL4_InstructionBreakpoint ? check_instruction(number, size, access)
                                               : check_data(number, vaddr, size, access);
    if (error != OK) {
        return error;
    }
    if (type == seL4_InstructionBreakpoint) {
        tcb->debug.breakpoint_address[number] = vaddr & ~UINT64_C(3);
        tcb->debug.breakpoint_control[number] = CONTROL_ENABLE | CONTROL_EL0 | BREAKPOINT_ALL_BYTES;
    } else {
        tcb->debug.watchpoint_address[number - HW_BREAKPOINTS] = vaddr & ~UINT64_C(7);
        tcb->debug.watchpoint_control[number - HW_BREAKPOINTS] =
                watchpoint_control(vaddr, size, access);
    }
    arch_debug_registers_changed(tcb);
    return OK;
}

static error_t check_number(word_t number)
{
    return number >= HW_BREAKPOINTS + HW_WATCHPOINTS
            ? error_range(0, HW_BREAKPOINTS + HW_WATCHPOINTS - 1)
            : OK;
}

static void report_watchpoint(struct invocation *inv, const struct tcb *tcb, word_t index)
{
    uint32_t control = tcb->debug.watchpoint_control[index];
    word_t bytes = control >> WATCH_BYTES_SHIFT & 0xff;
    uint32_t load_store = control >> WATCH_LOAD_STORE_SHIFT & 3;
    word_t offset = bytes == 0 ? 0 : (word_t)__builtin_ctzll(bytes);
    word_t words[] = {
        tcb->debug.watchpoint_address[index] + offset,
        seL4_DataBreakpoint,
        bytes == 0 ? 0 : (word_t)__builtin_ctzll(~(bytes >> offset)), /* adjacent bits */
        load_store == 1           ? seL4_BreakOnRead
                : load_store == 2 ? seL4_BreakOnWrite
                                  : seL4_BreakOnReadWrite,
        control & CONTROL_ENABLE,
    };

    invocation_result(inv, words, ARRAY_LENGTH(words));
}

static error_t get_breakpoint(struct invocation *inv, const struct tcb *tcb)
{
    word_t number = message_word(inv, 0) & MASK(16);
    error_t error = check_number(number);

    if (error != OK) {
        return error;
    }
    if (is_watchpoint(number)) {
        report_watchpoint(inv, tcb, number - HW_BREAKPOINTS);
        return OK;
    }

    word_t words[] = { tcb->debug.breakpoint_address[number], seL4_InstructionBreakpoint, 0,
        seL4_BreakOnRead, tcb->debug.breakpoint_control[number] & CONTROL_ENABLE };

    invocation_result(inv, words, ARRAY_LENGTH(words));
    return OK;
}

static error_t unset_breakpoint(struct invocation *inv, struct tcb *tcb)
{
    word_t number = message_word(inv, 0) & MASK(16);
    error_t error = check_number(number);

    if (error != OK) {
        return error;
    }
    if (is_watchpoint(number)) {
        tcb->debug.watchpoint_address[number - HW_BREAKPOINTS] = 0;
        tcb->debug.watchpoint_control[number - HW_BREAKPOINTS] = 0;
    } else {
        tcb->debug.breakpoint_address[number] = 0;
        tcb->debug.breakpoint_control[number] = 0;
    }
    arch_debug_registers_changed(tcb);
    return OK;
}

error_t breakpoint_invoke(struct invocation *inv, struct tcb *tcb)
{
    switch (inv->label) {
    case TCBSetBreakpoint:
        return set_breakpoint(inv, tcb);
    case TCBGetBreakpoint:
        return get_breakpoint(inv, tcb);
    case TCBUnsetBreakpoint:
        return unset_breakpoint(inv, tcb);
    default:
        arch_debug_set_stepping(tcb, message_word(inv, 1));
        invocation_result_word(inv, message_word(inv, 1) > 0);
        return OK;
    }
}
#endif
