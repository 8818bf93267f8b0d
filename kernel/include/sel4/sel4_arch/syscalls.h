/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* The svc instruction and its registers (sel4-abi.md, 2.1). Use sel4/syscalls.h instead. */
#include <sel4/syscall.h>
#include <sel4/types.h>

struct sel4_mrs;

/* Message registers in x2..x5 are the first four words of *mrs. */
LIBSEL4_INLINE_FUNC void sel4_sys_send(
        seL4_Word number, seL4_Word dest, seL4_Word info, const void *mrs)
{
    const seL4_Word *words = (const seL4_Word *)mrs;
    register seL4_Word x0 __asm__("x0") = dest;
    register seL4_Word x1 __asm__("x1") = info;
    register seL4_Word x2 __asm__("x2") = words[0];
    register seL4_Word x3 __asm__("x3") = words[1];
    register seL4_Word x4 __asm__("x4") = words[2];
    register seL4_Word x5 __asm__("x5") = words[3];
    register seL4_Word x7 __asm__("x7") = number;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x7)
                     : "memory");
}

/*
 * Calls that receive something. *dest: in the capability, out the badge; *info in and out; mrs in
 * and out; reply in x6, extra (destination of NBSendRecv) in x8.
 */
LIBSEL4_INLINE_FUNC void sel4_sys_exchange(seL4_Word number, seL4_Word *dest, seL4_Word *info,
        void *mrs, seL4_Word reply, seL4_Word extra)
{
    seL4_Word *words = (seL4_Word *)mrs;
    register seL4_Word x0 __asm__("x0") = *dest;
    register seL4_Word x1 __asm__("x1") = *info;
    register seL4_Word x2 __asm__("x2") = words[0];
    register seL4_Word x3 __asm__("x3") = words[1];
    register seL4_Word x4 __asm__("x4") = words[2];
    register seL4_Word x5 __asm__("x5") = words[3];
    register seL4_Word x6 __asm__("x6") = reply;
    register seL4_Word x7 __asm__("x7") = number;
    register seL4_Word x8 __asm__("x8") = extra;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7), "r"(x8)
                     : "memory");
    *dest = x0;
    *info = x1;
    words[0] = x2;
    words[1] = x3;
    words[2] = x4;
    words[3] = x5;
}

LIBSEL4_INLINE_FUNC void sel4_sys_signal(seL4_Word dest)
{
    register seL4_Word x0 __asm__("x0") = dest;
    register seL4_Word x1 __asm__("x1") = 0;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)seL4_SysSend;

    __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x7) : "memory");
}

LIBSEL4_INLINE_FUNC void sel4_sys_null(seL4_Word number)
{
    register seL4_Word x7 __asm__("x7") = number;

    __asm__ volatile("svc #0" ::"r"(x7) : "memory");
}

/* Debug and benchmark calls: two arguments, result in x0. */
LIBSEL4_INLINE_FUNC seL4_Word sel4_sys_debug(seL4_Word number, seL4_Word first, seL4_Word second)
{
    register seL4_Word x0 __asm__("x0") = first;
    register seL4_Word x1 __asm__("x1") = second;
    register seL4_Word x7 __asm__("x7") = number;

    __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x7) : "memory");
    return x0;
}
