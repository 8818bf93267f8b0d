/* SPDX-License-Identifier: BSD-2-Clause */
/* Raising faults and finding their handlers (sel4-abi.md, 10.1, 10.6). */
#include "kernel/src/core/fault.h"

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/print.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/observe/statistics_count.h"

bool fault_handler_cap_is_valid(struct cap cap)
{
    if (cap_type(cap) == CAP_NULL) {
        return true;
    }
    return cap_type(cap) == CAP_ENDPOINT && cap_has_rights(cap, RIGHT_WRITE)
            && (cap_rights(cap) & (RIGHT_GRANT | RIGHT_GRANT_REPLY));
}

static bool has_handler(const struct tcb *tcb, enum tcb_slot slot)
{
    return cap_type(tcb->slots[slot].cap) == CAP_ENDPOINT;
}

bool fault_has_timeout_handler(const struct tcb *tcb)
{
    return has_handler(tcb, TCB_TIMEOUT_HANDLER);
}

/* A blocking send with call semantics on the thread's behalf. */
static void send_to_handler(struct tcb *tcb, enum tcb_slot slot, bool can_donate)
{
    struct cap cap = tcb->slots[slot].cap;

    endpoint_send(cap_endpoint_object(cap), tcb,
            (struct send){
                    .badge = cap_badge(cap),
                    .blocking = true,
                    .is_call = true,
                    .can_grant = cap_has_rights(cap, RIGHT_GRANT),
                    .can_grant_reply = cap_has_rights(cap, RIGHT_GRANT_REPLY),
                    .can_donate = can_donate,
            });
}

void fault_raise(struct tcb *tcb)
{
    count(&tcb->statistics.faults);
    if (has_handler(tcb, TCB_FAULT_HANDLER)) {
        send_to_handler(tcb, TCB_FAULT_HANDLER, tcb->sc != NULL);
        return;
    }
    if (KERNEL_PRINTING) {
        fault_report_unhandled(tcb);
    }
    thread_set_state(tcb, THREAD_INACTIVE);
}

void fault_raise_timeout(struct tcb *tcb)
{
    tcb->fault = (struct fault){ .type = FAULT_TIMEOUT, .timeout = { tcb->sc->badge } };
    count(&tcb->statistics.faults);
    send_to_handler(tcb, TCB_TIMEOUT_HANDLER, false);
}

static const char *thread_name(const struct tcb *tcb)
{
#ifdef CONFIG_DEBUG_BUILD
    return tcb->name;
#else
    (void)tcb;
    return "?";
#endif
}

static void print_fault(const struct fault *fault)
{
    switch ((enum fault_type)fault->type) {
    case FAULT_CAP:
        kprintf("capability fault in %s phase at cptr 0x%lx",
                fault->cap.in_receive_phase ? "receive" : "send", fault->cap.address);
        break;
    case FAULT_UNKNOWN_SYSCALL:
        kprintf("unknown system call 0x%lx", fault->unknown_syscall.number);
        break;
    case FAULT_USER_EXCEPTION:
        kprintf("user exception 0x%lx, code 0x%lx", fault->user_exception.number,
                fault->user_exception.code);
        break;
    case FAULT_DEBUG_EXCEPTION:
        kprintf("debug exception, reason %lu", fault->debug.reason);
        break;
    case FAULT_TIMEOUT:
        kprintf("timeout, badge 0x%lx", fault->timeout.badge);
        break;
    case FAULT_VM:
        kprintf("vm fault on %s at address 0x%lx with status 0x%lx",
                fault->vm.instruction ? "code" : "data", fault->vm.address, fault->vm.status);
        break;
    case FAULT_NONE:
        kprintf("no fault");
        break;
    }
}

#define STACK_WORDS_SHOWN 16

/* One word of a thread's memory, through its page tables: unmapped memory is just not shown. */
static void print_stack(struct tcb *tcb)
{
    word_t sp = tcb->context.sp;
    word_t value;

    if (!IS_ALIGNED(sp, 3)) {
        kprintf("the stack pointer 0x%lx is not aligned\n", sp);
        return;
    }
    for (word_t i = 0; i < STACK_WORDS_SHOWN; i++) {
        if (arch_read_user_word(tcb, sp + 8 * i, &value)) {
            kprintf("0x%lx: 0x%lx\n", sp + 8 * i, value);
        } else {
            kprintf("0x%lx: not readable\n", sp + 8 * i);
        }
    }
}

void fault_report_unhandled(struct tcb *tcb)
{
    kprintf("Caught ");
    print_fault(&tcb->fault);
    kprintf("\nin thread %p \"%s\" at address 0x%lx, which has no fault handler\nStack:\n",
            (void *)tcb, thread_name(tcb), tcb->context.restart_pc);
    print_stack(tcb);
}
