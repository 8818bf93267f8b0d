/* SPDX-License-Identifier: BSD-2-Clause */
/* First user instruction: x0 is BootInfo. A stack, then root_task_main(bootinfo). */
    .section .text.start, "ax"
    .globl _start
    .type _start, %function
_start:
    .cfi_startproc
    .cfi_undefined x30
    adrp x9, root_stack_top
    add sp, x9, :lo12:root_stack_top
    mov x29, #0
    mov x30, #0
    bl root_task_start
    b .
    .cfi_endproc
    .size _start, . - _start

    .bss
    .balign 16
    .skip 0x8000
root_stack_top:
    .section .note.GNU-stack, "", %progbits
