/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * Invocations of kernel objects (sel4-abi.md, 6 and 22.6). Each is a seL4_Call: word parameters go
 * to message registers, capabilities to the extra capabilities, both in the order of declaration.
 * Message words 0..3 travel in registers: the first four of the IPC buffer change only after an
 * error. Result: seL4_NoError or the kernel's error; its payload is then in the message registers.
 * Result structures hold nothing of use after an error.
 *
 * The errors of each are listed in the order in which the kernel checks. Possible everywhere, and
 * not repeated: InvalidCapability(0), nothing to invoke there; IllegalOperation, another type of
 * object; TruncatedMessage, a thread without an IPC buffer cannot send so much.
 */

#include <sel4/errors.h>
#include <sel4/functions.h>
#include <sel4/invocation.h>
#include <sel4/syscalls.h>
#include <sel4/types.h>

/*
 * Calls with the capabilities, and the message words from 4 on, that are in the IPC buffer already.
 * mrs: the first four words, in and out; after an error the buffer holds what came back, too.
 */
LIBSEL4_INLINE_FUNC seL4_Error sel4_invoke(
        seL4_CPtr object, seL4_Word label, seL4_Word caps, seL4_Word length, struct sel4_mrs *mrs)
{
    seL4_Word badge = object;
    seL4_Word info = seL4_MessageInfo_new(label, 0, caps, length).words[0];

    sel4_sys_exchange(seL4_SysCall, &badge, &info, mrs, 0, 0);

    seL4_MessageInfo_t answer_info = { { info } };
    seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(answer_info);

    if (error != seL4_NoError) {
        sel4_mrs_to_buffer(mrs);
    }
    return error;
}

/*
 * Makes objects out of untyped memory. type: seL4_..Object; size_bits: log2 of bytes (untyped
 * 4..47, scheduling context 7..) or of slots (CNode 1..), ignored for the others; num_objects:
 * 1..256. Capabilities go to consecutive slots from node_offset of a CNode: root itself if
 * node_depth is 0, else what stands at node_index, node_depth bits (1..64), in root.
 * Errors in order: InvalidArgument(0) (type), RangeError(0, 47) and InvalidArgument(1)
 * (size_bits), FailedLookup, RangeError(0, slots - 1) (node_offset), RangeError(1, 256 or the free
 * slots) (num_objects), DeleteFirst (a slot is occupied), NotEnoughMemory(bytes left),
 * InvalidArgument(1) (a device untyped makes only frames and untypeds).
 */
LIBSEL4_INLINE seL4_Error seL4_Untyped_Retype(seL4_Untyped _service, seL4_Word type,
        seL4_Word size_bits, seL4_CNode root, seL4_Word node_index, seL4_Word node_depth,
        seL4_Word node_offset, seL4_Word num_objects)
{
    struct sel4_mrs mrs = { type, size_bits, node_index, node_depth };

    seL4_SetCap(0, root);
    seL4_SetMR(4, node_offset);
    seL4_SetMR(5, num_objects);

    return sel4_invoke(_service, UntypedRetype, 1, 6, &mrs);
}

/*
 * Copies a capability from slot src_index, src_depth bits (1..64), of src_root to the empty slot
 * dest_index, dest_depth bits, of this CNode, keeping at most `rights`.
 * Errors in order: FailedLookup or RangeError(1, 64) (destination), DeleteFirst, FailedLookup or
 * RangeError(1, 64) (source; also when it is empty), RevokeFirst (an untyped with children),
 * IllegalOperation (not to be copied: IRQ control, an unmapped table).
 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Copy(seL4_CNode _service, seL4_Word dest_index,
        seL4_Uint8 dest_depth, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth,
        seL4_CapRights_t rights)
{
    struct sel4_mrs mrs = { dest_index, dest_depth, src_index, src_depth };

    seL4_SetCap(0, src_root);
    seL4_SetMR(4, rights.words[0]);

    return sel4_invoke(_service, CNodeCopy, 1, 5, &mrs);
}

/*
 * As seL4_CNode_Copy, and sets the badge of an unbadged endpoint, notification or SMC capability,
 * or the guard (seL4_CNode_CapData_t) of a CNode capability; ignored for others.
 * Errors: as seL4_CNode_Copy; IllegalOperation also when there is a badge already or the guard is
 * too long.
 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Mint(seL4_CNode _service, seL4_Word dest_index,
        seL4_Uint8 dest_depth, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth,
        seL4_CapRights_t rights, seL4_Word badge)
{
    struct sel4_mrs mrs = { dest_index, dest_depth, src_index, src_depth };

    seL4_SetCap(0, src_root);
    seL4_SetMR(4, rights.words[0]);
    seL4_SetMR(5, badge);

    return sel4_invoke(_service, CNodeMint, 1, 6, &mrs);
}

/*
 * Moves a capability to an empty slot; parameters as in seL4_CNode_Copy.
 * Errors in order: FailedLookup or RangeError(1, 64) (destination), DeleteFirst, FailedLookup or
 * RangeError(1, 64) (source).
 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Move(seL4_CNode _service, seL4_Word dest_index,
        seL4_Uint8 dest_depth, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth)
{
    struct sel4_mrs mrs = { dest_index, dest_depth, src_index, src_depth };

    seL4_SetCap(0, src_root);

    return sel4_invoke(_service, CNodeMove, 1, 4, &mrs);
}

/*
 * As seL4_CNode_Move, and sets the guard (badge: seL4_CNode_CapData_t) of a CNode capability.
 * Errors: as seL4_CNode_Move; then IllegalOperation (an endpoint, notification or SMC capability,
 * or the guard is too long).
 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Mutate(seL4_CNode _service, seL4_Word dest_index,
        seL4_Uint8 dest_depth, seL4_CNode src_root, seL4_Word src_index, seL4_Uint8 src_depth,
        seL4_Word badge)
{
    struct sel4_mrs mrs = { dest_index, dest_depth, src_index, src_depth };

    seL4_SetCap(0, src_root);
    seL4_SetMR(4, badge);

    return sel4_invoke(_service, CNodeMutate, 1, 5, &mrs);
}

/*
 * Moves two capabilities at once: pivot to dest (with guard dest_badge) and src to pivot (with
 * guard pivot_badge); with src == dest the two change places. Depths in bits, 1..64.
 * Errors in order: FailedLookup or RangeError(1, 64) (destination, source, pivot),
 * IllegalOperation (pivot is source or destination), DeleteFirst (destination occupied and not the
 * source), FailedLookup (source or pivot empty), IllegalOperation (a capability that Mutate
 * refuses).
 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Rotate(seL4_CNode _service, seL4_Word dest_index,
        seL4_Uint8 dest_depth, seL4_Word dest_badge, seL4_CNode pivot_root, seL4_Word pivot_index,
        seL4_Uint8 pivot_depth, seL4_Word pivot_badge, seL4_CNode src_root, seL4_Word src_index,
        seL4_Uint8 src_depth)
{
    struct sel4_mrs mrs = { dest_index, dest_depth, dest_badge, pivot_index };

    seL4_SetCap(0, pivot_root);
    seL4_SetCap(1, src_root);
    seL4_SetMR(4, pivot_depth);
    seL4_SetMR(5, pivot_badge);
    seL4_SetMR(6, src_index);
    seL4_SetMR(7, src_depth);

    return sel4_invoke(_service, CNodeRotate, 2, 8, &mrs);
}

/*
 * Deletes everything derived from the capability in slot index, depth bits (1..64); it stays
 * itself. Takes as long as there is to delete, and lets interrupts in.
 * Errors in order: FailedLookup, RangeError(1, 64).
 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Revoke(seL4_CNode _service, seL4_Word index, seL4_Uint8 depth)
{
    struct sel4_mrs mrs = { index, depth, 0, 0 };

    return sel4_invoke(_service, CNodeRevoke, 0, 2, &mrs);
}

/*
 * Deletes the capability in slot index, depth bits (1..64); the last one takes its object with it.
 * An empty slot is fine.
 * Errors in order: FailedLookup, RangeError(1, 64).
 */
LIBSEL4_INLINE seL4_Error seL4_CNode_Delete(seL4_CNode _service, seL4_Word index, seL4_Uint8 depth)
{
    struct sel4_mrs mrs = { index, depth, 0, 0 };

    return sel4_invoke(_service, CNodeDelete, 0, 2, &mrs);
}

/*
 * Restarts all threads that wait to send with the badge of the endpoint capability in slot index,
 * depth bits (1..64); it needs all four rights.
 * Errors in order: FailedLookup, RangeError(1, 64), IllegalOperation (other capability, or fewer
 * rights).
 */
LIBSEL4_INLINE seL4_Error seL4_CNode_CancelBadgedSends(
        seL4_CNode _service, seL4_Word index, seL4_Uint8 depth)
{
    struct sel4_mrs mrs = { index, depth, 0, 0 };

    return sel4_invoke(_service, CNodeCancelBadgedSends, 0, 2, &mrs);
}

/*
 * Sets CSpace, VSpace and IPC buffer. cspace_root_data: guard (seL4_CNode_CapData_t), 0 keeps it;
 * vspace_root_data: ignored; buffer: virtual address, 1 KiB aligned, 0 for none.
 * Errors in order: IllegalOperation (bufferFrame is no frame of ordinary memory), AlignmentError
 * (buffer), IllegalOperation (a root still being deleted; no CNode or bad guard; no VSpace with an
 * ASID).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_Configure(seL4_TCB _service, seL4_CNode cspace_root,
        seL4_Word cspace_root_data, seL4_CPtr vspace_root, seL4_Word vspace_root_data,
        seL4_Word buffer, seL4_CPtr bufferFrame)
{
    struct sel4_mrs mrs = { cspace_root_data, vspace_root_data, buffer, 0 };

    seL4_SetCap(0, cspace_root);
    seL4_SetCap(1, vspace_root);
    seL4_SetCap(2, bufferFrame);

    return sel4_invoke(_service, TCBConfigure, 3, 3, &mrs);
}

/*
 * Sets fault handler, CSpace and VSpace; data words as in seL4_TCB_Configure. fault_ep: endpoint
 * with Write and Grant or GrantReply, or a null capability for none.
 * Errors in order: IllegalOperation (roots, as above), InvalidCapability(1) (fault_ep).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetSpace(seL4_TCB _service, seL4_CPtr fault_ep,
        seL4_CNode cspace_root, seL4_Word cspace_root_data, seL4_CPtr vspace_root,
        seL4_Word vspace_root_data)
{
    struct sel4_mrs mrs = { cspace_root_data, vspace_root_data, 0, 0 };

    seL4_SetCap(0, fault_ep);
    seL4_SetCap(1, cspace_root);
    seL4_SetCap(2, vspace_root);

    return sel4_invoke(_service, TCBSetSpace, 3, 2, &mrs);
}

/*
 * Sets the IPC buffer, or removes it if buffer is 0. buffer: virtual address, 1 KiB aligned.
 * Errors in order: IllegalOperation (no frame of ordinary memory), AlignmentError.
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetIPCBuffer(
        seL4_TCB _service, seL4_Word buffer, seL4_CPtr bufferFrame)
{
    struct sel4_mrs mrs = { buffer, 0, 0, 0 };

    seL4_SetCap(0, bufferFrame);

    return sel4_invoke(_service, TCBSetIPCBuffer, 1, 1, &mrs);
}

/*
 * Sets the priority, 0..255. authority: TCB whose MCP limits it.
 * Errors in order: InvalidCapability(1) (authority), RangeError(0, MCP of the authority).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetPriority(
        seL4_TCB _service, seL4_CPtr authority, seL4_Word priority)
{
    struct sel4_mrs mrs = { priority, 0, 0, 0 };

    seL4_SetCap(0, authority);

    return sel4_invoke(_service, TCBSetPriority, 1, 1, &mrs);
}

/*
 * Sets the maximum controlled priority, 0..255: the limit for what this thread may set.
 * Errors in order: InvalidCapability(1) (authority), RangeError(0, MCP of the authority).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetMCPriority(
        seL4_TCB _service, seL4_CPtr authority, seL4_Word mcp)
{
    struct sel4_mrs mrs = { mcp, 0, 0, 0 };

    seL4_SetCap(0, authority);

    return sel4_invoke(_service, TCBSetMCPriority, 1, 1, &mrs);
}

/*
 * Sets MCP, priority (both 0..255), scheduling context (a null capability unbinds) and fault
 * handler (a null capability removes; see seL4_TCB_SetSpace).
 * Errors in order: InvalidCapability(1) (authority), RangeError(0, MCP of the authority) (mcp,
 * then priority), IllegalOperation (either is bound elsewhere; the thread is blocked and the
 * context has no budget now; unbinding the caller's own), InvalidCapability(2) (sched_context),
 * InvalidCapability(3) (fault_ep).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetSchedParams(seL4_TCB _service, seL4_CPtr authority,
        seL4_Word mcp, seL4_Word priority, seL4_CPtr sched_context, seL4_CPtr fault_ep)
{
    struct sel4_mrs mrs = { mcp, priority, 0, 0 };

    seL4_SetCap(0, authority);
    seL4_SetCap(1, sched_context);
    seL4_SetCap(2, fault_ep);

    return sel4_invoke(_service, TCBSetSchedParams, 3, 2, &mrs);
}

/*
 * Sets the handler of Timeout faults; a null capability: none, and no such faults.
 * Errors: InvalidCapability(1) (as fault_ep of seL4_TCB_SetSpace).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetTimeoutEndpoint(seL4_TCB _service, seL4_CPtr timeout_fault_ep)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SetCap(0, timeout_fault_ep);

    return sel4_invoke(_service, TCBSetTimeoutEndpoint, 1, 0, &mrs);
}

/*
 * Makes the thread inactive; cancels its IPC, forgets its fault. It keeps its scheduling context.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_Suspend(seL4_TCB _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    return sel4_invoke(_service, TCBSuspend, 0, 0, &mrs);
}

/*
 * Restarts an inactive or blocked thread at its restart PC; others go on.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_Resume(seL4_TCB _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    return sel4_invoke(_service, TCBResume, 0, 0, &mrs);
}

/*
 * Binds a notification: its signals are then delivered while the thread receives on endpoints.
 * Errors: IllegalOperation (no notification, no Read right, waiters in its queue, or one of the
 * two is bound already).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_BindNotification(seL4_TCB _service, seL4_CPtr notification)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SetCap(0, notification);

    return sel4_invoke(_service, TCBBindNotification, 1, 0, &mrs);
}

/*
 * Undoes seL4_TCB_BindNotification.
 * Errors: IllegalOperation (nothing is bound).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_UnbindNotification(seL4_TCB _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    return sel4_invoke(_service, TCBUnbindNotification, 0, 0, &mrs);
}

#if defined(CONFIG_HARDWARE_DEBUG_API)
/*
 * Sets instruction breakpoint 0..5 or watchpoint 6..9. type: seL4_InstructionBreakpoint or
 * seL4_DataBreakpoint; size: 0 for instructions, 1, 2, 4 or 8 bytes for data; rw: a
 * seL4_BreakpointAccess, seL4_BreakOnRead for instructions.
 * Errors in order: InvalidArgument(1) (vaddr), (2) (type, or bp_num does not fit it), (3) or (4)
 * (size, rw), AlignmentError (vaddr), RangeError(0, 5) (bp_num).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetBreakpoint(seL4_TCB _service, seL4_Uint16 bp_num,
        seL4_Word vaddr, seL4_Word type, seL4_Word size, seL4_Word rw)
{
    struct sel4_mrs mrs = { bp_num, vaddr, type, size };

    seL4_SetMR(4, rw);

    return sel4_invoke(_service, TCBSetBreakpoint, 0, 5, &mrs);
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

/*
 * Reads back what breakpoint or watchpoint 0..9 is set to.
 * Errors: RangeError(0, 9).
 */
LIBSEL4_INLINE seL4_TCB_GetBreakpoint_t seL4_TCB_GetBreakpoint(
        seL4_TCB _service, seL4_Uint16 bp_num)
{
    struct sel4_mrs mrs = { bp_num, 0, 0, 0 };

    seL4_TCB_GetBreakpoint_t result;

    result.error = sel4_invoke(_service, TCBGetBreakpoint, 0, 1, &mrs);
    result.vaddr = (seL4_Word)mrs.mr0;
    result.type = (seL4_Word)mrs.mr1;
    result.size = (seL4_Word)mrs.mr2;
    result.rw = (seL4_Word)mrs.mr3;
    result.is_enabled = (seL4_Bool)(seL4_GetMR(4) & 1);
    return result;
}
#endif

#if defined(CONFIG_HARDWARE_DEBUG_API)
/*
 * Clears breakpoint or watchpoint 0..9.
 * Errors: RangeError(0, 9).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_UnsetBreakpoint(seL4_TCB _service, seL4_Uint16 bp_num)
{
    struct sel4_mrs mrs = { bp_num, 0, 0, 0 };

    return sel4_invoke(_service, TCBUnsetBreakpoint, 0, 1, &mrs);
}
#endif

#if defined(CONFIG_HARDWARE_DEBUG_API)
typedef struct seL4_TCB_ConfigureSingleStepping {
    int error;
    seL4_Bool bp_was_consumed;
} seL4_TCB_ConfigureSingleStepping_t;

/*
 * Stops the thread with a DebugException after num_instructions; 0 ends stepping. bp_num: ignored
 * on AArch64. bp_was_consumed: whether it steps now.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_TCB_ConfigureSingleStepping_t seL4_TCB_ConfigureSingleStepping(
        seL4_TCB _service, seL4_Uint16 bp_num, seL4_Word num_instructions)
{
    struct sel4_mrs mrs = { bp_num, num_instructions, 0, 0 };

    seL4_TCB_ConfigureSingleStepping_t result;

    result.error = sel4_invoke(_service, TCBConfigureSingleStepping, 0, 2, &mrs);
    result.bp_was_consumed = (seL4_Bool)(mrs.mr0 & 1);
    return result;
}
#endif

/*
 * Sets the thread pointer, TPIDR_EL0.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_SetTLSBase(seL4_TCB _service, seL4_Word tls_base)
{
    struct sel4_mrs mrs = { tls_base, 0, 0, 0 };

    return sel4_invoke(_service, TCBSetTLSBase, 0, 1, &mrs);
}

typedef struct seL4_TCB_SetFlags {
    int error;
    seL4_Word flags;
} seL4_TCB_SetFlags_t;

/*
 * Clears the flags in `clear`, then sets those in `set` (seL4_TCBFlag_..; unknown bits are
 * ignored). Result: the new flags.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_TCB_SetFlags_t seL4_TCB_SetFlags(
        seL4_TCB _service, seL4_Word clear, seL4_Word set)
{
    struct sel4_mrs mrs = { clear, set, 0, 0 };

    seL4_TCB_SetFlags_t result;

    result.error = sel4_invoke(_service, TCBSetFlags, 0, 2, &mrs);
    result.flags = (seL4_Word)mrs.mr0;
    return result;
}

/*
 * Configures a scheduling context for the core of this capability. budget, period: microseconds,
 * 20 to about 3.7e13; budget == period: round robin; extra_refills:
 * 0..seL4_MaxExtraRefills(size_bits); badge: what Timeout faults carry; flags:
 * seL4_SchedContext_...
 * Errors in order: RangeError(20, longest period) (budget or period), RangeError(20, period)
 * (budget > period), InvalidCapability(1), RangeError(0, most extra refills).
 */
LIBSEL4_INLINE seL4_Error seL4_SchedControl_ConfigureFlags(seL4_SchedControl _service,
        seL4_CPtr schedcontext, seL4_Time budget, seL4_Time period, seL4_Word extra_refills,
        seL4_Word badge, seL4_Word flags)
{
    struct sel4_mrs mrs = { budget, period, extra_refills, badge };

    seL4_SetCap(0, schedcontext);
    seL4_SetMR(4, flags);

    return sel4_invoke(_service, SchedControlConfigureFlags, 1, 5, &mrs);
}

/*
 * Binds a TCB, which may then run, or a notification, which lends the context to whom it wakes.
 * Errors: IllegalOperation (either is bound already; the thread is blocked and the context has no
 * budget now), InvalidCapability(1) (other type).
 */
LIBSEL4_INLINE seL4_Error seL4_SchedContext_Bind(seL4_SchedContext _service, seL4_CPtr cap)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SetCap(0, cap);

    return sel4_invoke(_service, SchedContextBind, 1, 0, &mrs);
}

/*
 * Unbinds everything.
 * Errors: IllegalOperation (it is the caller's own).
 */
LIBSEL4_INLINE seL4_Error seL4_SchedContext_Unbind(seL4_SchedContext _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    return sel4_invoke(_service, SchedContextUnbind, 0, 0, &mrs);
}

/*
 * Unbinds this TCB or notification.
 * Errors: IllegalOperation (not bound to this context, or the caller), InvalidCapability(1) (other
 * type).
 */
LIBSEL4_INLINE seL4_Error seL4_SchedContext_UnbindObject(seL4_SchedContext _service, seL4_CPtr cap)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SetCap(0, cap);

    return sel4_invoke(_service, SchedContextUnbindObject, 1, 0, &mrs);
}

typedef struct seL4_SchedContext_Consumed {
    int error;
    seL4_Time consumed;
} seL4_SchedContext_Consumed_t;

/*
 * Microseconds consumed since the last read, which resets the counter.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_SchedContext_Consumed_t seL4_SchedContext_Consumed(seL4_SchedContext _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SchedContext_Consumed_t result;

    result.error = sel4_invoke(_service, SchedContextConsumed, 0, 0, &mrs);
    result.consumed = (seL4_Time)mrs.mr0;
    return result;
}

typedef struct seL4_SchedContext_YieldTo {
    int error;
    seL4_Time consumed;
} seL4_SchedContext_YieldTo_t;

/*
 * Lets the thread of the context run in front of the caller if priorities allow. Result:
 * microseconds consumed, as seL4_SchedContext_Consumed.
 * Errors: IllegalOperation (no thread, the caller itself, or priority above the caller's MCP).
 */
LIBSEL4_INLINE seL4_SchedContext_YieldTo_t seL4_SchedContext_YieldTo(seL4_SchedContext _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SchedContext_YieldTo_t result;

    result.error = sel4_invoke(_service, SchedContextYieldTo, 0, 0, &mrs);
    result.consumed = (seL4_Time)mrs.mr0;
    return result;
}

/*
 * Makes a handler capability for interrupt irq (INTID) in slot index, depth bits (1..64), of root,
 * and unmasks the interrupt at once.
 * Errors in order: RangeError(0, highest INTID), RevokeFirst (in use), FailedLookup or
 * RangeError(1, 64) (slot), DeleteFirst.
 */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_Get(
        seL4_IRQControl _service, seL4_Word irq, seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    struct sel4_mrs mrs = { irq, index, depth, 0 };

    seL4_SetCap(0, root);

    return sel4_invoke(_service, IRQIssueIRQHandler, 1, 3, &mrs);
}

/*
 * As seL4_IRQControl_Get, and sets the trigger: 0 level, otherwise edge.
 * Errors: the same.
 */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_GetTrigger(seL4_IRQControl _service, seL4_Word irq,
        seL4_Word trigger, seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    struct sel4_mrs mrs = { irq, trigger, index, depth };

    seL4_SetCap(0, root);

    return sel4_invoke(_service, ARMIRQIssueIRQHandlerTrigger, 1, 4, &mrs);
}

#if defined(CONFIG_ENABLE_SMP_SUPPORT)
/*
 * As seL4_IRQControl_GetTrigger, routed to core `target`.
 * Errors: the same; InvalidArgument (target) in front of RevokeFirst.
 */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_GetTriggerCore(seL4_IRQControl _service, seL4_Word irq,
        seL4_Word trigger, seL4_CNode root, seL4_Word index, seL4_Uint8 depth, seL4_Word target)
{
    struct sel4_mrs mrs = { irq, trigger, index, depth };

    seL4_SetCap(0, root);
    seL4_SetMR(4, target);

    return sel4_invoke(_service, ARMIRQIssueIRQHandlerTriggerCore, 1, 5, &mrs);
}
#endif

#if !defined(CONFIG_ENABLE_SMP_SUPPORT)
/*
 * Makes a capability in slot index, depth bits (1..64), of root, any invocation of which raises
 * SGI irq (0..15) at CPU interface target (GICv2: 0..7).
 * Errors in order: RangeError(0, 15), InvalidArgument(1) (target), FailedLookup or RangeError(1,
 * 64) (slot), DeleteFirst.
 */
LIBSEL4_INLINE seL4_Error seL4_IRQControl_IssueSGISignal(seL4_IRQControl _service, seL4_Word irq,
        seL4_Word target, seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    struct sel4_mrs mrs = { irq, target, index, depth };

    seL4_SetCap(0, root);

    return sel4_invoke(_service, ARMIRQIssueSGISignal, 1, 4, &mrs);
}
#endif

/*
 * Allows the next delivery of the interrupt.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    return sel4_invoke(_service, IRQAckIRQ, 0, 0, &mrs);
}

/*
 * The interrupt signals this notification with the badge of the capability given here.
 * Errors: InvalidCapability(0) (no notification, or no Write right).
 */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_SetNotification(
        seL4_IRQHandler _service, seL4_CPtr notification)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SetCap(0, notification);

    return sel4_invoke(_service, IRQSetIRQHandler, 1, 0, &mrs);
}

/*
 * Removes the notification.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_Error seL4_IRQHandler_Clear(seL4_IRQHandler _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    return sel4_invoke(_service, IRQClearIRQHandler, 0, 0, &mrs);
}

/*
 * Puts a thread into a domain, 0..15.
 * Errors in order: InvalidArgument(0) (domain), InvalidArgument(1) (no TCB).
 */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_Set(
        seL4_DomainSet _service, seL4_Uint8 domain, seL4_TCB thread)
{
    struct sel4_mrs mrs = { domain, 0, 0, 0 };

    seL4_SetCap(0, thread);

    return sel4_invoke(_service, DomainSetSet, 1, 1, &mrs);
}

/*
 * Sets entry index (0..98) of the domain schedule. duration: timer ticks, below 2^56; 0 with
 * domain 0 is an end marker.
 * Errors in order: RangeError(0, 98), RangeError(0, 15) (domain), InvalidArgument(2) (duration),
 * InvalidArgument(1) (end marker of another domain), InvalidArgument(2) (end marker at the start).
 */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_ScheduleConfigure(
        seL4_DomainSet _service, seL4_Word index, seL4_Uint8 domain, seL4_Time duration)
{
    struct sel4_mrs mrs = { index, domain, duration, 0 };

    return sel4_invoke(_service, DomainScheduleConfigure, 0, 3, &mrs);
}

/*
 * Makes entry index (0..99) the start of the schedule and switches to it now.
 * Errors in order: RangeError(0, 99), InvalidArgument(0) (an end marker).
 */
LIBSEL4_INLINE seL4_Error seL4_DomainSet_ScheduleSetStart(seL4_DomainSet _service, seL4_Word index)
{
    struct sel4_mrs mrs = { index, 0, 0, 0 };

    return sel4_invoke(_service, DomainScheduleSetStart, 0, 1, &mrs);
}

/*
 * Writes the data cache back to memory for [start, end), virtual addresses within one mapped page;
 * where nothing is mapped this does nothing.
 * Errors in order: InvalidArgument(1) (end <= start), IllegalOperation (end beyond the user's
 * addresses), InvalidCapability(0) or FailedLookup (no valid ASID), RangeError(start, last byte of
 * the page).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Clean_Data(
        seL4_ARM_VSpace _service, seL4_Word start, seL4_Word end)
{
    struct sel4_mrs mrs = { start, end, 0, 0 };

    return sel4_invoke(_service, ARMVSpaceClean_Data, 0, 2, &mrs);
}

/*
 * Drops the data cache for [start, end), virtual addresses within one mapped page; where nothing
 * is mapped this does nothing.
 * Errors in order: InvalidArgument(1) (end <= start), IllegalOperation (end beyond the user's
 * addresses), InvalidCapability(0) or FailedLookup (no valid ASID), RangeError(start, last byte of
 * the page), IllegalOperation (not mapped read-write).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Invalidate_Data(
        seL4_ARM_VSpace _service, seL4_Word start, seL4_Word end)
{
    struct sel4_mrs mrs = { start, end, 0, 0 };

    return sel4_invoke(_service, ARMVSpaceInvalidate_Data, 0, 2, &mrs);
}

/*
 * Writes the data cache back and drops it for [start, end), virtual addresses within one mapped
 * page; where nothing is mapped this does nothing.
 * Errors in order: InvalidArgument(1) (end <= start), IllegalOperation (end beyond the user's
 * addresses), InvalidCapability(0) or FailedLookup (no valid ASID), RangeError(start, last byte of
 * the page).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_CleanInvalidate_Data(
        seL4_ARM_VSpace _service, seL4_Word start, seL4_Word end)
{
    struct sel4_mrs mrs = { start, end, 0, 0 };

    return sel4_invoke(_service, ARMVSpaceCleanInvalidate_Data, 0, 2, &mrs);
}

/*
 * Makes written instructions visible to execution in [start, end), virtual addresses within one
 * mapped page; where nothing is mapped this does nothing.
 * Errors in order: InvalidArgument(1) (end <= start), IllegalOperation (end beyond the user's
 * addresses), InvalidCapability(0) or FailedLookup (no valid ASID), RangeError(start, last byte of
 * the page).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Unify_Instruction(
        seL4_ARM_VSpace _service, seL4_Word start, seL4_Word end)
{
    struct sel4_mrs mrs = { start, end, 0, 0 };

    return sel4_invoke(_service, ARMVSpaceUnify_Instruction, 0, 2, &mrs);
}

/*
 * Writes the data cache back to memory for [start_offset, end_offset), byte offsets inside the
 * mapped frame.
 * Errors in order: IllegalOperation (not mapped), FailedLookup (ASID gone), InvalidArgument(1)
 * (end <= start), InvalidArgument(0) (beyond the frame), InvalidCapability(0) (mapping gone).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Clean_Data(
        seL4_ARM_Page _service, seL4_Word start_offset, seL4_Word end_offset)
{
    struct sel4_mrs mrs = { start_offset, end_offset, 0, 0 };

    return sel4_invoke(_service, ARMPageClean_Data, 0, 2, &mrs);
}

/*
 * Drops the data cache for [start_offset, end_offset), byte offsets inside the mapped frame.
 * Errors in order: IllegalOperation (not mapped), FailedLookup (ASID gone), InvalidArgument(1)
 * (end <= start), InvalidArgument(0) (beyond the frame), InvalidCapability(0) (mapping gone),
 * IllegalOperation (not mapped read-write).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Invalidate_Data(
        seL4_ARM_Page _service, seL4_Word start_offset, seL4_Word end_offset)
{
    struct sel4_mrs mrs = { start_offset, end_offset, 0, 0 };

    return sel4_invoke(_service, ARMPageInvalidate_Data, 0, 2, &mrs);
}

/*
 * Writes the data cache back and drops it for [start_offset, end_offset), byte offsets inside the
 * mapped frame.
 * Errors in order: IllegalOperation (not mapped), FailedLookup (ASID gone), InvalidArgument(1)
 * (end <= start), InvalidArgument(0) (beyond the frame), InvalidCapability(0) (mapping gone).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_CleanInvalidate_Data(
        seL4_ARM_Page _service, seL4_Word start_offset, seL4_Word end_offset)
{
    struct sel4_mrs mrs = { start_offset, end_offset, 0, 0 };

    return sel4_invoke(_service, ARMPageCleanInvalidate_Data, 0, 2, &mrs);
}

/*
 * Makes written instructions visible to execution in [start_offset, end_offset), byte offsets
 * inside the mapped frame.
 * Errors in order: IllegalOperation (not mapped), FailedLookup (ASID gone), InvalidArgument(1)
 * (end <= start), InvalidArgument(0) (beyond the frame), InvalidCapability(0) (mapping gone).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Unify_Instruction(
        seL4_ARM_Page _service, seL4_Word start_offset, seL4_Word end_offset)
{
    struct sel4_mrs mrs = { start_offset, end_offset, 0, 0 };

    return sel4_invoke(_service, ARMPageUnify_Instruction, 0, 2, &mrs);
}

/*
 * Maps a frame, or changes rights and attributes of its mapping. vaddr: aligned to the frame's
 * size; attr: seL4_ARM_VMAttributes. A mapping that is there already is replaced.
 * Errors in order: InvalidCapability(1) (no VSpace with an ASID), FailedLookup (ASID gone),
 * AlignmentError, InvalidCapability(1) (mapped in another VSpace), InvalidArgument(0) (mapped
 * elsewhere, or beyond the user's addresses), FailedLookup (no table: see <sel4/arch/mapping.h>).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Map(seL4_ARM_Page _service, seL4_CPtr vspace,
        seL4_Word vaddr, seL4_CapRights_t rights, seL4_ARM_VMAttributes attr)
{
    struct sel4_mrs mrs = { vaddr, rights.words[0], attr, 0 };

    seL4_SetCap(0, vspace);

    return sel4_invoke(_service, ARMPageMap, 1, 3, &mrs);
}

/*
 * Removes the mapping of this capability, if any.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_Page_Unmap(seL4_ARM_Page _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    return sel4_invoke(_service, ARMPageUnmap, 0, 0, &mrs);
}

typedef struct seL4_ARM_Page_GetAddress {
    int error;
    seL4_Word paddr;
} seL4_ARM_Page_GetAddress_t;

/*
 * Physical address of the frame.
 * Errors: none.
 */
LIBSEL4_INLINE seL4_ARM_Page_GetAddress_t seL4_ARM_Page_GetAddress(seL4_ARM_Page _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_ARM_Page_GetAddress_t result;

    result.error = sel4_invoke(_service, ARMPageGetAddress, 0, 0, &mrs);
    result.paddr = (seL4_Word)mrs.mr0;
    return result;
}

/*
 * Puts the table into the first missing level for vaddr, which need not be aligned; attr: ignored.
 * Errors in order: InvalidCapability(0) (mapped already), InvalidCapability(1) (no VSpace with an
 * ASID), InvalidArgument(0) (vaddr), FailedLookup (ASID gone), DeleteFirst (no level is missing).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_PageTable_Map(
        seL4_ARM_PageTable _service, seL4_CPtr vspace, seL4_Word vaddr, seL4_ARM_VMAttributes attr)
{
    struct sel4_mrs mrs = { vaddr, attr, 0, 0 };

    seL4_SetCap(0, vspace);

    return sel4_invoke(_service, ARMPageTableMap, 1, 2, &mrs);
}

/*
 * Takes the table out and clears it.
 * Errors: RevokeFirst (there are copies of the capability).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_PageTable_Unmap(seL4_ARM_PageTable _service)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    return sel4_invoke(_service, ARMPageTableUnmap, 0, 0, &mrs);
}

/*
 * Turns an untyped of 4 KiB into a pool of 512 ASIDs, in slot index, depth bits (1..64), of root.
 * Errors in order: DeleteFirst (128 pools), InvalidCapability(1) (other size, or device),
 * RevokeFirst (the untyped has children), FailedLookup or RangeError(1, 64) (slot), DeleteFirst
 * (occupied).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_ASIDControl_MakePool(seL4_ARM_ASIDControl _service,
        seL4_Untyped untyped, seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    struct sel4_mrs mrs = { index, depth, 0, 0 };

    seL4_SetCap(0, untyped);
    seL4_SetCap(1, root);

    return sel4_invoke(_service, ARMASIDControlMakePool, 2, 2, &mrs);
}

/*
 * Gives a VSpace an ASID, without which nothing can be mapped in it.
 * Errors in order: InvalidCapability(1) (no VSpace, or has one), FailedLookup (pool gone),
 * InvalidCapability(0), DeleteFirst (pool full).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_ASIDPool_Assign(seL4_ARM_ASIDPool _service, seL4_CPtr vspace)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SetCap(0, vspace);

    return sel4_invoke(_service, ARMASIDPoolAssign, 1, 0, &mrs);
}

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
/*
 * Makes the thread run on this virtual CPU; earlier ties of both are dissolved.
 * Errors: IllegalOperation (no TCB).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_SetTCB(seL4_ARM_VCPU _service, seL4_TCB tcb)
{
    struct sel4_mrs mrs = { 0, 0, 0, 0 };

    seL4_SetCap(0, tcb);

    return sel4_invoke(_service, ARMVCPUSetTCB, 1, 0, &mrs);
}
#endif

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
typedef struct seL4_ARM_VCPU_ReadRegs {
    int error;
    seL4_Word value;
} seL4_ARM_VCPU_ReadRegs_t;

/*
 * Reads a register of the guest. field: a seL4_VCPUReg.
 * Errors: InvalidArgument(1) (field).
 */
LIBSEL4_INLINE seL4_ARM_VCPU_ReadRegs_t seL4_ARM_VCPU_ReadRegs(
        seL4_ARM_VCPU _service, seL4_Word field)
{
    struct sel4_mrs mrs = { field, 0, 0, 0 };

    seL4_ARM_VCPU_ReadRegs_t result;

    result.error = sel4_invoke(_service, ARMVCPUReadReg, 0, 1, &mrs);
    result.value = (seL4_Word)mrs.mr0;
    return result;
}
#endif

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
/*
 * Writes a register of the guest. field: a seL4_VCPUReg.
 * Errors: InvalidArgument(1) (field).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_WriteRegs(
        seL4_ARM_VCPU _service, seL4_Word field, seL4_Word value)
{
    struct sel4_mrs mrs = { field, value, 0, 0 };

    return sel4_invoke(_service, ARMVCPUWriteReg, 0, 2, &mrs);
}
#endif

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
/*
 * Unmasks the guest's virtual timer interrupt, 27, after a VPPIEvent fault.
 * Errors in order: RangeError(0, highest INTID), InvalidArgument(0) (another interrupt).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_AckVPPI(seL4_ARM_VCPU _service, seL4_Word irq)
{
    struct sel4_mrs mrs = { irq, 0, 0, 0 };

    return sel4_invoke(_service, ARMVCPUAckVPPI, 0, 1, &mrs);
}
#endif

/* As seL4_SchedControl_ConfigureFlags without flags. */
LIBSEL4_INLINE seL4_Error seL4_SchedControl_Configure(seL4_SchedControl _service,
        seL4_SchedContext schedcontext, seL4_Time budget, seL4_Time period, seL4_Word extra_refills,
        seL4_Word badge)
{
    return seL4_SchedControl_ConfigureFlags(
            _service, schedcontext, budget, period, extra_refills, badge, 0);
}

/*
 * Reads the first `count` (1..36) words of the register file; they are stored even after an error.
 * suspend_source: whether to suspend the thread first; arch_flags: 0.
 * Errors in order: RangeError(1, 36), IllegalOperation (the caller's own).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_ReadRegisters(seL4_TCB _service, seL4_Bool suspend_source,
        seL4_Uint8 arch_flags, seL4_Word count, seL4_UserContext *regs)
{
    seL4_Word *words = (seL4_Word *)regs;

    struct sel4_mrs mrs = { (seL4_Word)(suspend_source & 1) | (seL4_Word)arch_flags << 8, count, 0,
        0 };
    seL4_Error error = sel4_invoke(_service, TCBReadRegisters, 0, 2, &mrs);

    const seL4_Word first[] = { mrs.mr0, mrs.mr1, mrs.mr2, mrs.mr3 };

    for (seL4_Word i = 0; i < count && i < sizeof(*regs) / sizeof(seL4_Word); i++) {
        words[i] = i < 4 ? first[i] : seL4_GetMR((int)i);
    }
    return error;
}

/*
 * Writes the first `count` words (36 at most) of the register file; of spsr only the condition
 * flags. resume_target: whether to resume the thread afterwards; arch_flags: 0.
 * Errors in order: TruncatedMessage (count > 36), IllegalOperation (the caller's own).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_WriteRegisters(seL4_TCB _service, seL4_Bool resume_target,
        seL4_Uint8 arch_flags, seL4_Word count, seL4_UserContext *regs)
{
    const seL4_Word *words = (const seL4_Word *)regs;

    struct sel4_mrs mrs = { (seL4_Word)(resume_target & 1) | (seL4_Word)arch_flags << 8, count,
        words[0], words[1] };

    for (int i = 2; i < 36; i++) {
        seL4_SetMR(2 + i, words[i]);
    }
    return sel4_invoke(_service, TCBWriteRegisters, 0, 38, &mrs);
}

/*
 * Copies registers from `source`: transfer_frame the first 17 words of seL4_UserContext,
 * transfer_integer the other 19. arch_flags: 0.
 * Errors: InvalidCapability(1) (source is no TCB).
 */
LIBSEL4_INLINE seL4_Error seL4_TCB_CopyRegisters(seL4_TCB _service, seL4_TCB source,
        seL4_Bool suspend_source, seL4_Bool resume_target, seL4_Bool transfer_frame,
        seL4_Bool transfer_integer, seL4_Uint8 arch_flags)
{
    struct sel4_mrs mrs = { (seL4_Word)(suspend_source & 1) | (seL4_Word)(resume_target & 1) << 1
                | (seL4_Word)(transfer_frame & 1) << 2 | (seL4_Word)(transfer_integer & 1) << 3
                | (seL4_Word)arch_flags << 8,
        0, 0, 0 };

    seL4_SetCap(0, source);
    return sel4_invoke(_service, TCBCopyRegisters, 1, 1, &mrs);
}

#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
/*
 * Makes an interrupt pending for the guest. virq: 0..1023; priority: 0..31; group: 0 or 1; index:
 * list register.
 * Errors in order: RangeError (each, in this order), DeleteFirst (list register active).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_InjectIRQ(seL4_ARM_VCPU _service, seL4_Uint16 virq,
        seL4_Uint8 priority, seL4_Uint8 group, seL4_Uint8 index)
{
    struct sel4_mrs mrs = { (seL4_Word)virq | (seL4_Word)priority << 16 | (seL4_Word)group << 24
                | (seL4_Word)index << 32,
        0, 0, 0 };

    return sel4_invoke(_service, ARMVCPUInjectIRQ, 0, 1, &mrs);
}
#endif

#ifdef CONFIG_ALLOW_SMC_CALLS
/*
 * Firmware call with x0..x7 in and out.
 * Errors: IllegalOperation (the capability's badge is neither 0 nor smc_args->x0).
 */
LIBSEL4_INLINE seL4_Error seL4_ARM_SMC_Call(
        seL4_ARM_SMC _service, seL4_ARM_SMCContext *smc_args, seL4_ARM_SMCContext *smc_response)
{
    const seL4_Word *args = (const seL4_Word *)smc_args;
    seL4_Word *response = (seL4_Word *)smc_response;

    struct sel4_mrs mrs = { args[0], args[1], args[2], args[3] };

    for (int i = 4; i < 8; i++) {
        seL4_SetMR(i, args[i]);
    }

    seL4_Error error = sel4_invoke(_service, ARMSMCCall, 0, 8, &mrs);

    response[0] = mrs.mr0;
    response[1] = mrs.mr1;
    response[2] = mrs.mr2;
    response[3] = mrs.mr3;
    for (int i = 4; i < 8; i++) {
        response[i] = seL4_GetMR(i);
    }
    return error;
}
#endif
