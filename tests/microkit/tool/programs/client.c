/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD with a variable for each kind of value that the tool sets. Never run. */
#include <stdint.h>

#include <microkit.h>

uintptr_t vaddr_var;
uintptr_t size_var;
uintptr_t prefill_size_var;
uintptr_t paddr_var;
uintptr_t id_var;
uintptr_t other_id_var = 0x5555; /* in .data; the others are in .bss */
uintptr_t child_id_var;
uintptr_t window_vaddr_var;
uintptr_t window_size_var;
uintptr_t window_base_var;
uintptr_t window_stack_var;
uint32_t half_var;
uint64_t two_words_var[2];
char untouched[3 * 0x1000]; /* pages that stay empty */

void init(void)
{
}

void notified(microkit_channel ch)
{
    (void)ch;
}
