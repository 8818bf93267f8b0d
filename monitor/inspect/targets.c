/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/inspect/targets.h"

#include <microkit.h>
#include <sel4/lionscope.h>

#include "microkit/include/microkit/grants.h"

MICROKIT_DEFINE_GRANTS;

struct target {
    uint16_t pd;
    uint32_t flags; /* PROTOCOL_PD_ */
    seL4_CPtr tcb;
    seL4_CPtr sc;
};

static struct target targets[PROTOCOL_PDS_MAX];
static unsigned count;
static uint32_t features; /* PROTOCOL_HAS_ */

static struct target *target_of(uint16_t pd)
{
    for (unsigned i = 0; i < count; i++) {
        if (targets[i].pd == pd) {
            return &targets[i];
        }
    }
    if (count == PROTOCOL_PDS_MAX || pd >= PROTOCOL_PDS_MAX) {
        return 0;
    }
    targets[count] = (struct target){ .pd = pd };
    return &targets[count++];
}

/* Another kernel refuses the labels, which shows on any capability. */
static void find_features(void)
{
    struct lionscope_tcb_statistics thread;
    static struct lionscope_sched_context_statistics context;

    for (unsigned i = 0; i < count; i++) {
        if (targets[i].tcb != 0
                && lionscope_TCB_GetStatistics(targets[i].tcb, &thread) == seL4_NoError) {
            features |= PROTOCOL_HAS_PD_COUNTERS;
        }
        if (targets[i].sc != 0
                && lionscope_SchedContext_GetStatistics(targets[i].sc, &context) == seL4_NoError) {
            features |= PROTOCOL_HAS_SC_COUNTERS;
        }
    }
}

void targets_init(void)
{
    count = 0;
    features = 0;
    for (seL4_Word slot = 1; slot < MICROKIT_GRANT_SLOTS; slot++) {
        const struct microkit_grant *grant = &microkit_grants[slot];
        seL4_CPtr cptr = microkit_cspace_root_slot_to_cptr(slot);
        struct target *target = 0;

        if (grant->kind == MICROKIT_GRANT_TCB || grant->kind == MICROKIT_GRANT_SC) {
            target = target_of(grant->pd);
        }
        if (target == 0) {
            continue;
        }
        if (grant->kind == MICROKIT_GRANT_TCB) {
            target->tcb = cptr;
            target->flags |= PROTOCOL_PD_HAS_TCB;
        } else {
            target->sc = cptr;
            target->flags |= PROTOCOL_PD_HAS_SC;
        }
        target->flags |= grant->flags & MICROKIT_GRANT_SELF ? PROTOCOL_PD_MONITOR : 0;
        target->flags |= grant->flags & MICROKIT_GRANT_CHILD ? PROTOCOL_PD_CHILD : 0;
    }
    find_features();
}

unsigned targets_count(void)
{
    return count;
}

struct protocol_pd_entry targets_entry(unsigned place)
{
    return (struct protocol_pd_entry){ .pd = targets[place].pd, .flags = targets[place].flags };
}

seL4_CPtr targets_tcb(unsigned pd)
{
    for (unsigned i = 0; i < count; i++) {
        if (targets[i].pd == pd) {
            return targets[i].tcb;
        }
    }
    return 0;
}

uint32_t targets_features(void)
{
    return features;
}

void targets_pd_sample(unsigned place, struct protocol_pd_sample *sample)
{
    struct lionscope_tcb_statistics thread;

    sample->pd = targets[place].pd;
    sample->counters.present = 0;
    if (targets[place].tcb == 0
            || lionscope_TCB_GetStatistics(targets[place].tcb, &thread) != seL4_NoError) {
        return;
    }
    sample->counters.present = (1U << PD_COUNTERS) - 1;
    sample->counters.at[PD_SCHEDULED] = thread.scheduled;
    sample->counters.at[PD_RUN] = thread.ticks_run;
    sample->counters.at[PD_SENDS] = thread.sends;
    sample->counters.at[PD_CALLS] = thread.calls;
    sample->counters.at[PD_RECEIVES] = thread.receives;
    sample->counters.at[PD_SIGNALS] = thread.signals;
    sample->counters.at[PD_FAULTS] = thread.faults;
    sample->counters.at[PD_EXPIRATIONS] = thread.budget_expirations;
    sample->counters.at[PD_STATE] = thread.state;
    sample->counters.at[PD_PRIORITY] = thread.parameters & 0xff;
    sample->counters.at[PD_MCP] = thread.parameters >> 8 & 0xff;
    sample->counters.at[PD_DOMAIN] = thread.parameters >> 16 & 0xff;
}

bool targets_registers(unsigned pd, struct protocol_registers_reply *reply)
{
    seL4_UserContext registers;
    seL4_CPtr tcb = targets_tcb(pd);

    /* Nobody can be asked for his own: he runs. */
    if (tcb == 0
            || seL4_TCB_ReadRegisters(
                       tcb, false, 0, sizeof(registers) / sizeof(seL4_Word), &registers)
                    != seL4_NoError) {
        return false;
    }
    reply->pd = (uint16_t)pd;
    reply->pc = registers.pc;
    reply->sp = registers.sp;
    reply->fp = registers.x29;
    reply->lr = registers.x30;
    return true;
}

static uint64_t context_flags(seL4_Word word)
{
    return (word & LIONSCOPE_SC_SPORADIC ? PROTOCOL_SC_SPORADIC : 0)
            | (word & LIONSCOPE_SC_ACTIVE ? PROTOCOL_SC_ACTIVE : 0)
            | (word & LIONSCOPE_SC_CURRENT ? PROTOCOL_SC_CURRENT : 0);
}

bool targets_sc_sample(unsigned place, struct protocol_sc_sample *sample)
{
    static struct lionscope_sched_context_statistics context;
    uint64_t refills;

    sample->pd = targets[place].pd;
    sample->counters.present = 0;
    sample->refills.count = 0;
    if (targets[place].sc == 0
            || lionscope_SchedContext_GetStatistics(targets[place].sc, &context) != seL4_NoError) {
        return false;
    }
    refills = context.refills_and_flags & 0xffffffff;
    sample->counters.present = (1U << SC_COUNTERS) - 1;
    sample->counters.at[SC_BUDGET] = context.budget;
    sample->counters.at[SC_PERIOD] = context.period;
    sample->counters.at[SC_LEFT] = context.left;
    sample->counters.at[SC_UNTIL] = refills != 0 && context.refills[0].time > context.now
            ? context.refills[0].time - context.now
            : 0;
    sample->counters.at[SC_CONSUMED] = context.total_consumed;
    sample->counters.at[SC_REFILLS] = refills;
    sample->counters.at[SC_FLAGS] = context_flags(context.refills_and_flags);
    for (uint64_t i = 0; i < refills && i < PROTOCOL_REFILLS_MAX; i++) {
        sample->refills.at[i].time = context.refills[i].time;
        sample->refills.at[i].amount = context.refills[i].amount;
        sample->refills.count++;
    }
    return true;
}
