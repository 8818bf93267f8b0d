/* SPDX-License-Identifier: BSD-2-Clause */
/* The recorder behind the fake system calls, and the IPC buffer of the program under test. */
#include "tests/host/libsel4/recorder.h"

#include <string.h>

static seL4_IPCBuffer buffer;

seL4_IPCBuffer *__sel4_ipc_buffer = &buffer;
struct recorded_call recorded;
struct prepared_answer answer;

void record_call(
        int number, seL4_Word x0, seL4_Word x1, const void *mrs, seL4_Word x6, seL4_Word x8)
{
    recorded.number = number;
    recorded.x0 = x0;
    recorded.x1 = x1;
    memcpy(recorded.mrs, mrs, sizeof(recorded.mrs));
    recorded.x6 = x6;
    recorded.x8 = x8;
    recorded.buffer = buffer;
    recorded.count++;
}

void take_answer(seL4_Word *x0, seL4_Word *x1, void *mrs)
{
    *x0 = answer.x0;
    *x1 = answer.x1;
    memcpy(mrs, answer.mrs, sizeof(answer.mrs));
}

int reset_recorder(void **state)
{
    (void)state;
    memset(&recorded, 0, sizeof(recorded));
    memset(&answer, 0, sizeof(answer));
    memset(&buffer, 0, sizeof(buffer));
    for (int i = 0; i < seL4_MsgMaxLength; i++) {
        buffer.msg[i] = STALE_WORD;
    }
    return 0;
}

seL4_Word sent_mr(int i)
{
    return i < 4 ? recorded.mrs[i] : recorded.buffer.msg[i];
}
