/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of the kernel, at the start of its image (sel4-abi.md, 17.1 and 17.2): x0..x5
 * are the loader's arguments. boot_kernel() returns the initial thread.
 */

    .cfi_sections .debug_frame
    .section .boot.start, "ax"
    .globl _start
    .type _start, %function
_start:
    .cfi_startproc
    .cfi_undefined x30
    msr daifset, #0xf
    msr spsel, #1
    adrp x8, kernel_stack_top
    mov sp, x8
    bl boot_kernel
    b return_to_user
    .cfi_endproc
    .size _start, . - _start
