/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers at boot, thread registers, switching, timer, halting. */
#include "kernel/src/arch/aarch64/devices.h"
#include "kernel/src/arch/aarch64/fpu.h"
#include "kernel/src/arch/aarch64/mmu.h"
#include "kernel/src/core/boot.h"

#define SCTLR_MMU                    BIT(0)
#define SCTLR_ALIGNMENT_CHECK        BIT(1)
#define SCTLR_DATA_CACHE             BIT(2)
#define SCTLR_STACK_ALIGNMENT_USER   BIT(4)
#define SCTLR_INSTRUCTION_CACHE      BIT(12)
#define SCTLR_USER_CTR               BIT(15)
#define SCTLR_USER_BIG_ENDIAN        BIT(24)
#define SCTLR_BIG_ENDIAN             BIT(25)
#define SCTLR_USER_CACHE_MAINTENANCE BIT(26)

#define CNTKCTL_USER_PHYSICAL_COUNTER BIT(0)
#define CNTKCTL_USER_PHYSICAL_TIMER   BIT(9)

/* EL0t; FIQ masked; SError masked but in debug builds (sel4-abi.md, 11.2). */
#define SPSR_USER  (0x40 | (KERNEL_DEBUG ? 0 : 0x100))
#define SPSR_FLAGS UINT64_C(0xf0000000)

extern char exception_vectors[];

BOOT_CODE void arch_cpu_init(void)
{
    word_t sctlr = read_sysreg(sctlr_el1);

    sctlr |= SCTLR_MMU | SCTLR_DATA_CACHE | SCTLR_INSTRUCTION_CACHE | SCTLR_USER_CTR
            | SCTLR_USER_CACHE_MAINTENANCE;
    sctlr &= ~(SCTLR_ALIGNMENT_CHECK | SCTLR_STACK_ALIGNMENT_USER | SCTLR_USER_BIG_ENDIAN
            | SCTLR_BIG_ENDIAN);
    write_sysreg(sctlr_el1, sctlr);
    write_sysreg(vbar_el1, (word_t)(uintptr_t)exception_vectors);
    write_sysreg(cntkctl_el1, CNTKCTL_USER_PHYSICAL_COUNTER | CNTKCTL_USER_PHYSICAL_TIMER);
    write_sysreg(mdscr_el1, 0);
    write_sysreg(pmuserenr_el0, KERNEL_BENCHMARK ? 1 : 0);
    if (KERNEL_BENCHMARK) {
        write_sysreg(pmcr_el0, read_sysreg(pmcr_el0) | 1 | 4); /* enable, reset the cycle counter */
        write_sysreg(pmcntenset_el0, BIT(31));
    }
    arch_fpu_init();
    __asm__ volatile("isb");
}

BOOT_CODE void arch_timer_init(void)
{
    write_sysreg(cntv_cval_el0, TICKS_NEVER);
    write_sysreg(cntv_ctl_el0, 1);
    arch_irq_unmask(BOARD_TIMER_INTID);
}

void arch_context_init(struct tcb *tcb)
{
    tcb->context.spsr = SPSR_USER;
}

word_t arch_sanitise_spsr(word_t spsr)
{
    return (spsr & SPSR_FLAGS) | SPSR_USER;
}

/* seL4_UserContext order (sel4-abi.md, 11.1): which word of struct user_context. */
static const uint8_t context_order[USER_CONTEXT_WORDS] = { CONTEXT_RESTART_PC / 8, CONTEXT_SP / 8,
    CONTEXT_SPSR / 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 17, 18, 29, 30, 9, 10, 11, 12, 13, 14, 15, 19,
    20, 21, 22, 23, 24, 25, 26, 27, 28, CONTEXT_TPIDR / 8, CONTEXT_TPIDRRO / 8 };

word_t arch_context_read(const struct tcb *tcb, word_t n)
{
    return ((const word_t *)&tcb->context)[context_order[n]];
}

void arch_context_write(struct tcb *tcb, word_t n, word_t value)
{
    ((word_t *)&tcb->context)[context_order[n]] = value;
}

void arch_switch_to_thread(struct tcb *tcb)
{
    word_t root;

    if (unlikely(!arch_vspace_root(tcb, &root))) {
        root = mmu_empty_root();
    }
    arch_switch_fast(tcb, root);
}

void arch_switch_to_idle(void)
{
    write_sysreg(ttbr0_el1, mmu_empty_root());
}

void arch_wait_for_interrupt(void)
{
    __asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

_Noreturn void arch_halt(void)
{
    for (;;) {
        __asm__ volatile("msr daifset, #0xf\n\twfi");
    }
}

#define UART_DATA          0x00
#define UART_FLAGS         0x18
#define UART_TRANSMIT_FULL BIT(5)

void arch_console_putchar(char c)
{
    while (device_read(KERNEL_UART + UART_FLAGS) & UART_TRANSMIT_FULL) {}
    device_write(KERNEL_UART + UART_DATA, (uint8_t)c);
}
