/* SPDX-License-Identifier: BSD-2-Clause */
/* Does what `crime` says, once. */
#include <stdint.h>

#include "tick.h"

/* The guard says no; a pointer to an empty slot would be an error, and no fault. */
#define BEYOND_ANY_CNODE 0x10000000123

enum crime {
    NOTHING,
    READ_NULL,
    WRITE_NULL,
    WRITE_TEXT,
    JUMP_NOWHERE,
    UNDEFINED,
    BAD_CAPABILITY,
    BAD_SYSCALL,
    OVERFLOW,
    TRAP,
    JUMP_TO_DATA,
    ODD_JUMP,
    MISALIGNED,
};

volatile enum crime crime;
volatile int survived;
volatile int *volatile nowhere = (int *)0x10;

__attribute__((noinline)) static int dig(volatile int depth)
{
    volatile char room[512];

    room[0] = (char)depth;
    return depth < 0 ? 0 : dig(depth + 1) + room[0]; /* never */
}

__attribute__((noinline)) void commit(enum crime which)
{
    switch (which) {
    case READ_NULL:
        survived += *nowhere;
        break;
    case WRITE_NULL:
        *nowhere = 1;
        break;
    case WRITE_TEXT:
        *(volatile int *)(uintptr_t)commit = 1;
        break;
    case JUMP_NOWHERE:
        ((void (*)(void))(uintptr_t)0x77770000)();
        break;
    case UNDEFINED:
        __asm__ volatile(".word 0");
        break;
    case BAD_CAPABILITY:
        seL4_Send(BEYOND_ANY_CNODE, seL4_MessageInfo_new(0, 0, 0, 0));
        break;
    case BAD_SYSCALL:
        __asm__ volatile("mov x7, #-77\n\tsvc #0" : : : "x7", "memory");
        break;
    case OVERFLOW:
        survived += dig(0);
        break;
    case TRAP:
        __asm__ volatile("brk #7");
        break;
    case JUMP_TO_DATA:
        ((void (*)(void))(uintptr_t)&survived)();
        break;
    case ODD_JUMP:
        ((void (*)(void))((uintptr_t)commit + 2))();
        break;
    case MISALIGNED: /* exclusive accesses are never split */
        __asm__ volatile("ldxr w9, [%0]" : : "r"((uintptr_t)&survived + 1) : "x9", "memory");
        break;
    default:
        break;
    }
    survived++;
}

static void tick(void)
{
    enum crime which = crime;

    if (which != NOTHING) {
        crime = NOTHING;
        commit(which);
    }
}
