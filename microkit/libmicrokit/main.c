/* SPDX-License-Identifier: BSD-2-Clause */
/* Start and event loop of a protection domain (microkit.md, 6.3 and 10). */
#include <microkit.h>

/* Slots of the PD's CSpace that only this file uses (microkit.md, 7.2). */
#define INPUT_CAP 1
#define REPLY_CAP 4

/* Badges (microkit.md, 8). */
#define BADGE_FAULT  (1UL << 62)
#define BADGE_CALL   (1UL << 63)
#define CHANNEL_MASK 0x3fUL
#define CHILD_MASK   0xffUL

/* The topmost page of the address space (microkit.md, 6.1). */
#define IPC_BUFFER ((seL4_IPCBuffer *)(seL4_UserTop + 1 - (1UL << seL4_PageBits)))

/*
 * The microkit tool writes these into the image. They are not constant and visible to other
 * files, so that the compiler knows nothing about their values, and in .data, so that the image
 * has room for them; the linker script keeps them even if the program uses none.
 */
#define PATCHED __attribute__((section(".data.microkit"), used))

PATCHED char microkit_name[MICROKIT_PD_NAME_LENGTH];
PATCHED seL4_Bool microkit_passive;
PATCHED seL4_Word microkit_irqs;
PATCHED seL4_Word microkit_notifications;
PATCHED seL4_Word microkit_pps;
PATCHED seL4_Word microkit_ioports;

seL4_Bool microkit_have_signal;
seL4_CPtr microkit_signal_cap;
seL4_MessageInfo_t microkit_signal_msg;

seL4_IPCBuffer *__sel4_ipc_buffer = IPC_BUFFER;

/* From the linker script. */
extern void (*const __init_array_start[])(void);
extern void (*const __init_array_end[])(void);

int main(void);

static void run_constructors(void)
{
    for (void (*const *constructor)(void) = __init_array_start; constructor < __init_array_end;
            constructor++) {
        (*constructor)();
    }
}

/* Sent together with the first wait, so the PD waits already when the fault monitor hears of it. */
static void request_passive(void)
{
    if (MICROKIT_INTERNAL_CHECKS) {
        microkit_internal_check_deferred("becomes passive", MONITOR_EP);
    }
    microkit_have_signal = 1;
    microkit_signal_cap = MONITOR_EP;
    microkit_signal_msg = seL4_MessageInfo_new(0, 0, 0, 0);
}

/* An interrupt may have come before anybody listened; it is waiting to be acknowledged. */
static void acknowledge_all_irqs(void)
{
    for (seL4_Word left = microkit_irqs; left != 0; left &= left - 1) {
        seL4_IRQHandler_Ack(BASE_IRQ_CAP + (seL4_Word)__builtin_ctzl(left));
    }
}

/* Replies if asked to, performs the deferred action if there is one, and waits for an event. */
static inline seL4_MessageInfo_t next_event(
        seL4_Bool have_reply, seL4_MessageInfo_t reply, seL4_Word *badge)
{
    if (have_reply) {
        if (__builtin_expect(microkit_have_signal, 0)) {
            /* The reply's message registers stay: these actions carry and return no message. */
            microkit_have_signal = 0;
            seL4_Send(microkit_signal_cap, microkit_signal_msg);
        }
        return seL4_ReplyRecv(INPUT_CAP, reply, badge, REPLY_CAP);
    }
    if (microkit_have_signal) {
        microkit_have_signal = 0;
        return seL4_NBSendRecv(
                microkit_signal_cap, microkit_signal_msg, INPUT_CAP, badge, REPLY_CAP);
    }
    return seL4_Recv(INPUT_CAP, badge, REPLY_CAP);
}

static inline void deliver_notifications(seL4_Word badge)
{
    for (; badge != 0; badge &= badge - 1) {
        notified((microkit_channel)__builtin_ctzl(badge));
    }
}

static _Noreturn void event_loop(void)
{
    seL4_Bool have_reply = 0;
    seL4_MessageInfo_t reply = seL4_MessageInfo_new(0, 0, 0, 0);

    for (;;) {
        seL4_Word badge = 0;
        seL4_MessageInfo_t tag = next_event(have_reply, reply, &badge);

        have_reply = 0;
        if (badge & BADGE_FAULT) {
            have_reply = fault((microkit_child)(badge & CHILD_MASK), tag, &reply);
        } else if (badge & BADGE_CALL) {
            reply = protected((microkit_channel)(badge & CHANNEL_MASK), tag);
            have_reply = 1;
        } else {
            deliver_notifications(badge);
        }
    }
}

int main(void)
{
    run_constructors();
    init();
    if (microkit_passive) {
        request_passive();
    }
    acknowledge_all_irqs();
    event_loop();
}
