/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts: checks in their order, delivery, masking, triggers, SGIs (6.7, 13). */
#include "tests/system/console.h"
#include "tests/system/harness.h"

#define UART_IRQ 33
#define FREE_IRQ 110
#define SGI      6
#define LEVEL    0
#define EDGE     1

/* Registers of the UART: its transmit interrupt is raised by enabling it after some output. */
#define UART_MASK 0x38
#define UART_RAW  0x3c
#define TX_BIT    0x20

static word get(word irq, word root, word index, word depth)
{
    return seL4_IRQControl_Get(seL4_CapIRQControl, irq, root, index, (seL4_Uint8)depth);
}

static word get_trigger(word irq, word root, word index, word depth)
{
    return seL4_IRQControl_GetTrigger(
            seL4_CapIRQControl, irq, EDGE, root, index, (seL4_Uint8)depth);
}

static word get_sgi(word irq, word root, word index, word depth)
{
    return seL4_IRQControl_IssueSGISignal(
            seL4_CapIRQControl, irq, 0, root, index, (seL4_Uint8)depth);
}

/* ---- checks ---- */

CASE(interrupts, control_length_and_capability, "TruncatedMessage before anything else")
{
    const struct {
        word label, length;
    } messages[] = { { IRQIssueIRQHandler, 3 }, { ARMIRQIssueIRQHandlerTrigger, 4 },
        { ARMIRQIssueSGISignal, 4 } };

    seL4_SetCap(0, ROOT_CNODE);
    for (word i = 0; i < 3; i++) {
        CHECK_EQ(seL4_TruncatedMessage,
                invoke_with(seL4_CapIRQControl, messages[i].label, 1, messages[i].length - 1, 9999,
                        0, 0, 0));
        CHECK_EQ(seL4_TruncatedMessage,
                invoke_with(seL4_CapIRQControl, messages[i].label, 0, messages[i].length, 9999, 0,
                        0, 0));
    }
    CHECK_EQ(seL4_IllegalOperation, invoke(seL4_CapIRQControl, IRQAckIRQ, 1, 4));
}

CASE(interrupts, numbers_before_slots, "RangeError, RevokeFirst, lookup, DeleteFirst")
{
    word (*const calls[])(word, word, word, word) = { get, get_trigger };

    for (word i = 0; i < 2; i++) {
        CHECK_ERROR(seL4_RangeError, calls[i](160, ROOT_TCB, 0, 99));
        CHECK_MR(0, 0);
        CHECK_MR(1, 159);
        CHECK_ERROR(seL4_RangeError, calls[i](~0UL, ROOT_TCB, 0, 99));
        CHECK_ERROR(seL4_RevokeFirst, calls[i](27, ROOT_TCB, 0, 99));
        CHECK_ERROR(seL4_FailedLookup, calls[i](FREE_IRQ, ROOT_TCB, 0, 99));
        CHECK_MR(0, 0);
        CHECK_MR(1, seL4_InvalidRoot);
        CHECK_ERROR(seL4_RangeError, calls[i](FREE_IRQ, ROOT_CNODE, 0, 65));
        CHECK_MR(0, 1);
        CHECK_MR(1, 64);
        CHECK_ERROR(seL4_DeleteFirst, calls[i](FREE_IRQ, ROOT_CNODE, ROOT_TCB, 64));
    }
}

CASE(interrupts, failed_get_leaves_the_number_free, "6.7")
{
    CHECK_ERROR(seL4_DeleteFirst, get(FREE_IRQ, ROOT_CNODE, ROOT_TCB, 64));
    CHECK_OK(get(FREE_IRQ, ROOT_CNODE, slot_new(), 64));
}

CASE(interrupts, last_number_is_159, "on this board")
{
    CHECK_OK(get(159, ROOT_CNODE, slot_new(), 64));
    CHECK_OK(get_trigger(158, ROOT_CNODE, slot_new(), 64));
}

CASE(interrupts, sgi_checks_in_order, "number, target, lookup, DeleteFirst")
{
    CHECK_ERROR(seL4_RangeError,
            seL4_IRQControl_IssueSGISignal(seL4_CapIRQControl, 16, 99, ROOT_TCB, 0, 99));
    CHECK_MR(0, 0);
    CHECK_MR(1, 15);
    CHECK_ERROR(seL4_InvalidArgument,
            seL4_IRQControl_IssueSGISignal(seL4_CapIRQControl, 15, ~0UL, ROOT_TCB, 0, 99));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_FailedLookup, get_sgi(15, ROOT_TCB, 0, 64));
    CHECK_MR(0, 0);
    CHECK_ERROR(seL4_DeleteFirst, get_sgi(15, ROOT_CNODE, ROOT_TCB, 64));
    CHECK_OK(get_sgi(15, ROOT_CNODE, slot_new(), 64));
    CHECK_OK(get_sgi(15, ROOT_CNODE, slot_new(), 64)); /* any number of them */
}

CASE(interrupts, set_notification_checks, "Truncated; InvalidCapability(0) for wrong or weak ones")
{
    word handler = slot_new();
    const word wrong[] = { ROOT_TCB, slot_new(), object_new(seL4_EndpointObject, 0),
        cap_copy(object_new(seL4_NotificationObject, 0), seL4_CanRead) };

    CHECK_OK(get(FREE_IRQ, ROOT_CNODE, handler, 64));
    CHECK_EQ(seL4_TruncatedMessage, invoke(handler, IRQSetIRQHandler, 0, 9));
    CHECK_EQ(seL4_IllegalOperation, invoke(handler, IRQIssueIRQHandler, 0, 9));
    for (word i = 0; i < 4; i++) {
        CHECK_ERROR(seL4_InvalidCapability, seL4_IRQHandler_SetNotification(handler, wrong[i]));
        CHECK_MR(0, 0);
    }
    CHECK_OK(seL4_IRQHandler_SetNotification(
            handler, cap_copy(object_new(seL4_NotificationObject, 0), seL4_CanWrite)));
}

CASE(interrupts, ack_and_clear_are_harmless, "13: nothing pending, nothing set")
{
    word handler = slot_new();

    CHECK_OK(get(FREE_IRQ, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQHandler_Ack(handler));
    CHECK_OK(seL4_IRQHandler_Clear(handler));
    CHECK_OK(seL4_IRQHandler_Clear(handler));
    CHECK_OK(seL4_IRQHandler_Ack(handler));
}

CASE(interrupts, copies_of_a_handler, "the last capability frees the number")
{
    word handler = slot_new();

    CHECK_OK(get(FREE_IRQ, ROOT_CNODE, handler, 64));
    word copy = cap_copy(handler, seL4_AllRights);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQHandler_Ack(copy));
    CHECK_ERROR(seL4_RevokeFirst, get(FREE_IRQ, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, copy, 64));
    CHECK_OK(get(FREE_IRQ, ROOT_CNODE, handler, 64));
}

CASE(interrupts, revoked_handler_loses_its_copies, "4.3: a copy of the first one is its child")
{
    word handler = slot_new(), sgi = slot_new();

    CHECK_OK(get(FREE_IRQ, ROOT_CNODE, handler, 64));
    CHECK_OK(get_sgi(3, ROOT_CNODE, sgi, 64));
    word handler_copy = cap_copy(handler, seL4_AllRights), sgi_copy = cap_copy(sgi, seL4_AllRights);
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, sgi, 64));
    CHECK(slot_is_empty(handler_copy));
    CHECK(slot_is_empty(sgi_copy));
    CHECK(!slot_is_empty(handler));
    CHECK(!slot_is_empty(sgi));
}

/* ---- delivery: the physical timer, which is a level ---- */

static word polled(word notification)
{
    word badge = 0;

    /* An interrupt that is pending is taken on the way to user mode at the latest. */
    seL4_Yield();
    seL4_Poll(notification, &badge);
    return badge;
}

/* The timer's interrupt goes to a new notification with badge 8; the line is high. */
static word timer_to_new_notification(void)
{
    word notification = object_new(seL4_NotificationObject, 0);

    seL4_IRQHandler_SetNotification(timer_irq_handler(), cap_mint(notification, 8));
    timer_arm(0);
    return notification;
}

CASE(interrupts, not_delivered_again_before_ack, "13: however long the line is high")
{
    word notification = timer_to_new_notification();

    CHECK_EQ(8, polled(notification));
    CHECK_EQ(0, polled(notification));
    CHECK_OK(seL4_IRQHandler_Ack(timer_irq_handler()));
    CHECK_EQ(8, polled(notification));
    CHECK_EQ(0, polled(notification));
}

CASE(interrupts, low_line_is_not_delivered, "13: a level that went away before Ack is forgotten")
{
    word notification = timer_to_new_notification();

    CHECK_EQ(8, polled(notification));
    timer_disarm();
    CHECK_OK(seL4_IRQHandler_Ack(timer_irq_handler()));
    CHECK_EQ(0, polled(notification));
    timer_arm(0);
    CHECK_EQ(8, polled(notification));
}

CASE(interrupts, set_notification_does_not_unmask, "pitfall 39: it replaces, Ack unmasks")
{
    word first = timer_to_new_notification();
    word second = object_new(seL4_NotificationObject, 0);

    CHECK_EQ(8, polled(first));
    CHECK_OK(seL4_IRQHandler_SetNotification(timer_irq_handler(), cap_mint(second, 4)));
    CHECK_EQ(0, polled(second));
    CHECK_OK(seL4_IRQHandler_Ack(timer_irq_handler()));
    CHECK_EQ(4, polled(second));
    CHECK_EQ(0, polled(first));
}

CASE(interrupts, cleared_handler_delivers_nothing, "the interrupt is masked and lost until Ack")
{
    word notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_IRQHandler_SetNotification(timer_irq_handler(), cap_mint(notification, 8)));
    CHECK_OK(seL4_IRQHandler_Clear(timer_irq_handler()));
    timer_arm(0);
    CHECK_EQ(0, polled(notification));
    CHECK_OK(seL4_IRQHandler_SetNotification(timer_irq_handler(), cap_mint(notification, 8)));
    CHECK_EQ(0, polled(notification));
    CHECK_OK(seL4_IRQHandler_Ack(timer_irq_handler()));
    CHECK_EQ(8, polled(notification));
}

CASE(interrupts, revoked_notification_is_taken_from_the_irq, "pitfall 13")
{
    word notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_IRQHandler_SetNotification(timer_irq_handler(), cap_mint(notification, 8)));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, notification, 64));
    timer_arm(0);
    CHECK_EQ(0, polled(notification));
}

CASE(interrupts, badge_of_the_capability_given, "deleting that capability's slot changes nothing")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word badged = cap_mint(notification, 0x8000000000000001);

    CHECK_OK(seL4_IRQHandler_SetNotification(timer_irq_handler(), badged));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, badged, 64));
    timer_arm(0);
    CHECK_EQ(0x8000000000000001, polled(notification));
}

/* Waits on arguments[0], then suspends the thread arguments[1]. */
static void stop_the_other(struct thread *thread)
{
    thread_wait(thread->arguments[0]);
    thread->result[0] = counter();
    timer_disarm();
    thread_send(thread->arguments[1], TCBSuspend, 0, 0);
    thread->stage = 1;
}

CASE(interrupts, handler_preempts_a_lower_thread, "at once")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *low = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *handler =
            thread_start(stop_the_other, 150, WITH_SC, 0, notification, low->tcb, 0);

    let_others_run(300);
    CHECK_OK(seL4_IRQHandler_SetNotification(timer_irq_handler(), notification));
    word when = counter() + US_TO_TICKS(300);
    timer_arm(when);
    /* Now the low one runs until the other suspends it. */
    CHECK_OK(seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 90));
    CHECK_OK(seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 255));
    CHECK(low->result[0] > 0);
    CHECK_EQ(1, handler->stage);
    CHECK_US(0, (handler->result[0] - when) * 10 / TICKS_PER_US_X10);
}

/* ---- the UART: a line that can be kept high, level or edge ---- */

static void uart_line(bool high)
{
    if (!(*console_register(UART_RAW) & TX_BIT)) {
        console_print("#\n");
    }
    *console_register(UART_MASK) = high ? TX_BIT : 0;
}

CASE(interrupts, get_unmasks_at_once, "pitfall 39: what fires before a notification is set is lost")
{
    word handler = slot_new(), notification = object_new(seL4_NotificationObject, 0);
    word before, after;

    uart_line(true);
    word error = seL4_IRQControl_GetTrigger(
            seL4_CapIRQControl, UART_IRQ, LEVEL, ROOT_CNODE, handler, 64);
    seL4_Yield();
    error |= seL4_IRQHandler_SetNotification(handler, cap_mint(notification, 8));
    before = polled(notification);
    error |= seL4_IRQHandler_Ack(handler);
    after = polled(notification);
    uart_line(false);
    CHECK_OK(error);
    CHECK_EQ(0, before);
    CHECK_EQ(8, after);
}

CASE(interrupts, deleted_handler_is_masked, "and its notification is forgotten")
{
    word handler = slot_new(), notification = object_new(seL4_NotificationObject, 0);

    uart_line(false);
    CHECK_OK(seL4_IRQControl_GetTrigger(
            seL4_CapIRQControl, UART_IRQ, LEVEL, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQHandler_SetNotification(handler, cap_mint(notification, 8)));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, handler, 64));
    uart_line(true);
    word badge = polled(notification);
    CHECK_OK(seL4_IRQControl_Get(seL4_CapIRQControl, UART_IRQ, ROOT_CNODE, handler, 64));
    badge |= polled(notification);
    uart_line(false);
    CHECK_EQ(0, badge);
}

CASE(interrupts, level_comes_again_while_high, "GetTrigger(0)")
{
    word handler = slot_new(), notification = object_new(seL4_NotificationObject, 0);
    word badges = 0;

    uart_line(false);
    CHECK_OK(seL4_IRQControl_GetTrigger(
            seL4_CapIRQControl, UART_IRQ, LEVEL, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQHandler_SetNotification(handler, cap_mint(notification, 1)));
    CHECK_OK(seL4_IRQHandler_Ack(handler)); /* a former owner may have left one unacknowledged */
    uart_line(true);
    for (word i = 0; i < 3; i++) {
        badges += polled(notification);
        seL4_IRQHandler_Ack(handler);
    }
    uart_line(false);
    seL4_Poll(notification, 0);
    seL4_IRQHandler_Ack(handler);
    CHECK_EQ(3, badges);
    CHECK_EQ(0, polled(notification));
}

CASE(interrupts, edge_comes_once, "GetTrigger(1); an edge while masked is kept")
{
    word handler = slot_new(), notification = object_new(seL4_NotificationObject, 0);
    word badges[5];

    uart_line(false);
    CHECK_OK(seL4_IRQControl_GetTrigger(
            seL4_CapIRQControl, UART_IRQ, EDGE, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQHandler_SetNotification(handler, cap_mint(notification, 1)));
    seL4_IRQHandler_Ack(handler);
    seL4_Poll(notification, 0);
    uart_line(true);
    badges[0] = polled(notification);
    seL4_IRQHandler_Ack(handler);
    badges[1] = polled(notification); /* still high: no new edge */
    uart_line(false);
    uart_line(true);
    badges[2] = polled(notification);
    uart_line(false);
    uart_line(true);
    badges[3] = polled(notification); /* not acknowledged yet */
    seL4_IRQHandler_Ack(handler);
    badges[4] = polled(notification);
    uart_line(false);
    CHECK_EQ(1, badges[0]);
    CHECK_EQ(0, badges[1]);
    CHECK_EQ(1, badges[2]);
    CHECK_EQ(0, badges[3]);
    CHECK_EQ(1, badges[4]);
    /* The next owner finds it as the board has it. */
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQControl_GetTrigger(
            seL4_CapIRQControl, UART_IRQ, LEVEL, ROOT_CNODE, handler, 64));
}

CASE(interrupts, two_at_once, "both badges are collected")
{
    word handler = slot_new(), notification = object_new(seL4_NotificationObject, 0);

    uart_line(false);
    CHECK_OK(seL4_IRQControl_GetTrigger(
            seL4_CapIRQControl, UART_IRQ, LEVEL, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQHandler_SetNotification(handler, cap_mint(notification, 1)));
    CHECK_OK(seL4_IRQHandler_Ack(handler));
    CHECK_OK(seL4_IRQHandler_SetNotification(timer_irq_handler(), cap_mint(notification, 2)));
    timer_arm(0);
    uart_line(true);
    seL4_Yield();
    word badge = polled(notification);
    uart_line(false);
    CHECK_EQ(3, badge);
}

/* ---- software generated interrupts ---- */

CASE(interrupts, sgi_capability_ignores_the_message, "6.1: any label, any call, and it succeeds")
{
    word handler = slot_new(), sgi = slot_new();
    word notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(get(SGI, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQHandler_SetNotification(handler, cap_mint(notification, 2)));
    CHECK_OK(get_sgi(SGI, ROOT_CNODE, sgi, 64));
    CHECK_OK(invoke(sgi, TCBSuspend, 0, 0));
    CHECK_EQ(2, polled(notification));
    CHECK_OK(seL4_IRQHandler_Ack(handler));
    CHECK_OK(invoke(sgi, 0xfffffff, 0, 120));
    CHECK_EQ(2, polled(notification));
    CHECK_OK(seL4_IRQHandler_Ack(handler));
    seL4_NBSend(cap_copy(sgi, seL4_NoRights), seL4_MessageInfo_new(1, 0, 0, 3));
    CHECK_EQ(2, polled(notification));
}

CASE(interrupts, sgi_without_handler_is_ignored, "13: all are masked and free at first")
{
    word sgi = slot_new();

    CHECK_OK(get_sgi(9, ROOT_CNODE, sgi, 64));
    CHECK_OK(invoke(sgi, 0, 0, 0));
    seL4_Yield();
}
