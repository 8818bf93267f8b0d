/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * Stands in for the header of the same name, which holds the svc instruction: "the kernel" is here
 * a recorder. It keeps what each call put into the registers and into the IPC buffer, and answers
 * with what the test prepared.
 */

#include <sel4/functions.h>
#include <sel4/syscall.h>
#include <sel4/types.h>

/* What the last call handed over. Registers that it leaves unset are 0. */
struct recorded_call {
    int number; /* x7 */
    seL4_Word x0, x1, x6, x8;
    seL4_Word mrs[4]; /* x2..x5 */
    seL4_IPCBuffer buffer;
    int count; /* calls since the last reset */
};

/* What the recorder answers with: x0, x1, x2..x5. */
struct prepared_answer {
    seL4_Word x0, x1;
    seL4_Word mrs[4];
};

extern struct recorded_call recorded;
extern struct prepared_answer answer;

void record_call(
        int number, seL4_Word x0, seL4_Word x1, const void *mrs, seL4_Word x6, seL4_Word x8);
void take_answer(seL4_Word *x0, seL4_Word *x1, void *mrs);

static inline void sel4_sys_send(seL4_Word number, seL4_Word dest, seL4_Word info, const void *mrs)
{
    record_call((int)number, dest, info, mrs, 0, 0);
}

static inline void sel4_sys_exchange(seL4_Word number, seL4_Word *dest, seL4_Word *info, void *mrs,
        seL4_Word reply, seL4_Word extra)
{
    record_call((int)number, *dest, *info, mrs, reply, extra);
    take_answer(dest, info, mrs);
}

static inline void sel4_sys_signal(seL4_Word dest)
{
    record_call(seL4_SysSend, dest, 0, (const seL4_Word[4]){ 0 }, 0, 0);
}

static inline void sel4_sys_null(seL4_Word number)
{
    record_call((int)number, 0, 0, (const seL4_Word[4]){ 0 }, 0, 0);
}

static inline seL4_Word sel4_sys_debug(seL4_Word number, seL4_Word first, seL4_Word second)
{
    seL4_Word mrs[4] = { 0 };

    record_call((int)number, first, second, mrs, 0, 0);
    take_answer(&first, &second, mrs);
    return first;
}
