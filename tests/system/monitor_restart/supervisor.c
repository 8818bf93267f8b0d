/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor's parent: starts it anew when it has faulted, or when the board's power button is pressed. Each second time the button
 * makes it fault. It is at a GPIO (PL061) of QEMU's virt machine, where the host can press it.
 */
#include <os/sddf.h>

#include <sel4/lionscope.h>

#include <sddf/timer/client.h>
#include <sddf/timer/config.h>

#include "tests/system/monitor_restart/gpio.h"

#define BUTTON     8u /* the line's bit (hw/arm/virt.c: gpio-keys) */
#define CHANNEL    0  /* of the interrupt */
#define MONITOR    0  /* the only child */
#define CHILD_SLOT 1  /* TCB of one of its children */
#define ENTRY      0x200000
#define NOWHERE    0 /* no PD has anything there */
/* Where each PD's stack begins: below the page of the IPC buffer, the topmost, and one that is free. */
#define STACK_TOP (seL4_UserTop + 1 - 2 * (1ul << seL4_PageBits))

/* States of the kernel's statistics. */
#define BLOCKED_ON_RECEIVE      3
#define BLOCKED_ON_REPLY        5
#define BLOCKED_ON_NOTIFICATION 6

__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t timer_config;

uintptr_t gpio_base; /* set by the microkit tool */
static unsigned restarts;

static seL4_Word state_of(seL4_CPtr tcb)
{
    struct lionscope_tcb_statistics statistics = { 0 };

    lionscope_TCB_GetStatistics(tcb, &statistics);
    return statistics.state;
}

/*
 * A passive server runs on its caller's budget: whose caller is taken away in the middle keeps that. When the server, which
 * the timer is, has answered here, it has answered there.
 */
static void let_calls_end(void)
{
    while (state_of(BASE_TCB_CAP + MONITOR) == BLOCKED_ON_REPLY) {
        sddf_timer_time_now(timer_config.driver_id);
    }
}

/*
 * One of the monitor's children stands, as after a fault that the monitor has heard of and not dealt with. Not in the middle
 * of something.
 */
static void let_a_child_stand(void)
{
    seL4_CPtr tcb = microkit_cspace_root_slot_to_cptr(CHILD_SLOT);
    seL4_Word state = state_of(tcb);

    if (state == BLOCKED_ON_RECEIVE || state == BLOCKED_ON_NOTIFICATION) {
        seL4_TCB_Suspend(tcb);
        microkit_dbg_puts("supervisor: client0 stands\n");
    }
}

/* Wherever it was, with an empty stack; microkit_pd_restart() leaves it as deep as it is. */
static void go_on_at(seL4_Word pc)
{
    seL4_UserContext context = { .pc = pc, .sp = STACK_TOP };

    seL4_TCB_WriteRegisters(BASE_TCB_CAP + MONITOR, true, 0, 2, &context);
}

static void restart_monitor(const char *why)
{
    restarts++;
    microkit_dbg_puts("supervisor: ");
    microkit_dbg_puts(why);
    microkit_dbg_puts(", restart ");
    microkit_dbg_put32(restarts);
    microkit_dbg_puts("\n");
    go_on_at(ENTRY);
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
    let_calls_end();
    let_a_child_stand();
    if (restarts % 2 == 1) {
        go_on_at(NOWHERE);
    } else {
        restart_monitor("the button was pressed");
    }
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    (void)child;
    (void)message;
    (void)reply;
    restart_monitor("the monitor has faulted");
    return false;
}
