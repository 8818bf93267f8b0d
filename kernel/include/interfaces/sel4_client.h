/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * Invocations of kernel objects (sel4-abi.md, 6 and 22.6). Each is a seL4_Call: word parameters go
 * to message registers, capabilities to the extra capabilities, both in the order of declaration.
 * Result: seL4_NoError or the kernel's error; its payload is then in the message registers. Result
 * structures hold nothing of use after an error.
 */
#include <sel4/functions.h>
#include <sel4/invocation.h>
#include <sel4/syscalls.h>
#include <sel4/types.h>

/* Calls with the message words and capabilities that are in the IPC buffer already. */
LIBSEL4_INLINE_FUNC seL4_Error sel4_invoke(seL4_CPtr object, seL4_Word label, seL4_Word caps,
        seL4_Word length)
{
    seL4_MessageInfo_t info = seL4_Call(object, seL4_MessageInfo_new(label, 0, caps, length));

    return (seL4_Error)seL4_MessageInfo_get_label(info);
}

/* Makes num_objects (1..256) objects of `type` out of untyped memory; capabilities go to consecutive
 * slots from node_offset of the CNode found at root/node_index/node_depth (depth 0: root itself).
 * Errors: InvalidArgument, RangeError, FailedLookup, DeleteFirst, NotEnoughMemory. */
LIBSEL4_INLINE seL4_Error seL4_Untyped_Retype(seL4_Untyped _service, seL4_Word type, seL4_Word size_bits, seL4_CNode root, seL4_Word node_index, seL4_Word node_depth, seL4_Word node_offset, seL4_Word num_objects)
{
    seL4_SetCap(0, root);
    seL4_SetMR(0, type);
    seL4_SetMR(1, size_bits);
    seL4_SetMR(2, node_index);
    seL4_SetMR(3, node_depth);
    seL4_SetMR(4, node_offset);
    seL4_SetMR(5, num_objects);

    return sel4_invoke(_service, UntypedRetype, 1, 6);
}

/* Copies a capability, keeping at most `rights`.
 * Errors: FailedLookup, RangeError (depth), DeleteFirst, RevokeFirst, IllegalOperation. */
LIBSEL4_INLINE seL4_Error seL4_CNode_Copy(seL4_CNode _service, seL4_Word dest_index, seL4_Uint8 dest_depth, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth, seL4_CapRights_t rights)
{
    seL4_SetCap(0, src_root);
    seL4_SetMR(0, dest_index);
    seL4_SetMR(1, dest_depth);
    seL4_SetMR(2, src_index);
    seL4_SetMR(3, src_depth);
    seL4_SetMR(4, rights.words[0]);

    return sel4_invoke(_service, CNodeCopy, 1, 5);
}

/* As Copy, and sets the badge of an unbadged capability, or the guard of a CNode. */
LIBSEL4_INLINE seL4_Error seL4_CNode_Mint(seL4_CNode _service, seL4_Word dest_index, seL4_Uint8 dest_depth, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth, seL4_CapRights_t rights, seL4_Word badge)
{
    seL4_SetCap(0, src_root);
    seL4_SetMR(0, dest_index);
    seL4_SetMR(1, dest_depth);
    seL4_SetMR(2, src_index);
    seL4_SetMR(3, src_depth);
    seL4_SetMR(4, rights.words[0]);
    seL4_SetMR(5, badge);

    return sel4_invoke(_service, CNodeMint, 1, 6);
}

/* Moves a capability to an empty slot. */
LIBSEL4_INLINE seL4_Error seL4_CNode_Move(seL4_CNode _service, seL4_Word dest_index, seL4_Uint8 dest_depth, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth)
{
    seL4_SetCap(0, src_root);
    seL4_SetMR(0, dest_index);
    seL4_SetMR(1, dest_depth);
    seL4_SetMR(2, src_index);
    seL4_SetMR(3, src_depth);

    return sel4_invoke(_service, CNodeMove, 1, 4);
}

/* Moves a capability and sets the guard of a CNode. */
LIBSEL4_INLINE seL4_Error seL4_CNode_Mutate(seL4_CNode _service, seL4_Word dest_index, seL4_Uint8 dest_depth, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth, seL4_Word badge)
{
    seL4_SetCap(0, src_root);
    seL4_SetMR(0, dest_index);
    seL4_SetMR(1, dest_depth);
    seL4_SetMR(2, src_index);
    seL4_SetMR(3, src_depth);
    seL4_SetMR(4, badge);

    return sel4_invoke(_service, CNodeMutate, 1, 5);
}

/* pivot moves to dest, src moves to pivot; with src == dest the two are exchanged. */
LIBSEL4_INLINE seL4_Error seL4_CNode_Rotate(seL4_CNode _service, seL4_Word dest_index, seL4_Uint8 dest_depth, seL4_Word dest_badge, seL4_CNode pivot_root, seL4_Word pivot_index, seL4_Uint8 pivot_depth, seL4_Word pivot_badge, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth)
{
    seL4_SetCap(0, pivot_root);
    seL4_SetCap(1, src_root);
    seL4_SetMR(0, dest_index);
    seL4_SetMR(1, dest_depth);
    seL4_SetMR(2, dest_badge);
    seL4_SetMR(3, pivot_index);
    seL4_SetMR(4, pivot_depth);
    seL4_SetMR(5, pivot_badge);
    seL4_SetMR(6, src_index);
    seL4_SetMR(7, src_depth);

    return sel4_invoke(_service, CNodeRotate, 2, 8);
}

/* Deletes everything derived from the capability; it stays itself. */
LIBSEL4_INLINE seL4_Error seL4_CNode_Revoke(seL4_CNode _service, seL4_Word index, seL4_Uint8 depth)
{
    seL4_SetMR(0, index);
    seL4_SetMR(1, depth);

    return sel4_invoke(_service, CNodeRevoke, 0, 2);
}

/* Deletes the capability; the last one takes its object with it. */
LIBSEL4_INLINE seL4_Error seL4_CNode_Delete(seL4_CNode _service, seL4_Word index, seL4_Uint8 depth)
{
    seL4_SetMR(0, index);
    seL4_SetMR(1, depth);

    return sel4_invoke(_service, CNodeDelete, 0, 2);
}

/* Restarts all threads that send with the badge of the endpoint capability. */
LIBSEL4_INLINE seL4_Error seL4_CNode_CancelBadgedSends(seL4_CNode _service, seL4_Word index, seL4_Uint8 depth)
{
    seL4_SetMR(0, index);
    seL4_SetMR(1, depth);

    return sel4_invoke(_service, CNodeCancelBadgedSends, 0, 2);
}

/* Sets CSpace, VSpace and IPC buffer (address 0: none; 1 KiB aligned).
 * Errors: IllegalOperation, AlignmentError. */
LIBSEL4_INLINE seL4_Error seL4_TCB_Configure(seL4_TCB _service, seL4_CNode cspace_root, seL4_Word cspace_root_data, seL4_CPtr vspace_root, seL4_Word vspace_root_data, seL4_Word buffer, seL4_CPtr bufferFrame)
{
    seL4_SetCap(0, cspace_root);
    seL4_SetCap(1, vspace_root);
    seL4_SetCap(2, bufferFrame);
    seL4_SetMR(0, cspace_root_data);
    seL4_SetMR(1, vspace_root_data);
    seL4_SetMR(2, buffer);

    return sel4_invoke(_service, TCBConfigure, 3, 3);
}

/* Sets fault handler, CSpace and VSpace. Errors: IllegalOperation, InvalidCapability(1). */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetSpace(seL4_TCB _service, seL4_CPtr fault_ep, seL4_CNode cspace_root, seL4_Word cspace_root_data, seL4_CPtr vspace_root, seL4_Word vspace_root_data)
{
    seL4_SetCap(0, fault_ep);
    seL4_SetCap(1, cspace_root);
    seL4_SetCap(2, vspace_root);
    seL4_SetMR(0, cspace_root_data);
    seL4_SetMR(1, vspace_root_data);

    return sel4_invoke(_service, TCBSetSpace, 3, 2);
}

/* Sets or (address 0) removes the IPC buffer. */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetIPCBuffer(seL4_TCB _service, seL4_Word buffer, seL4_CPtr bufferFrame)
{
    seL4_SetCap(0, bufferFrame);
    seL4_SetMR(0, buffer);

    return sel4_invoke(_service, TCBSetIPCBuffer, 1, 1);
}

/* priority 0..255, at most the authority's MCP: else RangeError(0, mcp). */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetPriority(seL4_TCB _service, seL4_CPtr authority, seL4_Word priority)
{
    seL4_SetCap(0, authority);
    seL4_SetMR(0, priority);

    return sel4_invoke(_service, TCBSetPriority, 1, 1);
}

/* mcp 0..255, at most the authority's MCP: else RangeError(0, mcp). */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetMCPriority(seL4_TCB _service, seL4_CPtr authority, seL4_Word mcp)
{
    seL4_SetCap(0, authority);
    seL4_SetMR(0, mcp);

    return sel4_invoke(_service, TCBSetMCPriority, 1, 1);
}

/* Sets priorities, scheduling context (null: none) and fault handler (null: none). */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetSchedParams(seL4_TCB _service, seL4_CPtr authority, seL4_Word mcp, seL4_Word priority, seL4_CPtr sched_context, seL4_CPtr fault_ep)
{
    seL4_SetCap(0, authority);
    seL4_SetCap(1, sched_context);
    seL4_SetCap(2, fault_ep);
    seL4_SetMR(0, mcp);
    seL4_SetMR(1, priority);

    return sel4_invoke(_service, TCBSetSchedParams, 3, 2);
}

/* Sets the handler of timeout faults (null: none). */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetTimeoutEndpoint(seL4_TCB _service, seL4_CPtr timeout_fault_ep)
{
    seL4_SetCap(0, timeout_fault_ep);

    return sel4_invoke(_service, TCBSetTimeoutEndpoint, 1, 0);
}

/* Makes the thread inactive and cancels its IPC. */
LIBSEL4_INLINE seL4_Error seL4_TCB_Suspend(seL4_TCB _service)
{
    return sel4_invoke(_service, TCBSuspend, 0, 0);
}

/* Restarts an inactive or blocked thread. */
LIBSEL4_INLINE seL4_Error seL4_TCB_Resume(seL4_TCB _service)
{
    return sel4_invoke(_service, TCBResume, 0, 0);
}

/* Signals are then delivered while the thread receives on endpoints. Error: IllegalOperation. */
LIBSEL4_INLINE seL4_Error seL4_TCB_BindNotification(seL4_TCB _service, seL4_CPtr notification)
{
    seL4_SetCap(0, notification);

    return sel4_invoke(_service, TCBBindNotification, 1, 0);
}

/* Error: IllegalOperation if nothing is bound. */
LIBSEL4_INLINE seL4_Error seL4_TCB_UnbindNotification(seL4_TCB _service)
{
    return sel4_invoke(_service, TCBUnbindNotification, 0, 0);
}

#if defined(CONFIG_HARDWARE_DEBUG_API)
/* Sets breakpoint 0..5 or watchpoint 6..9. */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetBreakpoint(seL4_TCB _service, seL4_Uint16 bp_num, seL4_Word vaddr, seL4_Word type, seL4_Word size, seL4_Word rw)
{
    seL4_SetMR(0, bp_num);
    seL4_SetMR(1, vaddr);
    seL4_SetMR(2, type);
    seL4_SetMR(3, size);
    seL4_SetMR(4, rw);

    return sel4_invoke(_service, TCBSetBreakpoint, 0, 5);
}
#endif

#if defined(CONFIG_HARDWARE_DEBUG_API)
typedef struct seL4_TCB_GetBreakpoint {
    int error;
    seL4_Word vaddr;
    seL4_Word type;
    seL4_Word size;
    seL4_Word rw;
    seL4_Bool is_enabled;
} seL4_TCB_GetBreakpoint_t;

/* Reads a breakpoint or watchpoint back. */
LIBSEL4_INLINE seL4_TCB_GetBreakpoint_t seL4_TCB_GetBreakpoint(seL4_TCB _service, seL4_Uint16 bp_num)
{
    seL4_SetMR(0, bp_num);

    seL4_TCB_GetBreakpoint_t result;

    result.error = sel4_invoke(_service, TCBGetBreakpoint, 0, 1);
    result.vaddr = (seL4_Word)seL4_GetMR(0);
    result.type = (seL4_Word)seL4_GetMR(1);
    result.size = (seL4_Word)seL4_GetMR(2);
    result.rw = (seL4_Word)seL4_GetMR(3);
    result.is_enabled = (seL4_Bool)(seL4_GetMR(4) & 1);
    return result;
}
#endif

#if defined(CONFIG_HARDWARE_DEBUG_API)
/* Clears a breakpoint or watchpoint. */
LIBSEL4_INLINE seL4_Error seL4_TCB_UnsetBreakpoint(seL4_TCB _service, seL4_Uint16 bp_num)
{
    seL4_SetMR(0, bp_num);

    return sel4_invoke(_service, TCBUnsetBreakpoint, 0, 1);
}
#endif

#if defined(CONFIG_HARDWARE_DEBUG_API)
typedef struct seL4_TCB_ConfigureSingleStepping {
    int error;
    seL4_Bool bp_was_consumed;
} seL4_TCB_ConfigureSingleStepping_t;

/* Stops after num_instructions; 0: no stepping. bp_num is ignored on AArch64. */
LIBSEL4_INLINE seL4_TCB_ConfigureSingleStepping_t seL4_TCB_ConfigureSingleStepping(seL4_TCB _service, seL4_Uint16 bp_num, seL4_Word num_instructions)
{
    seL4_SetMR(0, bp_num);
    seL4_SetMR(1, num_instructions);

    seL4_TCB_ConfigureSingleStepping_t result;

    result.error = sel4_invoke(_service, TCBConfigureSingleStepping, 0, 2);
    result.bp_was_consumed = (seL4_Bool)(seL4_GetMR(0) & 1);
    return result;
}
#endif

/* Sets TPIDR_EL0. */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetTLSBase(seL4_TCB _service, seL4_Word tls_base)
{
    seL4_SetMR(0, tls_base);

    return sel4_invoke(_service, TCBSetTLSBase, 0, 1);
}

typedef struct seL4_TCB_SetFlags {
    int error;
    seL4_Word flags;
} seL4_TCB_SetFlags_t;

/* Clears, then sets flags (seL4_TCBFlag_...); returns the new ones. */
LIBSEL4_INLINE seL4_TCB_SetFlags_t seL4_TCB_SetFlags(seL4_TCB _service, seL4_Word clear, seL4_Word set)
{
    seL4_SetMR(0, clear);
    seL4_SetMR(1, set);

    seL4_TCB_SetFlags_t result;

    result.error = sel4_invoke(_service, TCBSetFlags, 0, 2);
    result.flags = (seL4_Word)seL4_GetMR(0);
    return result;
}

/* budget, period: us; budget == period: round robin. Errors: RangeError, InvalidCapability(1). */
LIBSEL4_INLINE seL4_Error seL4_SchedControl_ConfigureFlags(seL4_SchedControl _service, seL4_CPtr schedcontext, seL4_Time budget, seL4_Time period, seL4_Word extra_refills, seL4_Word badge, seL4_Word flags)
{
    seL4_SetCap(0, schedcontext);
    seL4_SetMR(0, budget);
    seL4_SetMR(1, period);
    seL4_SetMR(2, extra_refills);
    seL4_SetMR(3, badge);
    seL4_SetMR(4, flags);

    return sel4_invoke(_service, SchedControlConfigureFlags, 1, 5);
}

/* Binds to a TCB or a notification. Errors: IllegalOperation, InvalidCapability(1). */
LIBSEL4_INLINE seL4_Error seL4_SchedContext_Bind(seL4_SchedContext _service, seL4_CPtr cap)
{
    seL4_SetCap(0, cap);

    return sel4_invoke(_service, SchedContextBind, 1, 0);
}

/* Unbinds from everything; not from the caller (IllegalOperation). */
LIBSEL4_INLINE seL4_Error seL4_SchedContext_Unbind(seL4_SchedContext _service)
{
    return sel4_invoke(_service, SchedContextUnbind, 0, 0);
}

/* Unbinds from this TCB or notification. */
LIBSEL4_INLINE seL4_Error seL4_SchedContext_UnbindObject(seL4_SchedContext _service, seL4_CPtr cap)
{
    seL4_SetCap(0, cap);

    return sel4_invoke(_service, SchedContextUnbindObject, 1, 0);
}

typedef struct seL4_SchedContext_Consumed {
    int error;
    seL4_Time consumed;
} seL4_SchedContext_Consumed_t;

/* us consumed since the last read, which resets it. */
LIBSEL4_INLINE seL4_SchedContext_Consumed_t seL4_SchedContext_Consumed(seL4_SchedContext _service)
{

    seL4_SchedContext_Consumed_t result;

    result.error = sel4_invoke(_service, SchedContextConsumed, 0, 0);
    result.consumed = (seL4_Time)seL4_GetMR(0);
    return result;
}

typedef struct seL4_SchedContext_YieldTo {
    int error;
    seL4_Time consumed;
} seL4_SchedContext_YieldTo_t;

/* Lets the thread of the context run. Error: IllegalOperation. */
LIBSEL4_INLINE seL4_SchedContext_YieldTo_t seL4_SchedContext_YieldTo(seL4_SchedContext _service)
{

    seL4_SchedContext_YieldTo_t result;

    result.error = sel4_invoke(_service, SchedContextYieldTo, 0, 0);
    result.consumed = (seL4_Time)seL4_GetMR(0);
    return result;
}

/* Makes a handler capability for an interrupt and unmasks it. Errors: RangeError, RevokeFirst. */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_Get(seL4_IRQControl _service, seL4_Word irq, seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    seL4_SetCap(0, root);
    seL4_SetMR(0, irq);
    seL4_SetMR(1, index);
    seL4_SetMR(2, depth);

    return sel4_invoke(_service, IRQIssueIRQHandler, 1, 3);
}

/* As Get; trigger 0: level, else edge. */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_GetTrigger(seL4_IRQControl _service, seL4_Word irq, seL4_Word trigger, seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    seL4_SetCap(0, root);
    seL4_SetMR(0, irq);
    seL4_SetMR(1, trigger);
    seL4_SetMR(2, index);
    seL4_SetMR(3, depth);

    return sel4_invoke(_service, ARMIRQIssueIRQHandlerTrigger, 1, 4);
}

#if defined(CONFIG_ENABLE_SMP_SUPPORT)
/* As GetTrigger, for one core. */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_GetTriggerCore(seL4_IRQControl _service, seL4_Word irq, seL4_Word trigger, seL4_CNode root, seL4_Word index, seL4_Uint8 depth, seL4_Word target)
{
    seL4_SetCap(0, root);
    seL4_SetMR(0, irq);
    seL4_SetMR(1, trigger);
    seL4_SetMR(2, index);
    seL4_SetMR(3, depth);
    seL4_SetMR(4, target);

    return sel4_invoke(_service, ARMIRQIssueIRQHandlerTriggerCore, 1, 5);
}
#endif

#if !defined(CONFIG_ENABLE_SMP_SUPPORT)
/* Makes a capability whose invocation raises SGI irq (0..15) at a core. */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_IssueSGISignal(seL4_IRQControl _service, seL4_Word irq, seL4_Word target, seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    seL4_SetCap(0, root);
    seL4_SetMR(0, irq);
    seL4_SetMR(1, target);
    seL4_SetMR(2, index);
    seL4_SetMR(3, depth);

    return sel4_invoke(_service, ARMIRQIssueSGISignal, 1, 4);
}
#endif

/* Allows the next delivery. */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler _service)
{
    return sel4_invoke(_service, IRQAckIRQ, 0, 0);
}

/* Interrupts signal this notification with its badge. Error: InvalidCapability(0). */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_SetNotification(seL4_IRQHandler _service, seL4_CPtr notification)
{
    seL4_SetCap(0, notification);

    return sel4_invoke(_service, IRQSetIRQHandler, 1, 0);
}

/* Removes the notification. */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_Clear(seL4_IRQHandler _service)
{
    return sel4_invoke(_service, IRQClearIRQHandler, 0, 0);
}

/* Puts a thread into a domain (0..15). */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_Set(seL4_DomainSet _service, seL4_Uint8 domain, seL4_TCB thread)
{
    seL4_SetCap(0, thread);
    seL4_SetMR(0, domain);

    return sel4_invoke(_service, DomainSetSet, 1, 1);
}

/* Entry of the domain schedule; duration in timer ticks, 0: end marker. */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_ScheduleConfigure(seL4_DomainSet _service, seL4_Word index, seL4_Uint8 domain, seL4_Time duration)
{
    seL4_SetMR(0, index);
    seL4_SetMR(1, domain);
    seL4_SetMR(2, duration);

    return sel4_invoke(_service, DomainScheduleConfigure, 0, 3);
}

/* Starts the schedule at this entry, now. */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_ScheduleSetStart(seL4_DomainSet _service, seL4_Word index)
{
    seL4_SetMR(0, index);

    return sel4_invoke(_service, DomainScheduleSetStart, 0, 1);
}

/* Cache maintenance of [start, end). */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Clean_Data(seL4_ARM_VSpace _service, seL4_Word start, seL4_Word end)
{
    seL4_SetMR(0, start);
    seL4_SetMR(1, end);

    return sel4_invoke(_service, ARMVSpaceClean_Data, 0, 2);
}

/* Cache maintenance of [start, end). */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Invalidate_Data(seL4_ARM_VSpace _service, seL4_Word start, seL4_Word end)
{
    seL4_SetMR(0, start);
    seL4_SetMR(1, end);

    return sel4_invoke(_service, ARMVSpaceInvalidate_Data, 0, 2);
}

/* Cache maintenance of [start, end). */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_CleanInvalidate_Data(seL4_ARM_VSpace _service, seL4_Word start, seL4_Word end)
{
    seL4_SetMR(0, start);
    seL4_SetMR(1, end);

    return sel4_invoke(_service, ARMVSpaceCleanInvalidate_Data, 0, 2);
}

/* Cache maintenance of [start, end). */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Unify_Instruction(seL4_ARM_VSpace _service, seL4_Word start, seL4_Word end)
{
    seL4_SetMR(0, start);
    seL4_SetMR(1, end);

    return sel4_invoke(_service, ARMVSpaceUnify_Instruction, 0, 2);
}

/* Cache maintenance of [start_offset, end_offset). */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Clean_Data(seL4_ARM_Page _service, seL4_Word start_offset, seL4_Word end_offset)
{
    seL4_SetMR(0, start_offset);
    seL4_SetMR(1, end_offset);

    return sel4_invoke(_service, ARMPageClean_Data, 0, 2);
}

/* Cache maintenance of [start_offset, end_offset). */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Invalidate_Data(seL4_ARM_Page _service, seL4_Word start_offset, seL4_Word end_offset)
{
    seL4_SetMR(0, start_offset);
    seL4_SetMR(1, end_offset);

    return sel4_invoke(_service, ARMPageInvalidate_Data, 0, 2);
}

/* Cache maintenance of [start_offset, end_offset). */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_CleanInvalidate_Data(seL4_ARM_Page _service, seL4_Word start_offset, seL4_Word end_offset)
{
    seL4_SetMR(0, start_offset);
    seL4_SetMR(1, end_offset);

    return sel4_invoke(_service, ARMPageCleanInvalidate_Data, 0, 2);
}

/* Cache maintenance of [start_offset, end_offset). */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Unify_Instruction(seL4_ARM_Page _service, seL4_Word start_offset, seL4_Word end_offset)
{
    seL4_SetMR(0, start_offset);
    seL4_SetMR(1, end_offset);

    return sel4_invoke(_service, ARMPageUnify_Instruction, 0, 2);
}

/* Maps a frame, or changes rights and attributes of its mapping. Errors: InvalidCapability,
 * AlignmentError, InvalidArgument(0), FailedLookup (see sel4/arch/mapping.h). */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Map(seL4_ARM_Page _service, seL4_CPtr vspace, seL4_Word vaddr, seL4_CapRights_t rights, seL4_ARM_VMAttributes attr)
{
    seL4_SetCap(0, vspace);
    seL4_SetMR(0, vaddr);
    seL4_SetMR(1, rights.words[0]);
    seL4_SetMR(2, attr);

    return sel4_invoke(_service, ARMPageMap, 1, 3);
}

/* Removes the mapping of this capability, if any. */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Unmap(seL4_ARM_Page _service)
{
    return sel4_invoke(_service, ARMPageUnmap, 0, 0);
}

typedef struct seL4_ARM_Page_GetAddress {
    int error;
    seL4_Word paddr;
} seL4_ARM_Page_GetAddress_t;

/* Physical address of the frame. */
LIBSEL4_INLINE seL4_ARM_Page_GetAddress_t seL4_ARM_Page_GetAddress(seL4_ARM_Page _service)
{

    seL4_ARM_Page_GetAddress_t result;

    result.error = sel4_invoke(_service, ARMPageGetAddress, 0, 0);
    result.paddr = (seL4_Word)seL4_GetMR(0);
    return result;
}

/* Puts the table into the first missing level for vaddr. Error: DeleteFirst if none is missing. */
LIBSEL4_INLINE seL4_Error seL4_ARM_PageTable_Map(seL4_ARM_PageTable _service, seL4_CPtr vspace, seL4_Word vaddr, seL4_ARM_VMAttributes attr)
{
    seL4_SetCap(0, vspace);
    seL4_SetMR(0, vaddr);
    seL4_SetMR(1, attr);

    return sel4_invoke(_service, ARMPageTableMap, 1, 2);
}

/* Takes the table out and clears it. Error: RevokeFirst. */
LIBSEL4_INLINE seL4_Error seL4_ARM_PageTable_Unmap(seL4_ARM_PageTable _service)
{
    return sel4_invoke(_service, ARMPageTableUnmap, 0, 0);
}

/* Turns a 4 KiB untyped into an ASID pool. */
LIBSEL4_INLINE seL4_Error seL4_ARM_ASIDControl_MakePool(seL4_ARM_ASIDControl _service, seL4_Untyped untyped, seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    seL4_SetCap(0, untyped);
    seL4_SetCap(1, root);
    seL4_SetMR(0, index);
    seL4_SetMR(1, depth);

    return sel4_invoke(_service, ARMASIDControlMakePool, 2, 2);
}

/* Gives the VSpace an ASID of the pool. Errors: InvalidCapability, DeleteFirst (pool full). */
LIBSEL4_INLINE seL4_Error seL4_ARM_ASIDPool_Assign(seL4_ARM_ASIDPool _service, seL4_CPtr vspace)
{
    seL4_SetCap(0, vspace);

    return sel4_invoke(_service, ARMASIDPoolAssign, 1, 0);
}

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_SetTCB(seL4_ARM_VCPU _service, seL4_TCB tcb)
{
    seL4_SetCap(0, tcb);

    return sel4_invoke(_service, ARMVCPUSetTCB, 1, 0);
}
#endif

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
typedef struct seL4_ARM_VCPU_ReadRegs {
    int error;
    seL4_Word value;
} seL4_ARM_VCPU_ReadRegs_t;

LIBSEL4_INLINE seL4_ARM_VCPU_ReadRegs_t seL4_ARM_VCPU_ReadRegs(seL4_ARM_VCPU _service, seL4_Word field)
{
    seL4_SetMR(0, field);

    seL4_ARM_VCPU_ReadRegs_t result;

    result.error = sel4_invoke(_service, ARMVCPUReadReg, 0, 1);
    result.value = (seL4_Word)seL4_GetMR(0);
    return result;
}
#endif

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_WriteRegs(seL4_ARM_VCPU _service, seL4_Word field, seL4_Word value)
{
    seL4_SetMR(0, field);
    seL4_SetMR(1, value);

    return sel4_invoke(_service, ARMVCPUWriteReg, 0, 2);
}
#endif

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_AckVPPI(seL4_ARM_VCPU _service, seL4_Word irq)
{
    seL4_SetMR(0, irq);

    return sel4_invoke(_service, ARMVCPUAckVPPI, 0, 1);
}
#endif

/* As seL4_SchedControl_ConfigureFlags without flags. */
LIBSEL4_INLINE seL4_Error seL4_SchedControl_Configure(seL4_SchedControl _service,
        seL4_SchedContext schedcontext, seL4_Time budget, seL4_Time period, seL4_Word extra_refills,
        seL4_Word badge)
{
    return seL4_SchedControl_ConfigureFlags(_service, schedcontext, budget, period, extra_refills,
            badge, 0);
}

/* count: 1..36 words, which are stored even after an error. */
LIBSEL4_INLINE seL4_Error seL4_TCB_ReadRegisters(seL4_TCB _service, seL4_Bool suspend_source,
        seL4_Uint8 arch_flags, seL4_Word count, seL4_UserContext *regs)
{
    seL4_Word *words = (seL4_Word *)regs;

    seL4_SetMR(0, (seL4_Word)(suspend_source & 1) | (seL4_Word)arch_flags << 8);
    seL4_SetMR(1, count);

    seL4_Error error = sel4_invoke(_service, TCBReadRegisters, 0, 2);

    for (seL4_Word i = 0; i < count && i < sizeof(*regs) / sizeof(seL4_Word); i++) {
        words[i] = seL4_GetMR((int)i);
    }
    return error;
}

/* The first count of 36 words are used. Errors: TruncatedMessage, IllegalOperation. */
LIBSEL4_INLINE seL4_Error seL4_TCB_WriteRegisters(seL4_TCB _service, seL4_Bool resume_target,
        seL4_Uint8 arch_flags, seL4_Word count, seL4_UserContext *regs)
{
    const seL4_Word *words = (const seL4_Word *)regs;

    seL4_SetMR(0, (seL4_Word)(resume_target & 1) | (seL4_Word)arch_flags << 8);
    seL4_SetMR(1, count);
    for (int i = 0; i < 36; i++) {
        seL4_SetMR(2 + i, words[i]);
    }
    return sel4_invoke(_service, TCBWriteRegisters, 0, 38);
}

/* Copies registers of `source` (a TCB). Error: InvalidCapability(1). */
LIBSEL4_INLINE seL4_Error seL4_TCB_CopyRegisters(seL4_TCB _service, seL4_TCB source,
        seL4_Bool suspend_source, seL4_Bool resume_target, seL4_Bool transfer_frame,
        seL4_Bool transfer_integer, seL4_Uint8 arch_flags)
{
    seL4_SetCap(0, source);
    seL4_SetMR(0, (seL4_Word)(suspend_source & 1) | (seL4_Word)(resume_target & 1) << 1
                    | (seL4_Word)(transfer_frame & 1) << 2 | (seL4_Word)(transfer_integer & 1) << 3
                    | (seL4_Word)arch_flags << 8);
    return sel4_invoke(_service, TCBCopyRegisters, 1, 1);
}

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_InjectIRQ(seL4_ARM_VCPU _service, seL4_Uint16 virq,
        seL4_Uint8 priority, seL4_Uint8 group, seL4_Uint8 index)
{
    seL4_SetMR(0, (seL4_Word)virq | (seL4_Word)priority << 16 | (seL4_Word)group << 24
                    | (seL4_Word)index << 32);
    return sel4_invoke(_service, ARMVCPUInjectIRQ, 0, 1);
}
#endif

#ifdef CONFIG_ALLOW_SMC_CALLS
/* Firmware call with x0..x7; allowed if the capability is unbadged or badged with args->x0. */
LIBSEL4_INLINE seL4_Error seL4_ARM_SMC_Call(seL4_ARM_SMC _service, seL4_ARM_SMCContext *smc_args,
        seL4_ARM_SMCContext *smc_response)
{
    const seL4_Word *args = (const seL4_Word *)smc_args;
    seL4_Word *response = (seL4_Word *)smc_response;

    for (int i = 0; i < 8; i++) {
        seL4_SetMR(i, args[i]);
    }

    seL4_Error error = sel4_invoke(_service, ARMSMCCall, 0, 8);

    for (int i = 0; i < 8; i++) {
        response[i] = seL4_GetMR(i);
    }
    return error;
}
#endif
