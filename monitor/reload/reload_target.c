/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/reload/reload_target.h"

#include <stddef.h>

#include <microkit.h>
#include <sel4/lionscope.h>

#include <sddf/util/string.h>

#include "gdbstub/target/sel4.h"
#include "microkit/include/microkit/grants.h"
#include "monitor/inspect/targets.h"
#include "monitor/pd/clock.h"

/* States of the kernel's statistics (sel4/lionscope.h). */
enum {
    STATE_INACTIVE = 0,
    STATE_BLOCKED_ON_RECEIVE = 3,
    STATE_BLOCKED_ON_NOTIFICATION = 6
};

/* ---- what can be done to a PD ---- */

static bool statistics_of(unsigned pd, struct lionscope_tcb_statistics *statistics)
{
    return lionscope_TCB_GetStatistics(targets_tcb(pd), statistics) == seL4_NoError;
}

static bool is_resting(const struct lionscope_tcb_statistics *statistics)
{
    return statistics->state == STATE_BLOCKED_ON_RECEIVE
            || statistics->state == STATE_BLOCKED_ON_NOTIFICATION;
}

static uint64_t pc_of(unsigned pd)
{
    seL4_UserContext context;

    return seL4_TCB_ReadRegisters(targets_tcb(pd), 0, 0, 1, &context) == seL4_NoError ? context.pc
                                                                                      : 0;
}

static bool is_at_rest(unsigned pd, uint64_t *where)
{
    struct lionscope_tcb_statistics statistics;

    *where = 0;
    if (!statistics_of(pd, &statistics)) {
        return false;
    }
    if (is_resting(&statistics)) {
        return true;
    }
    *where = pc_of(pd);
    return false;
}

static void release(unsigned pd)
{
    seL4_TCB_Resume(targets_tcb(pd));
}

/* Of lionscope_TCB_GetStatistics, what matters here: quickly, as the old image no longer runs. */
static bool look(seL4_CPtr tcb, struct lionscope_tcb_statistics *statistics)
{
    seL4_MessageInfo_t info = seL4_Call(tcb, seL4_MessageInfo_new(LionscopeTCBStatistics, 0, 0, 0));

    statistics->scheduled =
            seL4_GetMR(offsetof(struct lionscope_tcb_statistics, scheduled) / sizeof(seL4_Word));
    statistics->state =
            seL4_GetMR(offsetof(struct lionscope_tcb_statistics, state) / sizeof(seL4_Word));
    return seL4_MessageInfo_get_label(info) == seL4_NoError
            && seL4_MessageInfo_get_length(info) >= LIONSCOPE_TCB_STATISTICS_WORDS;
}

/*
 * Between the look and the stop this PD may have been out of budget and the other one awake: then it has been
 * switched to once more, and goes on. A call that it had not got the answer of it makes again.
 */
static bool hold(unsigned pd, uint64_t *where)
{
    struct lionscope_tcb_statistics seen, stopped;
    seL4_CPtr tcb = targets_tcb(pd);

    if (!look(tcb, &seen) || !is_resting(&seen)) {
        is_at_rest(pd, where);
        return false;
    }
    *where = 0;
    if (seL4_TCB_Suspend(tcb) != seL4_NoError) {
        return false;
    }
    if (look(tcb, &stopped) && stopped.scheduled == seen.scheduled) {
        return true;
    }
    release(pd);
    return false;
}

static void stop(unsigned pd)
{
    seL4_TCB_Suspend(targets_tcb(pd));
}

static bool is_stopped(unsigned pd)
{
    struct lionscope_tcb_statistics statistics;

    return statistics_of(pd, &statistics) && statistics.state == STATE_INACTIVE;
}

static uint64_t stack_tops[MICROKIT_PDS_MAX];

/* The stack is what lies highest of what this PD sees of the child. */
static void find_stacks(void)
{
    for (uint64_t i = 0; i < microkit_views_count; i++) {
        const struct microkit_view *view = &microkit_views[i];

        if (view->pd < MICROKIT_PDS_MAX && view->pd_address + view->size > stack_tops[view->pd]) {
            stack_tops[view->pd] = view->pd_address + view->size;
        }
    }
}

/*
 * As seL4_TCB_WriteRegisters, but with the two registers in the message that an image begins with: the others stay what they
 * were, and what it finds in them it must not read.
 */
static void start(unsigned pd, uint64_t entry)
{
    seL4_Word resume = !sel4_target_follows(pd), count = 2, pc = entry, sp = stack_tops[pd];

    if (!resume) {
        seL4_TCB_Suspend(
                targets_tcb(pd)); /* until the debugger has seen it (reload_debugger_replaced) */
    }
    seL4_CallWithMRs(targets_tcb(pd), seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 2 + count),
            &resume, &count, &pc, &sp);
}

static uint64_t exhaustions(unsigned pd)
{
    struct lionscope_tcb_statistics statistics;

    return statistics_of(pd, &statistics) ? statistics.budget_expirations : 0;
}

/* In one of the windows on the PD's own image; slots and queues are none. */
static bool read_image(unsigned pd, uint64_t address, void *to, uint32_t bytes)
{
    for (uint64_t i = 0; i < microkit_views_count; i++) {
        const struct microkit_view *view = &microkit_views[i];
        uint64_t offset = address - view->pd_address;

        if (view->pd == pd && !view->is_stack && address >= view->pd_address && offset < view->size
                && bytes <= view->size - offset) {
            sddf_memcpy(to, (const void *)(uintptr_t)(view->address + offset), bytes);
            return true;
        }
    }
    return false;
}

#define CACHE_LINE 64

static void make_executable(const void *text, uint32_t bytes)
{
    for (uintptr_t at = (uintptr_t)text; at < (uintptr_t)text + bytes; at += CACHE_LINE) {
        __asm__ volatile("dc cvau, %0" ::"r"(at) : "memory");
    }
    __asm__ volatile("dsb ish" ::: "memory");
    for (uintptr_t at = (uintptr_t)text; at < (uintptr_t)text + bytes; at += CACHE_LINE) {
        __asm__ volatile("ic ivau, %0" ::"r"(at) : "memory");
    }
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
}

const struct reload_target *reload_target(void)
{
    static struct reload_target target = {
        .is_at_rest = is_at_rest,
        .hold = hold,
        .release = release,
        .stop = stop,
        .is_stopped = is_stopped,
        .start = start,
        .pc = pc_of,
        .exhaustions = exhaustions,
        .make_executable = make_executable,
        .now = clock_now,
        .read = read_image,
        .is_held = sel4_target_is_held,
    };

    find_stacks();
    target.ticks_per_ms = clock_hz() / 1000;
    return &target;
}
