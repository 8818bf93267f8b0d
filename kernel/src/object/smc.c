/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware calls on behalf of a capability holder (sel4-abi.md, 14.2). */
#include <sel4/sel4_arch/invocation.h>

#include "kernel/src/api/invocation.h"
#include "kernel/src/arch/arch.h"

#define SMC_WORDS 8

error_t smc_invoke(struct invocation *inv)
{
    word_t words[SMC_WORDS];
    word_t badge = cap_badge(inv->cap);

    if (inv->label != ARMSMCCall) {
        return error_plain(seL4_IllegalOperation);
    }
    if (inv->length < SMC_WORDS) {
        return error_plain(seL4_TruncatedMessage);
    }
    for (word_t i = 0; i < SMC_WORDS; i++) {
        words[i] = message_word(inv, i);
    }
    if (badge != 0 && badge != words[0]) {
        return error_plain(seL4_IllegalOperation);
    }
    arch_smc_call(words);
    invocation_result(inv, words, SMC_WORDS);
    return OK;
}
