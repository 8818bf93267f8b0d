/* SPDX-License-Identifier: BSD-2-Clause */
/* Object sizes, and capabilities to new objects (sel4-abi.md, 3.1, 6.2). */
#include <sel4/objecttype.h>

#include "kernel/src/object/lifecycle.h"

word_t object_size_bits(word_t type, word_t user_size_bits)
{
    switch (type) {
    case seL4_UntypedObject:
    case seL4_SchedContextObject:
        return user_size_bits;
    case seL4_TCBObject:
        return TCB_BITS;
    case seL4_EndpointObject:
        return ENDPOINT_BITS;
    case seL4_NotificationObject:
        return NOTIFICATION_BITS;
    case seL4_CapTableObject:
        return user_size_bits + SLOT_BITS;
    case seL4_ReplyObject:
        return REPLY_BITS;
    case seL4_ARM_HugePageObject:
        return frame_size_bits(FRAME_HUGE);
    case seL4_ARM_LargePageObject:
        return frame_size_bits(FRAME_LARGE);
    case seL4_ARM_SmallPageObject:
    case seL4_ARM_VSpaceObject:
    case seL4_ARM_PageTableObject:
        return 12;
    }
    return 0;
}

/* Untyped memory is not only zero but clean (untyped.c), so a frame is ready as it is. */
static struct cap create_frame(word_t address, enum frame_size size, bool device)
{
    return cap_frame(address, size, VM_READ_WRITE, device);
}

struct cap object_cap(word_t type, word_t address, word_t size_bits, bool device)
{
    void *object = (void *)(uintptr_t)address;

    switch (type) {
    case seL4_UntypedObject:
        return cap_untyped(address, size_bits, device, 0);
    case seL4_TCBObject:
        return cap_thread(object);
    case seL4_EndpointObject:
        return cap_endpoint(object, RIGHTS_ALL, 0);
    case seL4_NotificationObject:
        return cap_notification(object, RIGHT_READ | RIGHT_WRITE, 0);
    case seL4_CapTableObject:
        return cap_cnode(object, size_bits - SLOT_BITS, 0, 0);
    case seL4_SchedContextObject:
        return cap_sched_context(object, size_bits);
    case seL4_ReplyObject:
        return cap_reply(object, RIGHTS_ALL);
    case seL4_ARM_HugePageObject:
        return create_frame(address, FRAME_HUGE, device);
    case seL4_ARM_LargePageObject:
        return create_frame(address, FRAME_LARGE, device);
    case seL4_ARM_SmallPageObject:
        return create_frame(address, FRAME_SMALL, device);
    case seL4_ARM_VSpaceObject:
        return cap_vspace(object);
    case seL4_ARM_PageTableObject:
        return cap_page_table(object);
    }
    return cap_null();
}
