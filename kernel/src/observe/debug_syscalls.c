/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/observe/debug_syscalls.h"

#include <sel4/syscall.h>

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/core/print.h"
#include "kernel/src/observe/benchmark.h"

#ifdef CONFIG_DEBUG_BUILD

static const char *state_name(const struct tcb *tcb)
{
    switch ((enum thread_state)tcb->state) {
    case THREAD_INACTIVE:
        return "inactive";
    case THREAD_RUNNING:
        return "running";
    case THREAD_RESTART:
        return "restart";
    case THREAD_BLOCKED_ON_RECEIVE:
        return "blocked on recv";
    case THREAD_BLOCKED_ON_SEND:
        return "blocked on send";
    case THREAD_BLOCKED_ON_REPLY:
        return "blocked on reply";
    case THREAD_BLOCKED_ON_NOTIFICATION:
        return "blocked on ntfn";
    case THREAD_IDLE:
        return "idle";
    }
    return "?";
}

static void dump_scheduler(void)
{
    kprintf("Dumping all tcbs!\n");
    kprintf("Name\tState\tIP\tPrio\tCore\tInReleaseQueue\n");
    kprintf("--------------------------------------------------------------------------\n");
    for (const struct tcb *tcb = all_threads; tcb != NULL; tcb = tcb->all_next) {
        kprintf("%40s\t%s\t0x%lx\t%lu\t0\t%u\n", tcb->name, state_name(tcb),
                tcb->context.restart_pc, (word_t)tcb->priority, tcb->in_queue == IN_RELEASE_QUEUE);
    }
}

static void print_cap(const struct slot *slot, word_t index)
{
    kprintf("  %4lx: type %lu object %p\n", index, (word_t)cap_type(slot->cap),
            cap_object(slot->cap));
}

/* Every thread with the capabilities of its top-level CNode. */
static void snapshot(void)
{
    for (const struct tcb *tcb = all_threads; tcb != NULL; tcb = tcb->all_next) {
        struct cap root = tcb->slots[TCB_CSPACE].cap;

        kprintf("tcb %p \"%s\": %s\n", (const void *)tcb, tcb->name, state_name(tcb));
        if (cap_type(root) != CAP_CNODE) {
            continue;
        }
        for (word_t i = 0; i < BIT(cap_cnode_radix(root)); i++) {
            if (!slot_is_empty(&cap_cnode_slots(root)[i])) {
                print_cap(&cap_cnode_slots(root)[i], i);
            }
        }
    }
}

static word_t cap_identify(struct tcb *caller, word_t cptr)
{
    struct lookup found = cspace_lookup(caller, cptr);

    return found.slot == NULL ? CAP_NULL : cap_type(found.slot->cap);
}

static void name_thread(struct tcb *caller, word_t cptr)
{
    struct lookup found = cspace_lookup(caller, cptr);
    struct ipc_buffer *buffer = ipc_buffer_for_sending(caller);

    if (found.slot == NULL || cap_type(found.slot->cap) != CAP_THREAD || buffer == NULL) {
        kernel_panic("DebugNameThread: not a TCB capability, or no IPC buffer");
    }

    struct tcb *tcb = cap_thread_object(found.slot->cap);
    const char *name = (const char *)buffer->msg;
    word_t length = 0;

    while (length < MAX_MESSAGE_WORDS * sizeof(word_t) && name[length] != 0) {
        length++;
    }
    if (length == MAX_MESSAGE_WORDS * sizeof(word_t)) {
        kernel_panic("DebugNameThread: the name is not terminated");
    }
    for (word_t i = 0; i <= length && i < sizeof(tcb->name); i++) {
        tcb->name[i] = name[i];
    }
    tcb->name[MIN(length, sizeof(tcb->name) - 1)] = 0;
}

_Noreturn static void halt(const struct tcb *caller)
{
    kprintf("Debug halt syscall from user thread %p \"%s\"\n", (const void *)caller, caller->name);
    arch_halt();
}

static bool serve_debug(struct tcb *caller, sword_t number)
{
    word_t argument = caller->context.x[0];

    switch (number) {
    case seL4_SysDebugPutChar:
        console_putchar((char)argument);
        return true;
    case seL4_SysDebugDumpScheduler:
        dump_scheduler();
        return true;
    case seL4_SysDebugHalt:
        halt(caller);
    case seL4_SysDebugCapIdentify:
        caller->context.x[0] = cap_identify(caller, argument);
        return true;
    case seL4_SysDebugSnapshot:
        snapshot();
        return true;
    case seL4_SysDebugNameThread:
        name_thread(caller, argument);
        return true;
    }
    return false;
}
#else
static bool serve_debug(struct tcb *caller, sword_t number)
{
    (void)caller;
    (void)number;
    return false;
}
#endif

bool debug_syscall(sword_t number)
{
    struct tcb *caller = this_core->current;

    return serve_debug(caller, number) || (KERNEL_BENCHMARK && benchmark_syscall(caller, number));
}
