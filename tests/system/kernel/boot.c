/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel tells and gives the initial task (sel4-abi.md, 17). */
#include "tests/system/harness.h"

CASE(boot, task_knows_its_node, "one core, core 0")
{
    CHECK_EQ(0, boot_info->nodeID);
    CHECK_EQ(1, boot_info->numNodes);
    CHECK_EQ(0, boot_info->numIOPTLevels);
}

CASE(boot, root_cnode_has_the_configured_radix, "cptr = slot number relies on it")
{
    CHECK_EQ(CONFIG_ROOT_CNODE_SIZE_BITS, boot_info->initThreadCNodeSizeBits);
    CHECK_EQ(1UL << CONFIG_ROOT_CNODE_SIZE_BITS, boot_info->empty.end);
}

CASE(boot, slot_regions_follow_each_other, "tools compute them")
{
    CHECK_EQ(16, boot_info->userImagePaging.start);
    CHECK_EQ(boot_info->userImagePaging.end, boot_info->extraBIPages.start);
    CHECK_EQ(boot_info->extraBIPages.end, boot_info->schedcontrol.start);
    CHECK_EQ(boot_info->schedcontrol.end, boot_info->userImageFrames.start);
    CHECK_EQ(boot_info->userImageFrames.end, boot_info->untyped.start);
    CHECK_EQ(boot_info->untyped.end, boot_info->empty.start);
}

CASE(boot, untypeds_are_aligned_to_their_size, "objects are placed by alignment")
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        const seL4_UntypedDesc *untyped = &boot_info->untypedList[i];

        CHECK(untyped->sizeBits >= 4 && untyped->sizeBits <= 47);
        CHECK_EQ(0, untyped->paddr & ((1UL << untyped->sizeBits) - 1));
    }
}

CASE(boot, device_untypeds_come_first, "tools rely on the order")
{
    bool seen_ram = false;

    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        seen_ram = seen_ram || !boot_info->untypedList[i].isDevice;
        CHECK(!(seen_ram && boot_info->untypedList[i].isDevice));
    }
    CHECK(seen_ram);
}

CASE(boot, untypeds_do_not_overlap, "memory would have two owners")
{
    word count = boot_info->untyped.end - boot_info->untyped.start;

    for (word i = 0; i < count; i++) {
        for (word j = i + 1; j < count; j++) {
            const seL4_UntypedDesc *a = &boot_info->untypedList[i];
            const seL4_UntypedDesc *b = &boot_info->untypedList[j];

            CHECK(a->paddr + (1UL << a->sizeBits) <= b->paddr
                    || b->paddr + (1UL << b->sizeBits) <= a->paddr);
        }
    }
}

CASE(boot, interrupt_controller_is_not_handed_out, "it belongs to the kernel alone")
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        const seL4_UntypedDesc *untyped = &boot_info->untypedList[i];

        CHECK(!(untyped->paddr <= 0x08000000
                && 0x08000000 < untyped->paddr + (1UL << untyped->sizeBits)));
    }
}

CASE(boot, ipc_buffer_lies_behind_the_image, "17.4")
{
    CHECK_EQ((word)boot_info->ipcBuffer + 0x1000, (word)boot_info);
}

CASE(boot, task_has_priority_255_of_255, "it may start anything")
{
    CHECK_OK(seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 255));
    CHECK_OK(seL4_TCB_SetMCPriority(ROOT_TCB, ROOT_TCB, 255));
}

CASE(boot, image_frames_are_in_ascending_order, "17.5")
{
    word previous = 0;

    for (word slot = boot_info->userImageFrames.start; slot < boot_info->userImageFrames.end;
            slot++) {
        seL4_ARM_Page_GetAddress_t address = seL4_ARM_Page_GetAddress(slot);

        CHECK_EQ(seL4_NoError, address.error);
        CHECK(previous == 0 || address.paddr == previous + 0x1000);
        previous = address.paddr;
    }
}
