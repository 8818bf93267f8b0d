/* SPDX-License-Identifier: BSD-2-Clause */
/* Fault messages and replies to them (sel4-abi.md, 10.3, 10.4). */
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/fault.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/object/ipc_objects.h"

#define MAX_FAULT_WORDS 13

/* Registers of UnknownSyscall and UserException messages, as words of struct user_context. */
static const uint8_t syscall_registers[] = {
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    CONTEXT_RESTART_PC / 8,
    CONTEXT_SP / 8,
    CONTEXT_PC / 8,
    CONTEXT_SPSR / 8,
};
static const uint8_t exception_registers[] = {
    CONTEXT_RESTART_PC / 8,
    CONTEXT_SP / 8,
    CONTEXT_SPSR / 8,
};
#define TIMEOUT_REPLY_WORDS 34

static word_t read_registers(
        const struct tcb *tcb, const uint8_t *order, word_t count, word_t *words)
{
    for (word_t i = 0; i < count; i++) {
        words[i] = ((const word_t *)&tcb->context)[order[i]];
    }
    return count;
}

static word_t cap_fault_words(const struct tcb *tcb, word_t *words)
{
    const struct lookup_failure *lookup = &tcb->fault.cap.lookup;

    words[0] = tcb->context.restart_pc;
    words[1] = tcb->fault.cap.address;
    words[2] = tcb->fault.cap.in_receive_phase;
    words[3] = lookup->type;
    words[4] = lookup->words[0];
    words[5] = lookup->words[1];
    words[6] = lookup->words[2];
    return 3 + lookup_failure_length(lookup);
}

static word_t debug_words(const struct tcb *tcb, word_t *words)
{
    words[0] = tcb->context.restart_pc;
    words[1] = tcb->fault.debug.reason;
    words[2] = tcb->fault.debug.trigger_address;
    words[3] = tcb->fault.debug.breakpoint;
    return tcb->fault.debug.reason <= 1 ? 4 : 2;
}

static word_t fault_words(struct tcb *tcb, word_t *words)
{
    word_t count;

    switch ((enum fault_type)tcb->fault.type) {
    case FAULT_CAP:
        return cap_fault_words(tcb, words);
    case FAULT_UNKNOWN_SYSCALL:
        count = read_registers(tcb, syscall_registers, ARRAY_LENGTH(syscall_registers), words);
        words[count] = tcb->fault.unknown_syscall.number;
        return count + 1;
    case FAULT_USER_EXCEPTION:
        count = read_registers(tcb, exception_registers, ARRAY_LENGTH(exception_registers), words);
        words[count] = tcb->fault.user_exception.number;
        words[count + 1] = tcb->fault.user_exception.code;
        return count + 2;
    case FAULT_DEBUG_EXCEPTION:
        return debug_words(tcb, words);
    case FAULT_TIMEOUT:
        words[0] = tcb->fault.timeout.badge;
        if (tcb->sc == NULL) {
            return 1;
        }
        words[1] = sc_take_consumed(tcb->sc);
        return 2;
    case FAULT_VM:
        words[0] = tcb->context.restart_pc;
        words[1] = tcb->fault.vm.address;
        words[2] = tcb->fault.vm.instruction;
        words[3] = tcb->fault.vm.status;
        return 4;
    case FAULT_NONE:
        break;
    }
    return 0;
}

word_t fault_message_write(struct tcb *sender, struct tcb *receiver, struct ipc_buffer *buffer)
{
    word_t words[MAX_FAULT_WORDS];
    word_t count = fault_words(sender, words);
    word_t written = 0;

    while (written < count && message_register_write(receiver, buffer, written, words[written])) {
        written++;
    }
    return written;
}

/* Copies the first `length` words of the reply into the registers named by `order`. */
static void write_registers(
        struct tcb *faulted, struct tcb *replier, const uint8_t *order, word_t length)
{
    struct ipc_buffer *buffer = ipc_buffer_for_sending(replier);

    for (word_t i = 0; i < length; i++) {
        word_t value = message_register_read(replier, buffer, i);

        if (i >= MESSAGE_REGISTERS && buffer == NULL) {
            return;
        }
        if (order[i] == CONTEXT_SPSR / 8) {
            value = arch_sanitise_spsr(value);
        }
        ((word_t *)&faulted->context)[order[i]] = value;
    }
}

static void write_timeout_registers(struct tcb *faulted, struct tcb *replier, word_t length)
{
    struct ipc_buffer *buffer = ipc_buffer_for_sending(replier);

    for (word_t i = 0; i < MIN(length, TIMEOUT_REPLY_WORDS); i++) {
        word_t value = message_register_read(replier, buffer, i);

        if (i >= MESSAGE_REGISTERS && buffer == NULL) {
            return;
        }
        arch_context_write(faulted, i, i == 2 ? arch_sanitise_spsr(value) : value);
    }
}

bool fault_reply_apply(struct tcb *faulted, struct tcb *replier)
{
    word_t info = replier->context.x[REG_INFO];
    word_t length = info_length(info);
    bool goes_on = info_label(info) == 0;

    switch ((enum fault_type)faulted->fault.type) {
    case FAULT_CAP:
    case FAULT_VM:
        return true;
    case FAULT_UNKNOWN_SYSCALL:
        write_registers(
                faulted, replier, syscall_registers, MIN(length, ARRAY_LENGTH(syscall_registers)));
        return goes_on;
    case FAULT_USER_EXCEPTION:
        write_registers(faulted, replier, exception_registers,
                MIN(length, ARRAY_LENGTH(exception_registers)));
        return goes_on;
    case FAULT_TIMEOUT:
        write_timeout_registers(faulted, replier, length);
        return goes_on;
    case FAULT_DEBUG_EXCEPTION:
        if (KERNEL_HARDWARE_DEBUG && faulted->fault.debug.reason == 2) {
            arch_debug_set_stepping(faulted, length == 0 ? 1 : replier->context.x[REG_MR0]);
        }
        return goes_on;
    case FAULT_NONE:
        break;
    }
    return goes_on;
}
