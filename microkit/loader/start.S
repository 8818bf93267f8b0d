/* SPDX-License-Identifier: BSD-2-Clause */
/* First instruction of a boot image: down to EL1, a stack, then C. */

#define HCR_RW (1 << 31)
#define SPSR_EL1H_MASKED 0x3c5
#define CNTHCTL_ALLOW_EL1 3
#define CPTR_NO_TRAPS 0x33ff

    .cfi_sections .debug_frame
    .section .text.start, "ax"
    .globl _start
    .type _start, %function
_start:
    .cfi_startproc
    .cfi_undefined x30
    msr daifset, #0xf
    mrs x9, currentel
    cmp x9, #(2 << 2)
    b.lt at_el1
    b.eq at_el2

    /* EL3: hand over to EL2's part below, non-secure. */
    mov x9, #0x5b1 /* SCR: NS, RES1, SMD off, HCE, RW */
    msr scr_el3, x9
    mov x9, #0x3c9 /* EL2h, masked */
    msr spsr_el3, x9
    adr x9, at_el2
    msr elr_el3, x9
    eret

at_el2:
    mov x9, #HCR_RW
    msr hcr_el2, x9
    mov x9, #CNTHCTL_ALLOW_EL1
    msr cnthctl_el2, x9
    msr cntvoff_el2, xzr
    mov x9, #CPTR_NO_TRAPS
    msr cptr_el2, x9
    msr hstr_el2, xzr
    mrs x9, midr_el1
    msr vpidr_el2, x9
    mrs x9, mpidr_el1
    msr vmpidr_el2, x9
    mov x9, #SPSR_EL1H_MASKED
    msr spsr_el2, x9
    adr x9, at_el1
    msr elr_el2, x9
    eret

at_el1:
    msr spsel, #1
    mov x9, #0x0800 /* SCTLR: RES1 bits, everything off */
    movk x9, #0x30d0, lsl #16
    msr sctlr_el1, x9
    isb
    adrp x9, stack_top
    mov sp, x9
    bl loader_main
    b .
    .cfi_endproc
    .size _start, . - _start

/* void loader_jump(entry, args[6]): to the kernel with x0..x5 as given. */
    .globl loader_jump
    .type loader_jump, %function
loader_jump:
    .cfi_startproc
    mov x9, x0
    mov x10, x1
    ldp x0, x1, [x10]
    ldp x2, x3, [x10, #16]
    ldp x4, x5, [x10, #32]
    msr tpidr_el1, xzr
    br x9
    .cfi_endproc
    .size loader_jump, . - loader_jump

    .bss
    .balign 0x1000
    .skip 0x1000
stack_top:
    .section .note.GNU-stack, "", %progbits
