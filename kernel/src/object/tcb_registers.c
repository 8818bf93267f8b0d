/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading, writing and copying a thread's registers (sel4-abi.md, 6.4, 11). */
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/tcb.h"

#define FLAG_SUSPEND_SOURCE      BIT(0)
#define FLAG_RESUME_TARGET_WRITE BIT(0)
#define FLAG_RESUME_TARGET_COPY  BIT(1)
#define FLAG_FRAME               BIT(2)
#define FLAG_INTEGER             BIT(3)

#define WORD_SPSR 2

error_t tcb_read_registers(struct invocation *inv, struct tcb *tcb)
{
    word_t words[USER_CONTEXT_WORDS];

    if (inv->length < 2) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t count = message_word(inv, 1);

    if (count < 1 || count > USER_CONTEXT_WORDS) {
        return error_range(1, USER_CONTEXT_WORDS);
    }
    if (tcb == inv->caller) {
        return error_plain(seL4_IllegalOperation);
    }
    if (message_word(inv, 0) & FLAG_SUSPEND_SOURCE) {
        thread_suspend(tcb);
    }
    for (word_t i = 0; i < count; i++) {
        words[i] = arch_context_read(tcb, i);
    }
    invocation_result(inv, words, count);
    return OK;
}

error_t tcb_write_registers(struct invocation *inv, struct tcb *tcb)
{
    if (inv->length < 2) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t count = message_word(inv, 1);

    if (inv->length - 2 < count) {
        return error_plain(seL4_TruncatedMessage);
    }
    if (tcb == inv->caller) {
        return error_plain(seL4_IllegalOperation);
    }
    for (word_t i = 0; i < MIN(count, USER_CONTEXT_WORDS); i++) {
        word_t value = message_word(inv, 2 + i);

        arch_context_write(tcb, i, i == WORD_SPSR ? arch_sanitise_spsr(value) : value);
    }
    tcb->context.pc = tcb->context.restart_pc;
    if (message_word(inv, 0) & FLAG_RESUME_TARGET_WRITE) {
        thread_resume(tcb);
    }
    return OK;
}

static void copy_words(const struct tcb *source, struct tcb *target, word_t first, word_t end)
{
    for (word_t i = first; i < end; i++) {
        arch_context_write(target, i, arch_context_read(source, i));
    }
}

error_t tcb_copy_registers(struct invocation *inv, struct tcb *tcb)
{
    if (inv->length < 1 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct cap source_cap = extra_cap(inv, 0);
    word_t flags = message_word(inv, 0);

    if (cap_type(source_cap) != CAP_THREAD) {
        return error_capability(1);
    }

    struct tcb *source = cap_thread_object(source_cap);

    if (flags & FLAG_SUSPEND_SOURCE) {
        thread_suspend(source);
    }
    if (flags & FLAG_RESUME_TARGET_COPY) {
        thread_resume(tcb);
    }
    if (flags & FLAG_FRAME) {
        copy_words(source, tcb, 0, USER_CONTEXT_FRAME_WORDS);
        tcb->context.pc = tcb->context.restart_pc;
    }
    if (flags & FLAG_INTEGER) {
        copy_words(source, tcb, USER_CONTEXT_FRAME_WORDS, USER_CONTEXT_WORDS);
    }
    return OK;
}
