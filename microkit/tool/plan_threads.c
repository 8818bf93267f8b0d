/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads and their CSpaces: who gets which capability (microkit.md, 6.3 to 8 and 12). */
#include "microkit/include/microkit/grants.h"
#include "microkit/tool/plan.h"

#define CNODE_RADIX      9
#define ROOT_CNODE_RADIX 6
#define MONITOR_GUARD    (64 - CNODE_RADIX)
#define CNODE_GUARD      (64 - CNODE_RADIX - ROOT_CNODE_RADIX)

#define INITIAL_TCB 1
#define IRQ_CONTROL 4
#define DOMAIN_CAP  11
#define SMC_CAP     15

/* Slots of the Microkit CNode. */
enum {
    SLOT_INPUT = 1,
    SLOT_FAULT = 2,
    SLOT_VSPACE = 3,
    SLOT_REPLY = 4,
    SLOT_MONITOR = 5,
    SLOT_TCB = 6,
    SLOT_SMC = 7,
    SLOT_NOTIFICATIONS = 10,
    SLOT_ENDPOINTS = 74,
    SLOT_IRQS = 138,
    SLOT_CHILDREN = 202,
    SLOT_CHILDREN_FAULTS = MICROKIT_BASE_CHILD_FAULT_CAP,
};

/* Slots of the fault monitor's CNode. */
enum {
    MONITOR_INPUT = 1,
    MONITOR_REPLY = 2,
    MONITOR_TCBS = 10,
    MONITOR_CONTEXTS = 138,
    MONITOR_NOTIFICATIONS = 202,
};

#define RIGHTS_ENDPOINT     (RIGHT_READ | RIGHT_WRITE | RIGHT_GRANT)
#define RIGHTS_NOTIFICATION (RIGHT_READ | RIGHT_WRITE)

#define BADGE_CALL    (UINT64_C(1) << 63)
#define BADGE_FAULT   (UINT64_C(1) << 62)
#define BADGE_CONTEXT 0x100

void plan_mint(struct plan *plan, uint64_t cnode, uint64_t index, uint64_t depth, uint64_t from,
        uint64_t rights, uint64_t badge)
{
    struct invocation mint = { .label = plan->sdk->labels.cnode_mint,
        .service = cnode,
        .cap_count = 1,
        .caps = { PLAN_ROOT_CNODE },
        .word_count = 6,
        .words = { index, depth, from, PLAN_DEPTH, rights, badge } };

    spec_invoke(&plan->setup, &mint);
}

/* A badged capability in the initialiser's own CSpace. */
static uint64_t mint_own(struct plan *plan, uint64_t from, uint64_t rights, uint64_t badge)
{
    uint64_t slot = plan_slots(plan, 1);

    plan_mint(plan, PLAN_ROOT_CNODE, slot, PLAN_DEPTH, from, rights, badge);
    return slot;
}

static void give(struct plan *plan, const struct program *to, uint64_t slot, uint64_t from,
        uint64_t rights, uint64_t badge)
{
    plan_mint(plan, to->cnode, slot, CNODE_RADIX, from, rights, badge);
}

static struct program *program_at(struct plan *plan, size_t index)
{
    return &plan->programs[index];
}

/* ---- capabilities ---- */

static void give_channel(
        struct plan *plan, const struct channel_end *from, const struct channel_end *to)
{
    const struct program *sender = program_at(plan, from->pd);
    const struct program *receiver = program_at(plan, to->pd);

    if (from->may_notify) {
        give(plan, sender, SLOT_NOTIFICATIONS + from->id, receiver->notification,
                RIGHTS_NOTIFICATION, UINT64_C(1) << to->id);
    }
    if (from->may_call) {
        give(plan, sender, SLOT_ENDPOINTS + from->id, receiver->endpoint, RIGHTS_ENDPOINT,
                BADGE_CALL | to->id);
    }
}

static void give_irq(struct plan *plan, const struct program *program, const struct irq *irq)
{
    const struct invocation_labels *labels = &plan->sdk->labels;
    uint64_t handler = plan_slots(plan, 1);
    uint64_t notification =
            mint_own(plan, program->notification, RIGHTS_NOTIFICATION, UINT64_C(1) << irq->id);
    struct invocation get = { .label = labels->irq_get_trigger,
        .service = IRQ_CONTROL,
        .cap_count = 1,
        .caps = { PLAN_ROOT_CNODE },
        .word_count = 4,
        .words = { irq->number, irq->edge, handler, PLAN_DEPTH } };
    struct invocation set = { .label = labels->irq_set_notification,
        .service = handler,
        .cap_count = 1,
        .caps = { notification } };

    spec_invoke(&plan->setup, &get);
    spec_invoke(&plan->setup, &set);
    give(plan, program, SLOT_IRQS + irq->id, handler, RIGHTS_ALL, 0);
}

static uint64_t granted_object(struct plan *plan, const struct cap_grant *grant)
{
    switch (grant->kind) {
    case CAP_KIND_TCB:
        return program_at(plan, grant->pd)->tcb;
    case CAP_KIND_SC:
        return program_at(plan, grant->pd)->sched_context;
    case CAP_KIND_VSPACE:
        return program_at(plan, grant->pd)->vspace;
    case CAP_KIND_FRAME:
        break;
    }
    return plan->regions[grant->region].chunks.items[0].slot;
}

static void give_grants(struct plan *plan, const struct program *program)
{
    list_for_each(grant, &program->pd->grants) {
        plan_mint(plan, program->root_cnode, grant->slot, ROOT_CNODE_RADIX,
                granted_object(plan, grant), RIGHTS_ALL, 0);
    }
}

static void fill_cspace(struct plan *plan, const struct program *program)
{
    const struct protection_domain *pd = program->pd;

    plan_mint(plan, program->root_cnode, 0, ROOT_CNODE_RADIX, program->cnode, RIGHTS_ALL,
            CNODE_GUARD);
    if (program->endpoint != 0) {
        give(plan, program, SLOT_INPUT, program->endpoint, RIGHTS_ENDPOINT, 0);
    } else {
        give(plan, program, SLOT_INPUT, program->notification, RIGHTS_NOTIFICATION, 0);
    }
    /* Badged already: a copy with the same rights. */
    give(plan, program, SLOT_VSPACE, program->vspace, RIGHTS_ALL, 0);
    give(plan, program, SLOT_REPLY, program->reply, RIGHTS_ALL, 0);
    if (pd->passive) {
        give(plan, program, SLOT_MONITOR, plan->monitor.endpoint, RIGHTS_ENDPOINT,
                program->index + 1);
    }
    if (plan->sdk->benchmark) {
        give(plan, program, SLOT_TCB, program->tcb, RIGHTS_ALL, 0);
    }
    if (pd->smc) {
        give(plan, program, SLOT_SMC, SMC_CAP, RIGHTS_ALL, 0);
    }
    list_for_each(irq, &pd->irqs) {
        give_irq(plan, program, irq);
    }
    give_grants(plan, program);
}

/* A program that is told what it may see of its children: a debugger (grants.h). */
static bool debugs_children(const struct program *program)
{
    struct elf_symbol symbol;

    return elf_image_symbol(&program->symbols, "microkit_views", &symbol) == SYMBOL_FOUND;
}

/* Top-level PDs' faults go to the monitor, children's to their parent. */
static void give_fault_endpoint(struct plan *plan, struct program *program)
{
    const struct protection_domain *pd = program->pd;
    const struct program *handler =
            pd->parent == NONE ? &plan->monitor : program_at(plan, pd->parent);
    uint64_t badge = pd->parent == NONE ? program->index + 1 : BADGE_FAULT | pd->child_id;

    program->fault_endpoint = mint_own(plan, handler->endpoint, RIGHTS_ENDPOINT, badge);
    give(plan, program, SLOT_FAULT, handler->endpoint, RIGHTS_ENDPOINT, badge);
    if (pd->parent != NONE) {
        give(plan, handler, SLOT_CHILDREN + pd->child_id, program->tcb, RIGHTS_ALL, 0);
        if (debugs_children(handler)) {
            give(plan, handler, SLOT_CHILDREN_FAULTS + pd->child_id, handler->endpoint,
                    RIGHTS_ENDPOINT, badge);
        }
    }
}

static void fill_monitor_cspace(struct plan *plan)
{
    const struct program *monitor = &plan->monitor;

    give(plan, monitor, MONITOR_INPUT, monitor->endpoint, RIGHTS_ENDPOINT, 0);
    give(plan, monitor, MONITOR_REPLY, monitor->reply, RIGHTS_ALL, 0);
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        const struct program *program = program_at(plan, i);

        give(plan, monitor, MONITOR_TCBS + i, program->tcb, RIGHTS_ALL, 0);
        if (program->pd->passive) {
            give(plan, monitor, MONITOR_CONTEXTS + i, program->sched_context, RIGHTS_ALL, 0);
            give(plan, monitor, MONITOR_NOTIFICATIONS + i, program->notification,
                    RIGHTS_NOTIFICATION, 0);
        }
    }
}

/* ---- threads ---- */

static void configure_context(struct plan *plan, const struct program *program, uint64_t badge)
{
    struct invocation configure = { .label = plan->sdk->labels.sched_control_configure,
        .service = plan->model.sched_control,
        .cap_count = 1,
        .caps = { program->sched_context },
        .word_count = 5,
        .words = { program->budget, program->period, 0, badge, 0 } };

    spec_invoke(&plan->setup, &configure);
}

static void configure_tcb(struct plan *plan, const struct program *program)
{
    const struct invocation_labels *labels = &plan->sdk->labels;
    uint64_t cspace = program->root_cnode != 0 ? program->root_cnode : program->cnode;
    uint64_t guard = program->root_cnode != 0 ? 0 : MONITOR_GUARD;
    struct invocation configure = { .label = labels->tcb_configure,
        .service = program->tcb,
        .cap_count = 3,
        .caps = { cspace, program->vspace, program->ipc_frame },
        .word_count = 3,
        .words = { guard, 0, plan_ipc_buffer(plan->sdk) } };
    struct invocation schedule = { .label = labels->tcb_set_sched_params,
        .service = program->tcb,
        .cap_count = 3,
        .caps = { INITIAL_TCB, program->sched_context, program->fault_endpoint },
        .word_count = 2,
        .words = { program->priority, program->priority } };
    struct invocation registers = { .label = labels->tcb_write_registers,
        .service = program->tcb,
        .word_count = 4,
        .words = { 0, 2, program->image.entry, plan_stack_top(plan->sdk) } };

    spec_invoke(&plan->setup, &configure);
    spec_invoke(&plan->setup, &schedule);
    spec_invoke(&plan->setup, &registers);
}

static void configure_pd(struct plan *plan, const struct program *program)
{
    const struct invocation_labels *labels = &plan->sdk->labels;
    struct invocation bind = { .label = labels->tcb_bind_notification,
        .service = program->tcb,
        .cap_count = 1,
        .caps = { program->notification } };
    struct invocation domain = { .label = labels->domain_set,
        .service = DOMAIN_CAP,
        .cap_count = 1,
        .caps = { program->tcb },
        .word_count = 1,
        .words = { program->pd->domain } };
    struct invocation no_fpu = {
        .label = labels->tcb_set_flags, .service = program->tcb, .word_count = 2, .words = { 0, 1 }
    };

    spec_invoke(&plan->setup, &bind);
    if (plan->system->has_domains) {
        spec_invoke(&plan->setup, &domain);
    }
    configure_context(plan, program, BADGE_CONTEXT + program->index);
    configure_tcb(plan, program);
    if (!program->pd->fpu) {
        spec_invoke(&plan->setup, &no_fpu);
    }
}

static void resume(struct plan *plan, const struct program *program)
{
    struct invocation resume_tcb = { .label = plan->sdk->labels.tcb_resume,
        .service = program->tcb };

    spec_invoke(&plan->setup, &resume_tcb);
}

/* End markers need nothing: unused entries are end markers already. */
static void configure_domain_schedule(struct plan *plan)
{
    const struct system *system = plan->system;

    for (size_t i = 0; i < system->schedule.count; i++) {
        const struct domain_slice *slice = &system->schedule.items[i];
        struct invocation entry = { .label = plan->sdk->labels.domain_schedule_configure,
            .service = DOMAIN_CAP,
            .word_count = 3,
            .words = { system->schedule_shift + i, slice->domain, slice->duration },
            .flags = slice->in_ticks ? 0 : SPEC_MICROSECONDS };

        if (slice->duration != 0) {
            spec_invoke(&plan->setup, &entry);
        }
    }
}

static void start_domain_schedule(struct plan *plan)
{
    struct invocation start = { .label = plan->sdk->labels.domain_schedule_set_start,
        .service = DOMAIN_CAP,
        .word_count = 1,
        .words = { plan->system->schedule_shift + plan->system->schedule_start } };

    spec_invoke(&plan->setup, &start);
}

void plan_threads(struct plan *plan)
{
    size_t count = plan->system->pds.count;

    fill_monitor_cspace(plan);
    configure_context(plan, &plan->monitor, 0);
    configure_tcb(plan, &plan->monitor);
    for (size_t i = 0; i < count; i++) {
        fill_cspace(plan, program_at(plan, i));
        give_fault_endpoint(plan, program_at(plan, i));
        configure_pd(plan, program_at(plan, i));
    }
    list_for_each(channel, &plan->system->channels) {
        give_channel(plan, &channel->ends[0], &channel->ends[1]);
        give_channel(plan, &channel->ends[1], &channel->ends[0]);
    }
    if (plan->system->has_domains) {
        configure_domain_schedule(plan);
    }
    resume(plan, &plan->monitor);
    for (size_t i = 0; i < count; i++) {
        resume(plan, program_at(plan, i));
    }
    if (plan->system->has_domains) {
        start_domain_schedule(plan);
    }
}
