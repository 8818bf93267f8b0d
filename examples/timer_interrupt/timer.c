/* SPDX-License-Identifier: BSD-2-Clause */
/* The generic timer's physical timer, which user programs may use on this board: PPI 30. */
#include <microkit.h>

#define TICKS       3
#define INTERVAL_HZ 100

/* Set by the microkit tool: the interrupt's number (setvar_id). */
seL4_Word timer_irq;

static unsigned ticks;

static seL4_Word read_frequency(void)
{
    seL4_Word value;

    __asm__("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

static void set_timer(void)
{
    seL4_Word now;

    __asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(now));
    __asm__ volatile("msr cntp_cval_el0, %0" ::"r"(now + read_frequency() / INTERVAL_HZ));
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"(1UL));
}

static void stop_timer(void)
{
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"(0UL));
}

void init(void)
{
    microkit_dbg_puts("timer: first interrupt in 10 ms\n");
    set_timer();
}

void notified(microkit_channel ch)
{
    if (ch != timer_irq) {
        return;
    }
    ticks++;
    microkit_dbg_puts("timer: tick ");
    microkit_dbg_put32(ticks);
    microkit_dbg_puts("\n");
    if (ticks < TICKS) {
        set_timer();
    } else {
        stop_timer();
        microkit_dbg_puts("timer: done\n");
    }
    microkit_deferred_irq_ack(ch);
}
