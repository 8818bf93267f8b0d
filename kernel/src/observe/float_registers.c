/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/observe/float_registers.h"

#include <sel4/lionscope.h>

#include "kernel/src/arch/arch.h"

#define REGISTERS 32

static error_t read_floats(struct invocation *inv, struct tcb *tcb)
{
    const struct fpu_state *state = arch_fpu_state(tcb);
    word_t words[LIONSCOPE_FLOAT_WORDS];

    words[0] = state->fpsr | (word_t)state->fpcr << 32;
    for (word_t i = 0; i < REGISTERS; i++) {
        words[1 + 2 * i] = (word_t)state->v[i];
        words[2 + 2 * i] = (word_t)(state->v[i] >> 64);
    }
    invocation_result(inv, words, ARRAY_LENGTH(words));
    return OK;
}

static error_t write_floats(struct invocation *inv, struct tcb *tcb)
{
    struct fpu_state *state;

    if (inv->length < LIONSCOPE_FLOAT_WORDS) {
        return error_plain(seL4_TruncatedMessage);
    }
    if (tcb->flags & TCB_FLAG_FPU_DISABLED) {
        return error_plain(seL4_IllegalOperation);
    }
    state = arch_fpu_state(tcb);
    state->fpsr = (uint32_t)message_word(inv, 0);
    state->fpcr = (uint32_t)(message_word(inv, 0) >> 32);
    for (word_t i = 0; i < REGISTERS; i++) {
        state->v[i] =
                message_word(inv, 1 + 2 * i) | (__uint128_t)message_word(inv, 2 + 2 * i) << 64;
    }
    tcb->fpu_used = true;
    return OK;
}

error_t float_registers_invoke(struct invocation *inv, struct tcb *tcb)
{
    if (tcb == inv->caller) {
        return error_plain(seL4_IllegalOperation);
    }
    return inv->label == LionscopeTCBReadFloats ? read_floats(inv, tcb) : write_floats(inv, tcb);
}
