/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor's parent: starts it anew when the board's power button is pressed, or when it has faulted. The button is at
 * a GPIO (PL061) of QEMU's virt machine, where the host can press it.
 */
#include <os/sddf.h>

#include <sel4/lionscope.h>

#include <sddf/timer/client.h>
#include <sddf/timer/config.h>

#include "tests/system/monitor_restart/gpio.h"

#define BUTTON  8u /* the line's bit (hw/arm/virt.c: gpio-keys) */
#define CHANNEL 0  /* of the interrupt */
#define MONITOR 0  /* the only child */
#define ENTRY   0x200000
/* Where each PD's stack begins: below the page of the IPC buffer, the topmost, and one that is free. */
#define STACK_TOP (seL4_UserTop + 1 - 2 * (1ul << seL4_PageBits))

#define BLOCKED_ON_REPLY 5

__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t timer_config;

uintptr_t gpio_base; /* set by the microkit tool */
static unsigned restarts;

static bool is_in_a_call(void)
{
    struct lionscope_tcb_statistics statistics;

    return lionscope_TCB_GetStatistics(BASE_TCB_CAP + MONITOR, &statistics) == seL4_NoError
            && statistics.state == BLOCKED_ON_REPLY;
}

/*
 * A passive server runs on its caller's budget: whose caller is taken away in the middle keeps that. When the server, which
 * the timer is, has answered here, it has answered there.
 */
static void let_calls_end(void)
{
    while (is_in_a_call()) {
        sddf_timer_time_now(timer_config.driver_id);
    }
}

/* As microkit_pd_restart(), with an empty stack. */
static void restart_monitor(const char *why)
{
    seL4_UserContext context = { .pc = ENTRY, .sp = STACK_TOP };

    let_calls_end();
    restarts++;
    microkit_dbg_puts("supervisor: ");
    microkit_dbg_puts(why);
    microkit_dbg_puts(", restart ");
    microkit_dbg_put32(restarts);
    microkit_dbg_puts("\n");
    seL4_TCB_WriteRegisters(BASE_TCB_CAP + MONITOR, true, 0, 2, &context);
}

void init(void)
{
    *gpio_register(gpio_base, GPIO_RISING) = BUTTON;
    *gpio_register(gpio_base, GPIO_CLEAR) = BUTTON;
    *gpio_register(gpio_base, GPIO_ENABLE) = BUTTON;
}

void notified(sddf_channel channel)
{
    if (channel != CHANNEL) {
        return;
    }
    *gpio_register(gpio_base, GPIO_CLEAR) = BUTTON;
    microkit_irq_ack(CHANNEL);
    restart_monitor("the button was pressed");
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    (void)child;
    (void)message;
    (void)reply;
    restart_monitor("the monitor has faulted");
    return false;
}
