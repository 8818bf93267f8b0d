/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts (sel4-abi.md, 6.7, 13). */
#include "tests/system/harness.h"

#define FREE_IRQ 100
#define SGI      5

CASE(irq, number_out_of_range, "RangeError(0, maxIRQ)")
{
    CHECK_ERROR(seL4_RangeError,
            seL4_IRQControl_Get(seL4_CapIRQControl, 160, ROOT_CNODE, slot_new(), 64));
    CHECK_MR(0, 0);
    CHECK_MR(1, 159);
}

CASE(irq, timer_of_the_kernel_is_taken, "RevokeFirst")
{
    CHECK_ERROR(seL4_RevokeFirst,
            seL4_IRQControl_Get(seL4_CapIRQControl, 27, ROOT_CNODE, slot_new(), 64));
}

CASE(irq, handler_is_given_out_once, "until its last capability is deleted")
{
    word handler = slot_new();

    CHECK_OK(seL4_IRQControl_Get(seL4_CapIRQControl, FREE_IRQ, ROOT_CNODE, handler, 64));
    CHECK_ERROR(seL4_RevokeFirst,
            seL4_IRQControl_Get(seL4_CapIRQControl, FREE_IRQ, ROOT_CNODE, slot_new(), 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQControl_GetTrigger(seL4_CapIRQControl, FREE_IRQ, 1, ROOT_CNODE, handler, 64));
}

CASE(irq, occupied_slot, "DeleteFirst, last")
{
    CHECK_ERROR(seL4_DeleteFirst,
            seL4_IRQControl_Get(seL4_CapIRQControl, FREE_IRQ, ROOT_CNODE,
                    object_new(seL4_EndpointObject, 0), 64));
}

CASE(irq, notification_needs_write_right, "InvalidCapability(0)")
{
    word handler = slot_new(), weak = slot_new();
    word notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_IRQControl_Get(seL4_CapIRQControl, FREE_IRQ, ROOT_CNODE, handler, 64));
    CHECK_ERROR(seL4_InvalidCapability, seL4_IRQHandler_SetNotification(handler, ROOT_CNODE));
    CHECK_MR(0, 0);
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, weak, 64, ROOT_CNODE, notification, 64, seL4_CanRead));
    CHECK_ERROR(seL4_InvalidCapability, seL4_IRQHandler_SetNotification(handler, weak));
    CHECK_OK(seL4_IRQHandler_SetNotification(handler, notification));
    CHECK_OK(seL4_IRQHandler_Ack(handler));
    CHECK_OK(seL4_IRQHandler_Clear(handler));
}

CASE(irq, sgi_signal_reaches_its_handler, "with the notification's badge")
{
    word handler = slot_new(), sgi = slot_new(), badged = slot_new();
    word notification = object_new(seL4_NotificationObject, 0);
    word badge = 0;

    CHECK_OK(seL4_IRQControl_Get(seL4_CapIRQControl, SGI, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_CNode_Mint(
            ROOT_CNODE, badged, 64, ROOT_CNODE, notification, 64, seL4_AllRights, 9));
    CHECK_OK(seL4_IRQHandler_SetNotification(handler, badged));
    CHECK_OK(seL4_IRQControl_IssueSGISignal(seL4_CapIRQControl, SGI, 0, ROOT_CNODE, sgi, 64));
    seL4_Send(sgi, seL4_MessageInfo_new(0, 0, 0, 0));
    seL4_Wait(notification, &badge);
    CHECK_EQ(9, badge);
}

CASE(irq, sgi_signal_checks, "6.7")
{
    CHECK_ERROR(seL4_RangeError,
            seL4_IRQControl_IssueSGISignal(seL4_CapIRQControl, 16, 0, ROOT_CNODE, slot_new(), 64));
    CHECK_MR(0, 0);
    CHECK_MR(1, 15);
    CHECK_ERROR(seL4_InvalidArgument,
            seL4_IRQControl_IssueSGISignal(seL4_CapIRQControl, 1, 99, ROOT_CNODE, slot_new(), 64));
    CHECK_MR(0, 1);
}
