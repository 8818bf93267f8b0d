/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * System calls (sel4-abi.md, 2 and 22.4). The plain forms take message registers 0..3 from the IPC
 * buffer and put them back there; the forms WithMRs take pointers instead and leave the buffer's
 * first four words alone. info: message info word. sender: receives the badge, may be null.
 */
#include <sel4/errors.h>
#include <sel4/functions.h>
#include <sel4/sel4_arch/syscalls.h>
#include <sel4/syscall.h>
#include <sel4/types.h>

/* The four message registers on their way in and out. */
struct sel4_mrs {
    seL4_Word mr0, mr1, mr2, mr3;
};

LIBSEL4_INLINE_FUNC struct sel4_mrs sel4_mrs_from_buffer(void)
{
    struct sel4_mrs mrs = { seL4_GetMR(0), seL4_GetMR(1), seL4_GetMR(2), seL4_GetMR(3) };

    return mrs;
}

LIBSEL4_INLINE_FUNC void sel4_mrs_to_buffer(const struct sel4_mrs *mrs)
{
    seL4_SetMR(0, mrs->mr0);
    seL4_SetMR(1, mrs->mr1);
    seL4_SetMR(2, mrs->mr2);
    seL4_SetMR(3, mrs->mr3);
}

/* Only the first `length` of the pointers are read, and null pointers count as 0. */
LIBSEL4_INLINE_FUNC struct sel4_mrs sel4_mrs_from_pointers(seL4_MessageInfo_t info,
        const seL4_Word *mr0, const seL4_Word *mr1, const seL4_Word *mr2, const seL4_Word *mr3)
{
    seL4_Word length = seL4_MessageInfo_get_length(info);
    struct sel4_mrs mrs = {
        mr0 && length > 0 ? *mr0 : 0,
        mr1 && length > 1 ? *mr1 : 0,
        mr2 && length > 2 ? *mr2 : 0,
        mr3 && length > 3 ? *mr3 : 0,
    };

    return mrs;
}

LIBSEL4_INLINE_FUNC void sel4_mrs_to_pointers(
        const struct sel4_mrs *mrs, seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    if (mr0) {
        *mr0 = mrs->mr0;
    }
    if (mr1) {
        *mr1 = mrs->mr1;
    }
    if (mr2) {
        *mr2 = mrs->mr2;
    }
    if (mr3) {
        *mr3 = mrs->mr3;
    }
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t sel4_received(
        seL4_Word info, seL4_Word badge, seL4_Word *sender)
{
    seL4_MessageInfo_t result = { { info } };

    if (sender) {
        *sender = badge;
    }
    return result;
}

/* Sends a message; blocks until it is received. Not a reply-carrying call. */
LIBSEL4_INLINE_FUNC void seL4_Send(seL4_CPtr dest, seL4_MessageInfo_t info)
{
    struct sel4_mrs mrs = sel4_mrs_from_buffer();

    sel4_sys_send(seL4_SysSend, dest, info.words[0], &mrs);
}

/* Sends a message if somebody waits for it, drops it otherwise. */
LIBSEL4_INLINE_FUNC void seL4_NBSend(seL4_CPtr dest, seL4_MessageInfo_t info)
{
    struct sel4_mrs mrs = sel4_mrs_from_buffer();

    sel4_sys_send(seL4_SysNBSend, dest, info.words[0], &mrs);
}

LIBSEL4_INLINE_FUNC void seL4_SendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t info, seL4_Word *mr0,
        seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    struct sel4_mrs mrs = sel4_mrs_from_pointers(info, mr0, mr1, mr2, mr3);

    sel4_sys_send(seL4_SysSend, dest, info.words[0], &mrs);
}

LIBSEL4_INLINE_FUNC void seL4_NBSendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t info, seL4_Word *mr0,
        seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    struct sel4_mrs mrs = sel4_mrs_from_pointers(info, mr0, mr1, mr2, mr3);

    sel4_sys_send(seL4_SysNBSend, dest, info.words[0], &mrs);
}

/* Signals a notification: the badge of the capability is OR-ed in. */
LIBSEL4_INLINE_FUNC void seL4_Signal(seL4_CPtr dest)
{
    sel4_sys_signal(dest);
}

/* Gives up the rest of the time slice. */
LIBSEL4_INLINE_FUNC void seL4_Yield(void)
{
    sel4_sys_null(seL4_SysYield);
}

/* Sends a message and waits for the reply to it; also how kernel objects are invoked. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Call(seL4_CPtr dest, seL4_MessageInfo_t info)
{
    struct sel4_mrs mrs = sel4_mrs_from_buffer();
    seL4_Word badge = dest;
    seL4_Word word = info.words[0];

    sel4_sys_exchange(seL4_SysCall, &badge, &word, &mrs, 0, 0);
    sel4_mrs_to_buffer(&mrs);
    return sel4_received(word, badge, (seL4_Word *)0);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_CallWithMRs(seL4_CPtr dest, seL4_MessageInfo_t info,
        seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    struct sel4_mrs mrs = sel4_mrs_from_pointers(info, mr0, mr1, mr2, mr3);
    seL4_Word badge = dest;
    seL4_Word word = info.words[0];

    sel4_sys_exchange(seL4_SysCall, &badge, &word, &mrs, 0, 0);
    sel4_mrs_to_pointers(&mrs, mr0, mr1, mr2, mr3);
    return sel4_received(word, badge, (seL4_Word *)0);
}

/* Waits for a message; reply: reply object that takes the caller. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Recv(seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };
    seL4_Word badge = src;
    seL4_Word word = 0;

    sel4_sys_exchange(seL4_SysRecv, &badge, &word, &mrs, reply, 0);
    sel4_mrs_to_buffer(&mrs);
    return sel4_received(word, badge, sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_RecvWithMRs(seL4_CPtr src, seL4_Word *sender,
        seL4_CPtr reply, seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };
    seL4_Word badge = src;
    seL4_Word word = 0;

    sel4_sys_exchange(seL4_SysRecv, &badge, &word, &mrs, reply, 0);
    sel4_mrs_to_pointers(&mrs, mr0, mr1, mr2, mr3);
    return sel4_received(word, badge, sender);
}

/* As seL4_Recv, but returns at once (badge 0) when no message is there. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBRecv(
        seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };
    seL4_Word badge = src;
    seL4_Word word = 0;

    sel4_sys_exchange(seL4_SysNBRecv, &badge, &word, &mrs, reply, 0);
    sel4_mrs_to_buffer(&mrs);
    return sel4_received(word, badge, sender);
}

/* Waits for a signal, or for a message that needs no reply. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Wait(seL4_CPtr src, seL4_Word *sender)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };
    seL4_Word badge = src;
    seL4_Word word = 0;

    sel4_sys_exchange(seL4_SysWait, &badge, &word, &mrs, 0, 0);
    sel4_mrs_to_buffer(&mrs);
    return sel4_received(word, badge, sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_WaitWithMRs(seL4_CPtr src, seL4_Word *sender,
        seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };
    seL4_Word badge = src;
    seL4_Word word = 0;

    sel4_sys_exchange(seL4_SysWait, &badge, &word, &mrs, 0, 0);
    sel4_mrs_to_pointers(&mrs, mr0, mr1, mr2, mr3);
    return sel4_received(word, badge, sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBWait(seL4_CPtr src, seL4_Word *sender)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };
    seL4_Word badge = src;
    seL4_Word word = 0;

    sel4_sys_exchange(seL4_SysNBWait, &badge, &word, &mrs, 0, 0);
    sel4_mrs_to_buffer(&mrs);
    return sel4_received(word, badge, sender);
}

/* Picks up a signal if one is there. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Poll(seL4_CPtr src, seL4_Word *sender)
{
    return seL4_NBWait(src, sender);
}

/* Answers the caller held by `reply`, then waits for the next message with the same object. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_ReplyRecv(
        seL4_CPtr src, seL4_MessageInfo_t info, seL4_Word *sender, seL4_CPtr reply)
{
    struct sel4_mrs mrs = sel4_mrs_from_buffer();
    seL4_Word badge = src;
    seL4_Word word = info.words[0];

    sel4_sys_exchange(seL4_SysReplyRecv, &badge, &word, &mrs, reply, 0);
    sel4_mrs_to_buffer(&mrs);
    return sel4_received(word, badge, sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_ReplyRecvWithMRs(seL4_CPtr src, seL4_MessageInfo_t info,
        seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3,
        seL4_CPtr reply)
{
    struct sel4_mrs mrs = sel4_mrs_from_pointers(info, mr0, mr1, mr2, mr3);
    seL4_Word badge = src;
    seL4_Word word = info.words[0];

    sel4_sys_exchange(seL4_SysReplyRecv, &badge, &word, &mrs, reply, 0);
    sel4_mrs_to_pointers(&mrs, mr0, mr1, mr2, mr3);
    return sel4_received(word, badge, sender);
}

/* Sends to dest without blocking, then waits on src: one kernel entry, with donation. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBSendRecv(
        seL4_CPtr dest, seL4_MessageInfo_t info, seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    struct sel4_mrs mrs = sel4_mrs_from_buffer();
    seL4_Word badge = src;
    seL4_Word word = info.words[0];

    sel4_sys_exchange(seL4_SysNBSendRecv, &badge, &word, &mrs, reply, dest);
    sel4_mrs_to_buffer(&mrs);
    return sel4_received(word, badge, sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBSendRecvWithMRs(seL4_CPtr dest,
        seL4_MessageInfo_t info, seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1,
        seL4_Word *mr2, seL4_Word *mr3, seL4_CPtr reply)
{
    struct sel4_mrs mrs = sel4_mrs_from_pointers(info, mr0, mr1, mr2, mr3);
    seL4_Word badge = src;
    seL4_Word word = info.words[0];

    sel4_sys_exchange(seL4_SysNBSendRecv, &badge, &word, &mrs, reply, dest);
    sel4_mrs_to_pointers(&mrs, mr0, mr1, mr2, mr3);
    return sel4_received(word, badge, sender);
}

/* As above, waiting without a reply object. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBSendWait(
        seL4_CPtr dest, seL4_MessageInfo_t info, seL4_CPtr src, seL4_Word *sender)
{
    struct sel4_mrs mrs = sel4_mrs_from_buffer();
    seL4_Word badge = src;
    seL4_Word word = info.words[0];

    sel4_sys_exchange(seL4_SysNBSendWait, &badge, &word, &mrs, dest, 0);
    sel4_mrs_to_buffer(&mrs);
    return sel4_received(word, badge, sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBSendWaitWithMRs(seL4_CPtr dest,
        seL4_MessageInfo_t info, seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1,
        seL4_Word *mr2, seL4_Word *mr3)
{
    struct sel4_mrs mrs = sel4_mrs_from_pointers(info, mr0, mr1, mr2, mr3);
    seL4_Word badge = src;
    seL4_Word word = info.words[0];

    sel4_sys_exchange(seL4_SysNBSendWait, &badge, &word, &mrs, dest, 0);
    sel4_mrs_to_pointers(&mrs, mr0, mr1, mr2, mr3);
    return sel4_received(word, badge, sender);
}

#ifdef CONFIG_PRINTING
/* One character on the kernel's console. */
LIBSEL4_INLINE_FUNC void seL4_DebugPutChar(char c)
{
    sel4_sys_debug(seL4_SysDebugPutChar, (seL4_Word)(unsigned char)c, 0);
}

LIBSEL4_INLINE_FUNC void seL4_DebugPutString(const char *string)
{
    for (; *string; string++) {
        seL4_DebugPutChar(*string);
    }
}

LIBSEL4_INLINE_FUNC void seL4_DebugDumpScheduler(void)
{
    sel4_sys_null(seL4_SysDebugDumpScheduler);
}
#endif

#ifdef CONFIG_DEBUG_BUILD
LIBSEL4_INLINE_FUNC void seL4_DebugHalt(void)
{
    sel4_sys_null(seL4_SysDebugHalt);
}

LIBSEL4_INLINE_FUNC void seL4_DebugSnapshot(void)
{
    sel4_sys_null(seL4_SysDebugSnapshot);
}

/* Type number of the capability at cap; 0 when there is none. */
LIBSEL4_INLINE_FUNC seL4_Uint32 seL4_DebugCapIdentify(seL4_CPtr cap)
{
    return (seL4_Uint32)sel4_sys_debug(seL4_SysDebugCapIdentify, cap, 0);
}

/* name: at most 959 bytes; goes through the IPC buffer's message words. */
LIBSEL4_INLINE_FUNC void seL4_DebugNameThread(seL4_CPtr tcb, const char *name)
{
    volatile char *to = (volatile char *)seL4_GetIPCBuffer()->msg;

    /* By hand: freestanding programs need not have a strcpy. */
    do {
        *to++ = *name;
    } while (*name++ != 0);
    sel4_sys_debug(seL4_SysDebugNameThread, tcb, 0);
}
#ifdef CONFIG_ENABLE_SMP_SUPPORT
LIBSEL4_INLINE_FUNC void seL4_DebugSendIPI(seL4_Uint8 target, unsigned irq)
{
    sel4_sys_debug(seL4_SysDebugSendIPI, target, irq);
}

LIBSEL4_INLINE_FUNC seL4_Word seL4_DebugGetThreadAffinity(seL4_TCB tcb)
{
    return sel4_sys_debug(seL4_SysDebugGetThreadAffinity, tcb, 0);
}
#endif
#endif

#ifdef CONFIG_DANGEROUS_CODE_INJECTION
/* Runs a function of the caller with the kernel's privileges. */
LIBSEL4_INLINE_FUNC void seL4_DebugRun(void (*function)(void *), void *argument)
{
    sel4_sys_debug(seL4_SysDebugRun, (seL4_Word)function, (seL4_Word)argument);
}
#endif

#ifdef CONFIG_ENABLE_BENCHMARKS
LIBSEL4_INLINE_FUNC seL4_Error seL4_BenchmarkResetLog(void)
{
    return (seL4_Error)sel4_sys_debug(seL4_SysBenchmarkResetLog, 0, 0);
}

LIBSEL4_INLINE_FUNC seL4_Word seL4_BenchmarkFinalizeLog(void)
{
    return sel4_sys_debug(seL4_SysBenchmarkFinalizeLog, 0, 0);
}

LIBSEL4_INLINE_FUNC void seL4_BenchmarkNullSyscall(void)
{
    sel4_sys_null(seL4_SysBenchmarkNullSyscall);
}

LIBSEL4_INLINE_FUNC void seL4_BenchmarkFlushCaches(void)
{
    sel4_sys_debug(seL4_SysBenchmarkFlushCaches, 0, 0);
}

/* type: seL4_ARM_CacheI, _CacheD or _CacheID. */
LIBSEL4_INLINE_FUNC void seL4_BenchmarkFlushL1Caches(seL4_Word type)
{
    sel4_sys_debug(seL4_SysBenchmarkFlushCaches, 1, type);
}
#ifdef CONFIG_KERNEL_LOG_BUFFER
LIBSEL4_INLINE_FUNC seL4_Error seL4_BenchmarkSetLogBuffer(seL4_Word frame)
{
    return (seL4_Error)sel4_sys_debug(seL4_SysBenchmarkSetLogBuffer, frame, 0);
}
#endif
#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION
/* Results: benchmark_utilisation_types.h, from message word 0 of the IPC buffer. */
LIBSEL4_INLINE_FUNC void seL4_BenchmarkGetThreadUtilisation(seL4_Word tcb)
{
    sel4_sys_debug(seL4_SysBenchmarkGetThreadUtilisation, tcb, 0);
}

LIBSEL4_INLINE_FUNC void seL4_BenchmarkResetThreadUtilisation(seL4_Word tcb)
{
    sel4_sys_debug(seL4_SysBenchmarkResetThreadUtilisation, tcb, 0);
}
#ifdef CONFIG_DEBUG_BUILD
LIBSEL4_INLINE_FUNC void seL4_BenchmarkDumpAllThreadsUtilisation(void)
{
    sel4_sys_null(seL4_SysBenchmarkDumpAllThreadsUtilisation);
}

LIBSEL4_INLINE_FUNC void seL4_BenchmarkResetAllThreadsUtilisation(void)
{
    sel4_sys_null(seL4_SysBenchmarkResetAllThreadsUtilisation);
}
#endif
#endif
#endif

/* Words of the message of a fault; 0 for a label that is no fault. */
LIBSEL4_INLINE_FUNC int sel4_fault_words(seL4_Word label)
{
    switch (label) {
    case seL4_Fault_CapFault:
        return 7;
    case seL4_Fault_UnknownSyscall:
        return 13;
    case seL4_Fault_UserException:
        return 5;
#ifdef CONFIG_HARDWARE_DEBUG_API
    case seL4_Fault_DebugException:
        return 4;
#endif
    case seL4_Fault_Timeout:
        return 2;
    case seL4_Fault_VMFault:
        return 4;
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
    case seL4_Fault_VGICMaintenance:
        return 1;
    case seL4_Fault_VCPUFault:
        return 1;
    case seL4_Fault_VPPIEvent:
        return 1;
#endif
    default:
        return 0;
    }
}

/*
 * The fault that the message with this info word announces, read from the message registers. A
 * label that is no fault gives a NullFault. Registers that the message does not carry (a short
 * CapFault) are taken as they are.
 */
LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_getFault(seL4_MessageInfo_t tag)
{
    seL4_Word label = seL4_MessageInfo_get_label(tag);
    int words = sel4_fault_words(label);
    seL4_Fault_t fault = { { words ? label : seL4_Fault_NullFault } };

    for (int i = 0; i < words; i++) {
        fault.words[13 - i] = seL4_GetMR(i);
    }
    return fault;
}

/*
 * Reply to a timeout fault: the first `length` words of regs (seL4_TimeoutReply_Length at most),
 * and whether the thread goes on.
 */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_TimeoutReply_new(
        seL4_Bool resume, seL4_UserContext regs, seL4_Word length)
{
    const seL4_Word *words = (const seL4_Word *)(const void *)&regs;

    if (length > seL4_TimeoutReply_Length) {
        length = seL4_TimeoutReply_Length;
    }
    for (seL4_Word i = 0; i < length; i++) {
        seL4_SetMR((int)i, words[i]);
    }
    return seL4_MessageInfo_new(!resume, 0, 0, length);
}
