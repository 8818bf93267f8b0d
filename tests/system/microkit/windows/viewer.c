/* SPDX-License-Identifier: BSD-2-Clause */
/* Does through its read-only window what the judge asks for. */
#include "support/test.h"
#include "windows/facts.h"

#define JUDGE 2

volatile struct facts *facts;
seL4_Word window_vaddr;
seL4_Word window_base;
seL4_Word window_stack;

void init(void)
{
}

void notified(microkit_channel ch)
{
    volatile seL4_Word *variable =
            (volatile seL4_Word *)(facts->variable - window_base + window_vaddr);

    switch ((enum try)facts->try) {
    case TRY_READ:
        facts->value = *variable;
        break;
    case TRY_READ_STACK:
        facts->value = *(volatile seL4_Word *)window_stack;
        break;
    case TRY_WRITE:
        *variable = 0;
        break;
    case TRY_WRITE_CODE:
        *(volatile seL4_Word *)window_vaddr = 0;
        break;
    case TRY_READ_GAP:
        facts->value = *(volatile seL4_Word *)(window_stack - 8);
        break;
    case TRY_NUMBER:
        break;
    }
    microkit_notify(ch);
}
