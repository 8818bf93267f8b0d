/* SPDX-License-Identifier: BSD-2-Clause */
/* Carries out its parent's order when it is notified, or when it starts. */
#include "hierarchy/orders.h"
#include "support/test.h"

/* The fault endpoint, which every PD holds a capability to. */
#define FAULT_ENDPOINT 2

volatile struct orders *orders;

/* Kept in memory, which a restart does not touch. */
static seL4_Word starts;

static seL4_Word unknown_system_call(void)
{
    register seL4_Word x0 __asm__("x0") = FIRST_ARGUMENT;
    register seL4_Word x1 __asm__("x1") = FIRST_ARGUMENT + 1;
    register seL4_Word x7 __asm__("x7") = UNKNOWN_CALL;

    __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x7) : "memory");
    return x0;
}

/* In a register that the parent knows. */
static void write_word(seL4_Word address, seL4_Word value)
{
    register seL4_Word x0 __asm__("x0") = address;
    register seL4_Word x1 __asm__("x1") = value;

    __asm__ volatile("str x1, [x0]" ::"r"(x0), "r"(x1) : "memory");
}

static microkit_msginfo own_message(void)
{
    microkit_mr_set(0, 5);
    microkit_mr_set(1, 6);
    return microkit_msginfo_new(OWN_LABEL, 2);
}

static void carry_out(seL4_Word order)
{
    switch (order) {
    case ORDER_WRITE_WORD:
        write_word(orders->address, WRITTEN);
        break;
    case ORDER_SYSTEM_CALL:
        orders->result = unknown_system_call();
        break;
    case ORDER_UNDEFINED:
        __asm__ volatile(".inst 0");
        break;
    case ORDER_COUNT:
        for (;;) {
            orders->counter++;
        }
        break;
    case ORDER_MESSAGE:
        seL4_Send(FAULT_ENDPOINT, own_message());
        break;
    case ORDER_MESSAGE_CALL:
        orders->result = microkit_msginfo_get_label(seL4_Call(FAULT_ENDPOINT, own_message()));
        break;
    case ORDER_JUMP:
        ((void (*)(void))orders->address)();
        break;
    default:
        return;
    }
    orders->done++;
}

void init(void)
{
    starts++;
    orders->starts = starts;
}

void notified(microkit_channel ch)
{
    (void)ch;
    carry_out(orders->order);
}
