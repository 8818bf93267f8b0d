/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: creation, deletion, and which operation goes where. */
#include "kernel/src/object/tcb.h"

#include <sel4/invocation.h>
#include <sel4/lionscope.h>

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/lifecycle.h"
#include "kernel/src/observe/breakpoints.h"
#include "kernel/src/observe/float_registers.h"
#include "kernel/src/observe/sampling.h"
#include "kernel/src/observe/statistics.h"
#include "kernel/src/observe/thread_list.h"

void tcb_create(struct tcb *tcb)
{
    arch_context_init(tcb);
    tcb->domain = (uint8_t)this_core->domain;
    thread_list_add(tcb);
}

void tcb_finalise(struct tcb *tcb)
{
    notification_unbind_tcb(tcb);
    if (tcb->sc != NULL) {
        if (tcb->sc->yield_from != NULL) {
            sc_complete_yield_to(tcb->sc->yield_from);
        }
        sc_unbind_tcb(tcb->sc);
    }
    thread_suspend(tcb);
    arch_fpu_release(tcb);
    thread_list_remove(tcb);
}

static error_t bind_notification(struct invocation *inv, struct tcb *tcb)
{
    if (inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct cap cap = extra_cap(inv, 0);

    if (tcb->bound_notification != NULL || cap_type(cap) != CAP_NOTIFICATION
            || !cap_has_rights(cap, RIGHT_READ)) {
        return error_plain(seL4_IllegalOperation);
    }

    struct notification *ntfn = cap_notification_object(cap);

    if (ntfn->kind == QUEUE_RECEIVERS || ntfn->bound_tcb != NULL) {
        return error_plain(seL4_IllegalOperation);
    }
    notification_bind_tcb(ntfn, tcb);
    return OK;
}

static error_t unbind_notification(struct tcb *tcb)
{
    if (tcb->bound_notification == NULL) {
        return error_plain(seL4_IllegalOperation);
    }
    notification_unbind_tcb(tcb);
    return OK;
}

static error_t set_tls_base(struct invocation *inv, struct tcb *tcb)
{
    if (inv->length < 1) {
        return error_plain(seL4_TruncatedMessage);
    }
    tcb->context.tpidr = message_word(inv, 0);
    return OK;
}

static error_t set_flags(struct invocation *inv, struct tcb *tcb)
{
    if (inv->length < 2) {
        return error_plain(seL4_TruncatedMessage);
    }
    tcb->flags = (uint8_t)((tcb->flags & ~message_word(inv, 0))
            | (message_word(inv, 1) & TCB_FLAG_FPU_DISABLED));
    arch_fpu_flags_changed(tcb);
    invocation_result_word(inv, tcb->flags);
    return OK;
}

error_t tcb_invoke(struct invocation *inv)
{
    struct tcb *tcb = cap_thread_object(inv->cap);

    switch (inv->label) {
    case TCBReadRegisters:
        return tcb_read_registers(inv, tcb);
    case TCBWriteRegisters:
        return tcb_write_registers(inv, tcb);
    case TCBCopyRegisters:
        return tcb_copy_registers(inv, tcb);
    case TCBConfigure:
        return tcb_configure(inv, tcb);
    case TCBSetPriority:
        return tcb_set_priority(inv, tcb);
    case TCBSetMCPriority:
        return tcb_set_mcp(inv, tcb);
    case TCBSetSchedParams:
        return tcb_set_sched_params(inv, tcb);
    case TCBSetTimeoutEndpoint:
        return tcb_set_timeout_endpoint(inv, tcb);
    case TCBSetIPCBuffer:
        return tcb_set_ipc_buffer(inv, tcb);
    case TCBSetSpace:
        return tcb_set_space(inv, tcb);
    case TCBSuspend:
        thread_suspend(tcb);
        return OK;
    case TCBResume:
        thread_resume(tcb);
        return OK;
    case TCBBindNotification:
        return bind_notification(inv, tcb);
    case TCBUnbindNotification:
        return unbind_notification(tcb);
    case TCBSetTLSBase:
        return set_tls_base(inv, tcb);
    case TCBSetFlags:
        return set_flags(inv, tcb);
#ifdef CONFIG_HARDWARE_DEBUG_API
    case TCBSetBreakpoint:
    case TCBGetBreakpoint:
    case TCBUnsetBreakpoint:
    case TCBConfigureSingleStepping:
        return breakpoint_invoke(inv, tcb);
#endif
    case LionscopeTCBStatistics:
        return tcb_statistics_invoke(inv);
    case LionscopeTCBSetSampleId:
        return tcb_sample_id_invoke(inv);
    case LionscopeTCBReadFloats:
    case LionscopeTCBWriteFloats:
        return float_registers_invoke(inv, tcb);
    default:
        return error_plain(seL4_IllegalOperation);
    }
}
