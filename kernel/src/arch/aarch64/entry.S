/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into the kernel and out again. While a thread runs in user mode, SP_EL1 is the address of its
 * context (struct user_context, the start of its TCB). Kernel code runs on one stack; it keeps
 * nothing there across an exit: what it calls returns the thread to resume, core_state.current.
 */
#include "kernel/src/arch/aarch64/context_offsets.h"

/* For debuggers only: nothing unwinds at run time. */
    .cfi_sections .debug_frame

/* Saves everything but the restart PC and TPIDR; leaves ELR in x22, TPIDR in x24 and the arguments
 * x0..x7 as they were. */
.macro save_context
    stp x0, x1, [sp, #0]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    mrs x21, sp_el0
    mrs x22, elr_el1
    mrs x23, spsr_el1
    mrs x24, tpidr_el0
    stp x30, x21, [sp, #240]
    stp x22, x23, [sp, #CONTEXT_PC]
.endm

/* x22, x24, x25 and the arguments stay as they are. */
.macro use_kernel_stack
    adrp x27, kernel_stack_top
    mov sp, x27
#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION
    mrs x26, pmccntr_el0
    adrp x28, benchmark
    str x26, [x28, :lo12:benchmark] /* .entry_time */
#endif
.endm

.macro vector target
    .balign 0x80
    b \target
.endm

    .section .text.vectors, "ax"
    .balign 0x800
    .globl exception_vectors
exception_vectors:
    /* From EL1: nothing is expected here but an SMC that there is no firmware for. The others are
     * kernel bugs. */
    .cfi_startproc
    .cfi_undefined x30
    vector kernel_exception
    vector kernel_exception
    vector kernel_exception
    vector kernel_exception
    vector exception_in_kernel
    vector kernel_exception
    vector kernel_exception
    vector kernel_exception

    /* From EL0, 64 bit: synchronous. */
    .balign 0x80
    save_context
    mrs x25, esr_el1
    lsr x26, x25, #26
    cmp x26, #0x15
    b.eq system_call
    b user_exception

    /* From EL0, 64 bit: interrupt. */
    .balign 0x80
    save_context
    ldr x0, [sp, #CONTEXT_RESTART_PC]
    stp x22, x24, [sp, #CONTEXT_RESTART_PC]
    use_kernel_stack
    adr x30, return_to_user
    b interrupt_entry

    vector kernel_exception /* FIQ */
    vector kernel_exception /* SError */
    vector kernel_exception /* 32 bit: not supported */
    vector kernel_exception
    vector kernel_exception
    vector kernel_exception

    .balign 0x80
/* The fast paths take x0..x7 as they are. Each returns the thread to resume. */
system_call:
    sub x22, x22, #4 /* a repeated call starts at the svc */
    stp x22, x24, [sp, #CONTEXT_RESTART_PC]
    use_kernel_stack
    adr x30, return_to_user
    cmn x7, #1
    b.eq fastpath_call
    cmn x7, #2
    b.eq fastpath_reply_recv
    cmn x7, #5
    b.eq fastpath_send
    cmn x7, #7
    b.eq fastpath_recv
    cmn x7, #9
    b.eq fastpath_wait
    cmn x7, #11
    b.eq fastpath_yield
    mov x0, x7
    b syscall_handle

user_exception:
    stp x22, x24, [sp, #CONTEXT_RESTART_PC]
    use_kernel_stack
    mov x0, x25
    mrs x1, far_el1
    adr x30, return_to_user
    b exception_entry

/* x0: the thread, which is core_state.current. */
    .globl return_to_user
return_to_user:
#ifdef CONFIG_HARDWARE_DEBUG_API
    mov x19, x0
    bl arch_debug_exit
    mov x0, x19
#endif
#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION
    mov x19, x0
    bl benchmark_kernel_exit
    mov x0, x19
#endif
    mov sp, x0
    ldp x22, x23, [sp, #CONTEXT_PC]
    ldp x24, x25, [sp, #CONTEXT_TPIDR]
    ldp x30, x21, [sp, #240]
    msr elr_el1, x22
    msr spsr_el1, x23
    msr tpidr_el0, x24
    msr tpidrro_el0, x25
    msr sp_el0, x21
    ldp x0, x1, [sp, #0]
    ldp x2, x3, [sp, #16]
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldp x18, x19, [sp, #144]
    ldp x20, x21, [sp, #160]
    ldp x22, x23, [sp, #176]
    ldp x24, x25, [sp, #192]
    ldp x26, x27, [sp, #208]
    ldp x28, x29, [sp, #224]
    eret

exception_in_kernel:
    mrs x16, elr_el1
    adr x17, smc_instruction
    cmp x16, x17
    b.ne kernel_exception
    mov x0, #-1 /* NOT_SUPPORTED (Arm SMC Calling Convention, 7.1) */
    add x16, x16, #4
    msr elr_el1, x16
    eret

kernel_exception:
    use_kernel_stack
    mrs x0, esr_el1
    mrs x1, elr_el1
    mrs x2, far_el1
    bl kernel_exception_panic
    b .
    .cfi_endproc

/* Words to and from the firmware, which may change x4..x17 besides its results. */
    .section .text.smc, "ax"
    .globl arch_smc_call
    .type arch_smc_call, %function
arch_smc_call:
    .cfi_startproc
    str x0, [sp, #-16]!
    .cfi_def_cfa_offset 16
    ldp x6, x7, [x0, #48]
    ldp x4, x5, [x0, #32]
    ldp x2, x3, [x0, #16]
    ldp x0, x1, [x0]
smc_instruction:
    .inst 0xd4000003 /* smc #0 */
    ldr x16, [sp], #16
    .cfi_def_cfa_offset 0
    stp x0, x1, [x16]
    stp x2, x3, [x16, #16]
    stp x4, x5, [x16, #32]
    stp x6, x7, [x16, #48]
    ret
    .cfi_endproc

/*
 * FPU registers to and from the struct fpu_state at \state; \status and \control are the numbers of
 * scratch registers.
 */
.macro move_vectors instruction, state
    .altmacro
    .set .Lpair, 0
    .rept 16
    move_pair \instruction, \state, %.Lpair, %(.Lpair + 1)
    .set .Lpair, .Lpair + 2
    .endr
    .noaltmacro
.endm

.macro move_pair instruction, state, first, second
    \instruction q\first, q\second, [\state, #16 + 16 * \first]
.endm

.macro save_fpu state, status, control
    move_vectors stp, \state
    mrs x\status, fpsr
    mrs x\control, fpcr
    stp w\status, w\control, [\state]
.endm

.macro load_fpu state, status, control
    move_vectors ldp, \state
    ldp w\status, w\control, [\state]
    msr fpsr, x\status
    msr fpcr, x\control
.endm

    .section .text.fpu, "ax"
    .arch_extension fp
    .arch_extension simd
    .globl arch_fpu_save
    .type arch_fpu_save, %function
arch_fpu_save:
    .cfi_startproc
    save_fpu x0, 1, 2
    ret
    .cfi_endproc
    .size arch_fpu_save, . - arch_fpu_save

/* Stores the one, loads the other: x1 from, x2 to; x0 is the result. */
    .globl arch_fpu_exchange
    .type arch_fpu_exchange, %function
arch_fpu_exchange:
    .cfi_startproc
    save_fpu x1, 3, 4
    load_fpu x2, 3, 4
    ret
    .cfi_endproc
    .size arch_fpu_exchange, . - arch_fpu_exchange

    .globl arch_fpu_load
    .type arch_fpu_load, %function
arch_fpu_load:
    .cfi_startproc
    load_fpu x0, 1, 2
    ret
    .cfi_endproc
    .size arch_fpu_load, . - arch_fpu_load

/*
 * For note_switch() (observe/statistics_count.h). x16, x17: the arguments of sampling_switch. All
 * other registers stay as they are.
 */
    .text
    .globl sampling_switch_entry
    .type sampling_switch_entry, %function
sampling_switch_entry:
    .cfi_startproc
    stp x29, x30, [sp, #-176]!
    .cfi_def_cfa_offset 176
    .cfi_offset x29, -176
    .cfi_offset x30, -168
    stp x0, x1, [sp, #16]
    stp x2, x3, [sp, #32]
    stp x4, x5, [sp, #48]
    stp x6, x7, [sp, #64]
    stp x8, x9, [sp, #80]
    stp x10, x11, [sp, #96]
    stp x12, x13, [sp, #112]
    stp x14, x15, [sp, #128]
    str x18, [sp, #144]
    mov x0, x16
    mov x1, x17
    bl sampling_switch
    ldp x0, x1, [sp, #16]
    ldp x2, x3, [sp, #32]
    ldp x4, x5, [sp, #48]
    ldp x6, x7, [sp, #64]
    ldp x8, x9, [sp, #80]
    ldp x10, x11, [sp, #96]
    ldp x12, x13, [sp, #112]
    ldp x14, x15, [sp, #128]
    ldr x18, [sp, #144]
    ldp x29, x30, [sp], #176
    .cfi_def_cfa_offset 0
    .cfi_restore x29
    .cfi_restore x30
    ret
    .cfi_endproc
    .size sampling_switch_entry, . - sampling_switch_entry

    .bss
    .balign 0x1000
/* How much of it is needed: tests/structure/check-kernel-stack. */
    .globl kernel_stack
kernel_stack:
    .skip 0x1000
    .globl kernel_stack_top
kernel_stack_top:
    .section .note.GNU-stack, "", %progbits
