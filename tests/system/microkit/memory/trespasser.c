/* SPDX-License-Identifier: BSD-2-Clause */
/* Does what it must not. The judge restarts it for the next try. */
#include "memory/trespass.h"
#include "support/test.h"

volatile seL4_Word *order;
volatile seL4_Word *read_only;

static uint32_t code_in_data[] = { 0xd65f03c0 }; /* ret */

static void write_text(void)
{
    *(volatile uint32_t *)(uintptr_t)&init = 0;
}

static void execute(const void *where)
{
    ((void (*)(void))(uintptr_t)where)();
}

/* Each round takes a frame of its own, until the page below the stack. */
static __attribute__((noinline)) unsigned recurse(unsigned depth)
{
    volatile unsigned pad[64];

    pad[depth % 64] = depth;
    return depth == ~0U ? 0 : recurse(depth + 1) + pad[0];
}

void init(void)
{
}

void notified(microkit_channel ch)
{
    uint32_t code_on_stack[] = { 0xd65f03c0 };

    (void)ch;
    switch (*order) {
    case TRESPASS_WRITE_READ_ONLY:
        *read_only = 1;
        break;
    case TRESPASS_WRITE_TEXT:
        write_text();
        break;
    case TRESPASS_EXECUTE_DATA:
        execute(code_in_data);
        break;
    case TRESPASS_EXECUTE_STACK:
        __asm__ volatile("" ::"r"(code_on_stack) : "memory");
        execute(code_on_stack);
        break;
    case TRESPASS_READ_UNMAPPED:
        (void)*(volatile seL4_Word *)0x90000000;
        break;
    case TRESPASS_OVERFLOW_STACK:
        recurse(0);
        break;
    default:
        break;
    }
}
