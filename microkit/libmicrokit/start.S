/* SPDX-License-Identifier: BSD-2-Clause */
/* First instruction of a PD: the stack pointer is set, the image is in place. */
    .cfi_sections .debug_frame
    .section .text.start, "ax"
    .globl _start
    .type _start, %function
_start:
    .cfi_startproc
    .cfi_undefined x30
    mov x29, #0
    mov x30, #0
    b main
    .cfi_endproc
    .size _start, . - _start
    .section .note.GNU-stack, "", %progbits
