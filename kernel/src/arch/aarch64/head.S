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
    b leave_boot
    .cfi_endproc
    .size _start, . - _start

/*
 * The boot part is memory for others from now on, and is cleared with the first Retype, by cache
 * blocks. QEMU does not see that code is gone when it goes that way, and each store to what stands
 * there later is slow: so it is cleared here once, by stores. x0: the initial thread.
 */
    .section .text.leave_boot, "ax"
    .type leave_boot, %function
leave_boot:
    .cfi_startproc
    .cfi_undefined x30
    adrp x8, _start
    adrp x9, ki_boot_end
1:  stp xzr, xzr, [x8], #16
    cmp x8, x9
    b.lo 1b
    b return_to_user
    .cfi_endproc
    .size leave_boot, . - leave_boot
