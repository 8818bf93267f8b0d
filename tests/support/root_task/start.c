/* SPDX-License-Identifier: BSD-2-Clause */
/* Run-time of initial tasks: the IPC buffer pointer, and what the compiler may call. */
#include <stddef.h>

#include <sel4/sel4.h>

seL4_IPCBuffer *__sel4_ipc_buffer;

/* The program's own. */
void root_task_main(seL4_BootInfo *info);
void root_task_start(seL4_BootInfo *info);

void root_task_start(seL4_BootInfo *info)
{
    __sel4_ipc_buffer = info->ipcBuffer;
    root_task_main(info);
    for (;;) {
        seL4_TCB_Suspend(seL4_CapInitThreadTCB);
    }
}

void *memset(void *target, int value, size_t count);
void *memcpy(void *target, const void *source, size_t count);

__attribute__((weak)) void *memset(void *target, int value, size_t count)
{
    unsigned char *at = target;

    while (count-- > 0) {
        *at++ = (unsigned char)value;
    }
    return target;
}

__attribute__((weak)) void *memcpy(void *target, const void *source, size_t count)
{
    unsigned char *to = target;
    const unsigned char *from = source;

    while (count-- > 0) {
        *to++ = *from++;
    }
    return target;
}

char *strcpy(char *target, const char *source);

__attribute__((weak)) char *strcpy(char *target, const char *source)
{
    char *at = target;

    while ((*at++ = *source++) != 0) {}
    return target;
}
