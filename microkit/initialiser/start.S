/* SPDX-License-Identifier: BSD-2-Clause */
/* First user instruction of the system: x0 is BootInfo. */
    .cfi_sections .debug_frame
    .section .text.start, "ax"
    .globl _start
    .type _start, %function
_start:
    .cfi_startproc
    .cfi_undefined x30
    adrp x9, stack_top
    add sp, x9, :lo12:stack_top
    mov x29, #0
    mov x30, #0
    bl initialise
    b .
    .cfi_endproc
    .size _start, . - _start

    .bss
    .balign 16
    .skip 0x800
stack_top:
    .section .note.GNU-stack, "", %progbits
