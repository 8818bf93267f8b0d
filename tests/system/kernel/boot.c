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

/* ---- initial capabilities (17.6) ---- */

CASE(boot, null_slots, "0, 7, 8, 12 and 13 are empty on this architecture")
{
    const word empty[] = { 0, 7, 8, 12, 13 };

    for (word i = 0; i < 5; i++) {
        CHECK_ERROR(seL4_FailedLookup, copy_to(slot_new(), empty[i]));
        CHECK_MR(1, seL4_MissingCapability);
    }
}

CASE(boot, slot_numbers, "programs are compiled with them")
{
    CHECK_EQ(1, seL4_CapInitThreadTCB);
    CHECK_EQ(2, seL4_CapInitThreadCNode);
    CHECK_EQ(3, seL4_CapInitThreadVSpace);
    CHECK_EQ(4, seL4_CapIRQControl);
    CHECK_EQ(5, seL4_CapASIDControl);
    CHECK_EQ(6, seL4_CapInitThreadASIDPool);
    CHECK_EQ(9, seL4_CapBootInfoFrame);
    CHECK_EQ(10, seL4_CapInitThreadIPCBuffer);
    CHECK_EQ(11, seL4_CapDomain);
    CHECK_EQ(14, seL4_CapInitThreadSC);
    CHECK_EQ(15, seL4_CapSMC);
}

CASE(boot, each_slot_answers_as_its_type, "by the errors only that type gives")
{
    /* TruncatedMessage for a label of the type, IllegalOperation for the others. */
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapInitThreadTCB, TCBConfigure, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapInitThreadCNode, CNodeDelete, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapInitThreadVSpace, ARMVSpaceClean_Data, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapIRQControl, IRQIssueIRQHandler, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapASIDControl, ARMASIDControlMakePool, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapInitThreadASIDPool, ARMASIDPoolAssign, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapBootInfoFrame, ARMPageMap, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapInitThreadIPCBuffer, ARMPageMap, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapDomain, DomainSetSet, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapInitThreadSC, SchedContextBind, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(seL4_CapSMC, ARMSMCCall, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage,
            invoke(boot_info->schedcontrol.start, SchedControlConfigureFlags, 0, 0));
    CHECK_EQ(
            seL4_TruncatedMessage, invoke(boot_info->userImagePaging.start, ARMPageTableMap, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(boot_info->userImageFrames.start, ARMPageMap, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke(boot_info->untyped.start, UntypedRetype, 0, 0));
}

CASE(boot, regions_have_the_right_sizes, "one core; three levels of tables at least")
{
    CHECK_EQ(1, boot_info->schedcontrol.end - boot_info->schedcontrol.start);
    CHECK(boot_info->userImagePaging.end - boot_info->userImagePaging.start >= 3);
    CHECK_EQ(0, boot_info->sharedFrames.start);
    CHECK_EQ(0, boot_info->sharedFrames.end);
    CHECK_EQ(0, boot_info->ioSpaceCaps.start);
    CHECK_EQ(0, boot_info->ioSpaceCaps.end);
    CHECK(boot_info->untyped.end - boot_info->untyped.start <= 230);
    CHECK_EQ(((word)boot_info->ipcBuffer - image_start()) / 0x1000,
            boot_info->userImageFrames.end - boot_info->userImageFrames.start);
}

CASE(boot, free_slots_are_empty, "from the start of the region to the end of the CNode")
{
    /* The first ones are the suite's own by now. */
    CHECK_ERROR(seL4_FailedLookup, copy_to(slot_new(), boot_info->empty.end - 1));
    CHECK_ERROR(seL4_FailedLookup, copy_to(slot_new(), boot_info->empty.end / 2));
    /* One further is the first slot again for who counts in 64 bits: the guard forbids it. */
    CHECK_ERROR(seL4_FailedLookup, copy_to(slot_new(), boot_info->empty.end));
    CHECK_MR(1, seL4_GuardMismatch);
    CHECK_MR(3, 0);
    CHECK_MR(4, 64 - CONFIG_ROOT_CNODE_SIZE_BITS);
}

/* ---- memory of the root server's objects (17.3) ---- */

static word paddr_of(word frame)
{
    return seL4_ARM_Page_GetAddress(frame).paddr;
}

CASE(boot, root_objects_follow_each_other, "CNode, VSpace, ASID pool, IPC buffer, BootInfo")
{
    word buffer = paddr_of(seL4_CapInitThreadIPCBuffer);
    word cnode_bits = CONFIG_ROOT_CNODE_SIZE_BITS + seL4_SlotBits;

    CHECK_EQ(buffer + 0x1000, paddr_of(seL4_CapBootInfoFrame));
    if (boot_info->extraLen != 0) {
        SKIP("extra boot information lies in front of the objects");
    }
    CHECK_EQ(0, (buffer - 0x1000 - (1UL << seL4_VSpaceBits)) & ((1UL << cnode_bits) - 1));
}

CASE(boot, root_objects_are_not_handed_out, "no untyped contains the BootInfo frame or the image")
{
    const word addresses[] = { paddr_of(seL4_CapBootInfoFrame),
        paddr_of(seL4_CapInitThreadIPCBuffer), paddr_of(boot_info->userImageFrames.start),
        paddr_of(boot_info->userImageFrames.end - 1),
        0x40010000 /* the kernel, behind its boot part */ };

    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        const seL4_UntypedDesc *untyped = &boot_info->untypedList[i];

        for (word k = 0; k < 5; k++) {
            CHECK(addresses[k] < untyped->paddr
                    || addresses[k] - untyped->paddr >= 1UL << untyped->sizeBits);
        }
    }
}

CASE(boot, boot_part_of_the_kernel_comes_first,
        "17.7: the first free memory is where the kernel began")
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (!boot_info->untypedList[i].isDevice) {
            CHECK_EQ(0x40000000, boot_info->untypedList[i].paddr);
            return;
        }
    }
    CHECK(false);
}

CASE(boot, free_memory_ascends,
        "17.7: behind the boot part, in regions of the largest powers of two")
{
    word previous = 0;

    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        const seL4_UntypedDesc *untyped = &boot_info->untypedList[i];

        if (!untyped->isDevice) {
            CHECK(untyped->paddr >= previous);
            previous = untyped->paddr + (1UL << untyped->sizeBits);
        }
    }
    CHECK(previous <= 0xc0000000);
}

CASE(boot, uart_is_in_a_device_untyped, "17.8: although a debug kernel prints on it")
{
    word found = 0;

    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        const seL4_UntypedDesc *untyped = &boot_info->untypedList[i];

        found += untyped->isDevice && untyped->paddr <= 0x09000000
                && 0x09000000 - untyped->paddr < 1UL << untyped->sizeBits;
    }
    CHECK_EQ(1, found);
}

CASE(boot, initial_untypeds_are_cleared,
        "pitfall 15: they count as used, so the first Retype clears")
{
    word checked = 0;

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start && checked < 4; i++) {
        const seL4_UntypedDesc *untyped = &boot_info->untypedList[i];
        word slot = boot_info->untyped.start + i, copy = slot_new(), frame = slot_new();

        /* One that has no children yet, neither the suite's nor the console's. */
        if (untyped->isDevice || untyped->sizeBits < 12 || untyped->sizeBits > 20
                || copy_to(copy, slot) != seL4_NoError) {
            continue;
        }
        CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, copy, 64));
        CHECK_OK(
                seL4_Untyped_Retype(slot, seL4_ARM_SmallPageObject, 0, ROOT_CNODE, 0, 0, frame, 1));
        CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, 3));
        for (word k = 0; k < 512; k++) {
            CHECK_EQ(0, ((volatile word *)WINDOW)[k]);
        }
        CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, slot, 64));
        checked++;
    }
    CHECK(checked > 0);
}

/* ---- the initial thread (17.4) ---- */

CASE(boot, buffer_and_boot_info_are_not_executable, "mapped read-write only")
{
    CHECK(access_faults((word)boot_info->ipcBuffer, EXECUTE));
    CHECK(access_faults((word)boot_info, EXECUTE));
    CHECK(!access_faults((word)boot_info, READ));
}

CASE(boot, root_runs_round_robin, "17.4: 5 ms slices, of its own context")
{
    struct thread *equal = thread_start(count_up, 255, WITH_SC, 0, 0, 0, 0);
    word before = counter(), last = before, now = before;

    /* The other one of priority 255 gets its turn when the slice ends. */
    while (now - last < US_TO_TICKS(1000) && now - before < US_TO_TICKS(12000)) {
        last = now;
        now = counter();
    }
    CHECK(equal->result[0] > 0);
    CHECK((last - before) * 10 / TICKS_PER_US_X10 <= 5000 + time_slack());
    CHECK_US(5000, (now - last) * 10 / TICKS_PER_US_X10);
    CHECK_OK(seL4_TCB_Suspend(equal->tcb));
}

CASE(boot, labels_of_this_configuration, "pitfall 10: 4 more with the hardware debug API")
{
#ifdef CONFIG_HARDWARE_DEBUG_API
    const word more = 4;
#else
    const word more = 0;
#endif

    CHECK_EQ(15, TCBUnbindNotification);
    CHECK_EQ(16 + more, TCBSetTLSBase);
    CHECK_EQ(18 + more, CNodeRevoke);
    CHECK_EQ(26 + more, IRQIssueIRQHandler);
    CHECK_EQ(33 + more, SchedControlConfigureFlags);
    CHECK_EQ(39 + more, nInvocationLabels);
    CHECK_EQ(43 + more, ARMSMCCall);
    CHECK_EQ(55 + more, ARMIRQIssueIRQHandlerTrigger);
    CHECK_EQ(57 + more, nArchInvocationLabels);
}
