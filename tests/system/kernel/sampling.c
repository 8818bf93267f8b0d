/* SPDX-License-Identifier: BSD-2-Clause */
/* Sampling by the performance monitor's interrupt, our extension. */
#include <sel4/lionscope.h>

#include "tests/system/harness.h"

#define PERIOD     6257 /* ticks: 0.1 ms; a prime, so that loops do not run in step with it */
#define RING_VADDR 0x30000000
/* L1D_TLB_REFILL: QEMU has no TLB that it could count (target/arm/helper.c of 7.2: pm_events). */
#define NOT_COUNTED 0x05

struct sampler {
    word handler;
    word notification;
    word frame;
    volatile struct lionscope_sample_ring *ring;
};

/* The handler, its notification, and a ring of one page, mapped. False: this kernel has no sampling. */
static bool sampler_new(struct sampler *sampler)
{
    sampler->handler = slot_new();
    sampler->notification = object_new(seL4_NotificationObject, 0);
    sampler->frame = object_new(seL4_ARM_SmallPageObject, 0);
    sampler->ring = (volatile struct lionscope_sample_ring *)RING_VADDR;
    if (seL4_IRQControl_Get(
                seL4_CapIRQControl, LIONSCOPE_SAMPLE_INTID, ROOT_CNODE, sampler->handler, 64)
            != seL4_NoError) {
        return false;
    }
    if (lionscope_IRQHandler_StopSampling(sampler->handler) != seL4_NoError) {
        return false;
    }
    seL4_IRQHandler_SetNotification(sampler->handler, sampler->notification);
    while (seL4_ARM_Page_Map(sampler->frame, ROOT_VSPACE, RING_VADDR, seL4_ReadWrite,
                   seL4_ARM_Default_VMAttributes)
            == seL4_FailedLookup) {
        seL4_ARM_PageTable_Map(object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, RING_VADDR, 0);
    }
    return true;
}

static word start(const struct sampler *sampler, word batch)
{
    return lionscope_IRQHandler_StartSampling(
            sampler->handler, sampler->frame, LIONSCOPE_EVENT_TICKS, PERIOD, batch);
}

static const volatile struct lionscope_sample *sample(const struct sampler *sampler, word number)
{
    return &sampler->ring->samples[number];
}

CASE(sampling, hits_the_running_thread, "its registers, its ids, at the rate asked for")
{
    struct sampler sampler;
    word function = (word)count_up;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    CHECK_OK(lionscope_TCB_SetSampleId(thread->tcb, 7));
    CHECK_OK(lionscope_SchedContext_SetSampleId(thread->sc, 8));
    CHECK_OK(start(&sampler, 10));
    let_others_run(1020);
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
    CHECK_EQ(63, sampler.ring->capacity);
    CHECK(sampler.ring->written >= 10 && sampler.ring->written <= 11);
    CHECK_EQ(0, sampler.ring->dropped);
    CHECK_EQ(7, sample(&sampler, 5)->thread);
    CHECK_EQ(8, sample(&sampler, 5)->context);
    CHECK_EQ(0, sample(&sampler, 5)->flags);
    CHECK(sample(&sampler, 5)->pc - function < 64);
    CHECK(sample(&sampler, 5)->elapsed > 6200 && sample(&sampler, 5)->elapsed < 6310);
    CHECK(sample(&sampler, 5)->late < 1000);
}

CASE(sampling, thread_without_id_shows_nothing, "no authority over a thread: no registers of it")
{
    struct sampler sampler;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    CHECK_OK(start(&sampler, 1));
    let_others_run(520);
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
    CHECK(sampler.ring->written >= 4);
    CHECK_EQ(0, sample(&sampler, 2)->thread);
    CHECK_EQ(0, sample(&sampler, 2)->context);
    CHECK_EQ(0, sample(&sampler, 2)->pc | sample(&sampler, 2)->sp | sample(&sampler, 2)->fp);
}

CASE(sampling, idle_is_seen, "nobody runs")
{
    struct sampler sampler;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    CHECK_OK(start(&sampler, 4));
    let_others_run(520);
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
    CHECK(sampler.ring->written >= 4);
    CHECK_EQ(LIONSCOPE_SAMPLE_IDLE, sample(&sampler, 2)->flags);
}

CASE(sampling, batch_signals_the_handlers_notification, "each time it is complete, without Ack")
{
    struct sampler sampler;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    CHECK_OK(start(&sampler, 3));
    for (word n = 1; n <= 3; n++) {
        seL4_Wait(sampler.notification, 0);
        CHECK_EQ(3 * n, sampler.ring->written);
    }
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
}

CASE(sampling, full_ring_drops_and_counts, "the kernel overwrites nothing that was not read")
{
    struct sampler sampler;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    CHECK_OK(start(&sampler, 1));
    let_others_run(8000);
    CHECK_EQ(63, sampler.ring->written);
    CHECK(sampler.ring->dropped > 10);
    sampler.ring->read = 60;
    let_others_run(210);
    CHECK(sampler.ring->written > 63 && sampler.ring->written < 67);
    sampler.ring->written = 0; /* the kernel has its own */
    sampler.ring->capacity = ~0UL;
    sampler.ring->read = ~0UL;
    let_others_run(300);
    CHECK(sampler.ring->written == 0 || sampler.ring->written > 63);
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
}

CASE(sampling, ends_with_frame_or_handler, "revoked memory is never written")
{
    struct sampler sampler;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    CHECK_OK(start(&sampler, 1));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, case_untyped(), 64));
    let_others_run(300); /* its objects are made anew in the same memory */
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, sampler.handler, 64));
    CHECK_OK(seL4_IRQControl_Get(
            seL4_CapIRQControl, LIONSCOPE_SAMPLE_INTID, ROOT_CNODE, sampler.handler, 64));
}

CASE(sampling, errors, "in this order")
{
    struct sampler sampler;
    word other = slot_new(), weak = slot_new();

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    CHECK_OK(seL4_IRQControl_Get(seL4_CapIRQControl, 100, ROOT_CNODE, other, 64));
    CHECK_ERROR(seL4_IllegalOperation, lionscope_IRQHandler_StopSampling(other));
    CHECK_ERROR(
            seL4_TruncatedMessage, invoke(sampler.handler, LionscopeIRQHandlerStartSampling, 0, 3));
    CHECK_ERROR(seL4_RangeError,
            lionscope_IRQHandler_StartSampling(sampler.handler, sampler.frame, 0x10001, PERIOD, 1));
    CHECK_ERROR(seL4_InvalidArgument,
            lionscope_IRQHandler_StartSampling(
                    sampler.handler, sampler.frame, NOT_COUNTED, PERIOD, 1));
    CHECK_MR(0, 0);
    CHECK_ERROR(seL4_RangeError,
            lionscope_IRQHandler_StartSampling(sampler.handler, sampler.frame, 8, 4999, 1));
    CHECK_MR(0, LIONSCOPE_SAMPLE_PERIOD_MIN);
    CHECK_ERROR(seL4_RangeError,
            lionscope_IRQHandler_StartSampling(sampler.handler, sampler.frame, 8, PERIOD, 0));
    CHECK_ERROR(seL4_InvalidCapability,
            lionscope_IRQHandler_StartSampling(
                    sampler.handler, sampler.notification, 8, PERIOD, 1));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, weak, 64, ROOT_CNODE, sampler.frame, 64, seL4_CanRead));
    CHECK_ERROR(seL4_InvalidCapability,
            lionscope_IRQHandler_StartSampling(sampler.handler, weak, 8, PERIOD, 1));
    CHECK_ERROR(seL4_TruncatedMessage, invoke(ROOT_TCB, LionscopeTCBSetSampleId, 0, 0));
}

CASE(sampling, by_instructions, "an event of the performance monitor")
{
    struct sampler sampler;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    /* It makes system calls: QEMU notices overflows on changes of mode, at the latest. */
    struct thread *thread = thread_start(count_yields, 100, WITH_SC, 0, 0, 0, 0);
    CHECK_OK(lionscope_TCB_SetSampleId(thread->tcb, 3));
    if (lionscope_IRQHandler_StartSampling(
                sampler.handler, sampler.frame, LIONSCOPE_EVENT_INSTRUCTIONS, 50000, 1)
            == seL4_IllegalOperation) {
        SKIP("no performance monitor");
    }
    let_others_run(1020);
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
    CHECK(sampler.ring->written >= 18 && sampler.ring->written <= 21);
    CHECK_EQ(3, sample(&sampler, 9)->thread);
}

CASE(sampling, kernel_is_told_from_user_code, "a thread that mostly makes system calls")
{
    struct sampler sampler;
    word in_kernel = 0;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    struct thread *thread = thread_start(count_yields, 100, WITH_SC, 0, 0, 0, 0);
    CHECK_OK(lionscope_TCB_SetSampleId(thread->tcb, 3));
    CHECK_OK(start(&sampler, 60));
    let_others_run(4020);
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
    CHECK(sampler.ring->written >= 38);
    for (word i = 0; i < 38; i++) {
        in_kernel += sample(&sampler, i)->flags == LIONSCOPE_SAMPLE_KERNEL;
    }
    CHECK(in_kernel > 25);
}

CASE(sampling, switches_are_recorded, "who ran, how it was left, who came next")
{
    struct sampler sampler;
    word between = 0, waits = 0;

    if (!sampler_new(&sampler)) {
        SKIP("no sampling on this kernel");
    }
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    CHECK_OK(lionscope_TCB_SetSampleId(thread->tcb, 7));
    CHECK_OK(lionscope_TCB_SetSampleId(ROOT_TCB, 9));
    CHECK_OK(lionscope_IRQHandler_StartSampling(sampler.handler, sampler.frame,
            LIONSCOPE_EVENT_TICKS | LIONSCOPE_EVENT_SWITCHES, PERIOD, 1000));
    for (word i = 0; i < 5; i++) {
        let_others_run(120); /* the root task waits for its timeout, the counting thread runs */
    }
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
    CHECK_OK(lionscope_TCB_SetSampleId(ROOT_TCB, 0));
    for (word i = 0; i < sampler.ring->written; i++) {
        if ((sample(&sampler, i)->flags & LIONSCOPE_SAMPLE_SWITCH) == 0) {
            continue;
        }
        CHECK(i == 0 || sample(&sampler, i)->time >= sample(&sampler, i - 1)->time);
        if (sample(&sampler, i)->thread == 9) {
            waits += sample(&sampler, i)->next == 7;
        } else if (sample(&sampler, i)->thread == 7) {
            CHECK_EQ(1, sample(&sampler, i)->state); /* it could have gone on */
            between += sample(&sampler, i)->next == 9;
        }
    }
    CHECK(waits >= 5 && waits <= 6);
    CHECK(between >= 4 && between <= 6);
    CHECK_OK(start(&sampler, 1));
    let_others_run(120);
    CHECK_OK(lionscope_IRQHandler_StopSampling(sampler.handler));
    for (word i = 0; i < sampler.ring->written; i++) {
        CHECK((sample(&sampler, i)->flags & LIONSCOPE_SAMPLE_SWITCH) == 0);
    }
}
