/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a sample costs the kernel, entry and exit included: the same loop runs with sampling and without, and
 * the difference is divided by the number of samples. How it counts: tests/bench/bench.h.
 */
#include <sel4/lionscope.h>

#include "tests/bench/bench.h"

#define RING_ADDRESS 0x40000000UL
#define PERIOD       LIONSCOPE_SAMPLE_PERIOD_TICKS_MIN
#define EVENT_PERIOD 100003 /* instructions */
#define LOOPS        9000   /* about 60 samples: the ring is not full */
#define NEVER        1000000

seL4_BootInfo *boot_info;

static struct sampler {
    word handler;
    word notification;
    word frame;
} sampler;
static volatile struct lionscope_sample_ring *const ring = (void *)RING_ADDRESS;

static void sampler_init(void)
{
    sampler.handler = slot_new();
    sampler.notification = object_new(seL4_NotificationObject, 0);
    sampler.frame = object_new(seL4_ARM_SmallPageObject, 0);
    must("irq",
            seL4_IRQControl_Get(
                    seL4_CapIRQControl, LIONSCOPE_SAMPLE_INTID, ROOT_CNODE, sampler.handler, 64));
    must("irq", seL4_IRQHandler_SetNotification(sampler.handler, sampler.notification));
    while (seL4_ARM_Page_Map(sampler.frame, ROOT_VSPACE, RING_ADDRESS, seL4_ReadWrite,
                   seL4_ARM_Default_VMAttributes)
            != seL4_NoError) {
        must("table",
                seL4_ARM_PageTable_Map(
                        object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, RING_ADDRESS, 0));
    }
}

/*
 * Ticks that the loop takes: of 67 instructions, so that it rarely is where it was at the last sample. QEMU
 * notices on the way into and out of the kernel that a counter has run over: for events with calls.
 */
static word ticks_of_loop(bool with_calls)
{
    word start = counter();

    for (word i = 0; i < LOOPS; i++) {
        __asm__ volatile(".rept 64\n nop\n .endr" : "+r"(i));
        if (with_calls) {
            seL4_Word badge;

            seL4_Poll(sampler.notification, &badge);
        }
    }
    return counter() - start;
}

/* Returns ticks above those without sampling, and how many samples were due, in *samples. */
static word measure(word event, word period, word batch, word *samples)
{
    bool with_calls = event != LIONSCOPE_EVENT_TICKS;
    word alone = ticks_of_loop(with_calls);
    word sampled;

    must("start",
            lionscope_IRQHandler_StartSampling(
                    sampler.handler, sampler.frame, event, period, batch));
    sampled = ticks_of_loop(with_calls);
    *samples = ring->written + ring->dropped;
    must("stop", lionscope_IRQHandler_StopSampling(sampler.handler));
    return sampled - alone;
}

static void report_samples(const char *name, word event, word period, word batch)
{
    word ticks = 0, samples = 0;

    for (word i = 0; i < 16; i++) {
        word taken;

        ticks += measure(event, period, batch, &taken);
        samples += taken;
    }
    report(name, ticks, samples, 0);
}

/* Like a profiler, without what it does with the sample. */
static void take(word notification, word unused)
{
    (void)unused;
    for (;;) {
        do_simple((word)seL4_SysWait, notification);
        ring->read = ring->written;
    }
}

static void measure_full_ring(void)
{
    word start, dropped;

    must("start",
            lionscope_IRQHandler_StartSampling(
                    sampler.handler, sampler.frame, LIONSCOPE_EVENT_TICKS, PERIOD, NEVER));
    while (ring->dropped == 0) {}
    start = ticks_of_loop(false); /* with an interrupt for each sample that finds no room */
    dropped = ring->dropped;
    must("stop", lionscope_IRQHandler_StopSampling(sampler.handler));
    report("sample_dropped", start - ticks_of_loop(false), dropped, 0);
}

void root_task_main(seL4_BootInfo *info);

void root_task_main(seL4_BootInfo *info)
{
    boot_info = info;
    console_init();
    bench_memory_init();
    must("sc",
            seL4_SchedControl_Configure(
                    boot_info->schedcontrol.start, seL4_CapInitThreadSC, 1000000, 1000000, 0, 0));
    must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 100));
    sampler_init();
    must("id", lionscope_TCB_SetSampleId(ROOT_TCB, 1));
    must("id", lionscope_SchedContext_SetSampleId(seL4_CapInitThreadSC, 1));
    report_samples("sample_in_kernel", LIONSCOPE_EVENT_TICKS, PERIOD, NEVER);
    report_samples("sample_by_event", LIONSCOPE_EVENT_INSTRUCTIONS, EVENT_PERIOD, NEVER);
    measure_full_ring();
    let_it_block(spawn(take, 200, sampler.notification, 0, 0, ROOT_VSPACE).tcb);
    report_samples("sample_and_two_switches", LIONSCOPE_EVENT_TICKS, PERIOD, 1);
    console_print("RUN PASSED\n");
}
