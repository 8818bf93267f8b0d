/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls without libsel4: every register is the caller's choice. */
#include "tests/system/harness.h"

void raw_syscall(struct registers *registers)
{
    register word x0 __asm__("x0") = registers->x[0];
    register word x1 __asm__("x1") = registers->x[1];
    register word x2 __asm__("x2") = registers->x[2];
    register word x3 __asm__("x3") = registers->x[3];
    register word x4 __asm__("x4") = registers->x[4];
    register word x5 __asm__("x5") = registers->x[5];
    register word x6 __asm__("x6") = registers->x[6];
    register word x7 __asm__("x7") = registers->x[7];
    register word x8 __asm__("x8") = registers->x[8];

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6),
                     "+r"(x7), "+r"(x8)::"memory");
    *registers = (struct registers){ { x0, x1, x2, x3, x4, x5, x6, x7, x8 } };
}

static word info(word label, word length)
{
    return label << 12 | length;
}

word thread_call(word endpoint, word label, word length, word mr0, struct registers *out)
{
    struct registers registers = { { endpoint, info(label, length), mr0, 0, 0, 0, 0,
            (word)seL4_SysCall } };

    raw_syscall(&registers);
    if (out != 0) {
        *out = registers;
    }
    return registers.x[2];
}

word thread_recv(word endpoint, word reply, struct registers *out)
{
    struct registers registers = { { endpoint, 0, 0, 0, 0, 0, reply, (word)seL4_SysRecv } };

    raw_syscall(&registers);
    if (out != 0) {
        *out = registers;
    }
    return registers.x[0];
}

word thread_reply_recv(word endpoint, word reply, word length, word mr0, struct registers *out)
{
    struct registers registers = { { endpoint, info(0, length), mr0, 0, 0, 0, reply,
            (word)seL4_SysReplyRecv } };

    raw_syscall(&registers);
    if (out != 0) {
        *out = registers;
    }
    return registers.x[0];
}

void thread_send(word endpoint, word label, word length, word mr0)
{
    struct registers registers = { { endpoint, info(label, length), mr0, 0, 0, 0, 0,
            (word)seL4_SysSend } };

    raw_syscall(&registers);
}

void thread_signal(word notification)
{
    struct registers registers = { { notification, 0, 0, 0, 0, 0, 0, (word)seL4_SysSend } };

    raw_syscall(&registers);
}

word thread_wait(word notification)
{
    struct registers registers = { { notification, 0, 0, 0, 0, 0, 0, (word)seL4_SysWait } };

    raw_syscall(&registers);
    return registers.x[0];
}
