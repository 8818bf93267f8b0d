/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts: who gets them (sel4-abi.md, 6.7, 13). User interrupt number = INTID. */
#include "kernel/src/object/irq.h"

#include <sel4/invocation.h>
#include <sel4/lionscope.h>

#include "kernel/src/api/invocation.h"
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/lifecycle.h"
#include "kernel/src/observe/sampling.h"

/* The notification of each interrupt: an ordinary capability in the derivation tree. */
struct slot irq_slots[BOARD_MAX_INTID + 1];
static uint8_t irq_states[BOARD_MAX_INTID + 1];

void irq_set_state(word_t intid, enum irq_state state)
{
    irq_states[intid] = (uint8_t)state;
}

void irq_signal_handler(word_t intid)
{
    struct cap cap = irq_slots[intid].cap;

    if (cap_type(cap) == CAP_NOTIFICATION && cap_has_rights(cap, RIGHT_WRITE)) {
        notification_signal(cap_notification_object(cap), cap_badge(cap));
    }
}

static void deliver_to_user(word_t intid)
{
    arch_irq_deliver(intid);
    irq_signal_handler(intid);
}

/*
 * Whatever the timer was set for: the scheduler looks, and sets it anew, which clears the
 * condition.
 */
static void take_tick(void)
{
    this_core->reprogram = true;
    if (this_core->now >= this_core->sample_at && sampling_interrupt()) {
        irq_signal_handler(ARCH_PMU_INTID);
    }
}

void irq_handle(void)
{
    word_t intid = arch_irq_get_active();

    if (intid > BOARD_MAX_INTID) {
        return;
    }
    switch ((enum irq_state)irq_states[intid]) {
    case IRQ_USED:
        deliver_to_user(intid);
        break;
    case IRQ_TIMER:
        take_tick();
        arch_irq_end(intid);
        break;
    case IRQ_SAMPLING:
        if (sampling_interrupt()) {
            irq_signal_handler(intid);
        }
        arch_irq_end(intid);
        break;
    case IRQ_FREE:
    case IRQ_RESERVED:
        arch_irq_mask(intid);
        arch_irq_end(intid);
        break;
    }
}

void irq_handler_finalise(word_t intid)
{
    if (irq_states[intid] == IRQ_SAMPLING) {
        sampling_finalise();
    }
    slot_delete_leaf(&irq_slots[intid]);
    arch_irq_mask(intid);
    irq_set_state(intid, IRQ_FREE);
}

/* Where an IRQControl operation puts its capability. */
static error_t find_dest(struct invocation *inv, word_t index, word_t depth, struct slot **dest)
{
    error_t error = OK;

    *dest = cspace_lookup_target(extra_cap(inv, 0), index, depth, false, &error);
    if (*dest != NULL && !slot_is_empty(*dest)) {
        return error_plain(seL4_DeleteFirst);
    }
    return error;
}

/* Get and GetTrigger: index and depth follow the `leading` own arguments. */
static error_t issue_handler(struct invocation *inv, word_t leading)
{
    struct slot *dest;
    error_t error;

    if (inv->length < leading + 2 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t intid = message_word(inv, 0);

    if (intid > BOARD_MAX_INTID) {
        return error_range(0, BOARD_MAX_INTID);
    }
    if (irq_states[intid] != IRQ_FREE) {
        return error_plain(seL4_RevokeFirst);
    }
    error = find_dest(inv, message_word(inv, leading), message_word(inv, leading + 1), &dest);
    if (error != OK) {
        return error;
    }
    if (leading == 2) {
        arch_irq_set_trigger(intid, message_word(inv, 1) != 0);
    }
    irq_set_state(intid, IRQ_USED);
    arch_irq_unmask(intid);
    slot_insert_child(cap_irq_handler(intid), inv->slot, dest);
    return OK;
}

static error_t issue_sgi_signal(struct invocation *inv)
{
    struct slot *dest;
    error_t error;

    if (inv->length < 4 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t sgi = message_word(inv, 0);
    word_t target = message_word(inv, 1);

    if (sgi > 15) {
        return error_range(0, 15);
    }
    if (!arch_sgi_target_is_valid(target)) {
        return error_argument(1);
    }
    error = find_dest(inv, message_word(inv, 2), message_word(inv, 3), &dest);
    if (error == OK) {
        slot_insert_child(cap_sgi_signal(sgi, target), inv->slot, dest);
    }
    return error;
}

error_t irq_control_invoke(struct invocation *inv)
{
    switch (inv->label) {
    case IRQIssueIRQHandler:
        return issue_handler(inv, 1);
    case ARMIRQIssueIRQHandlerTrigger:
        return issue_handler(inv, 2);
    case ARMIRQIssueSGISignal:
        return issue_sgi_signal(inv);
    default:
        return error_plain(seL4_IllegalOperation);
    }
}

static error_t set_notification(struct invocation *inv, word_t intid)
{
    if (inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct cap cap = extra_cap(inv, 0);

    if (cap_type(cap) != CAP_NOTIFICATION || !cap_has_rights(cap, RIGHT_WRITE)) {
        return error_capability(0);
    }
    slot_delete_leaf(&irq_slots[intid]);
    slot_insert_derived(cap, inv->extra[0], &irq_slots[intid]);
    return OK;
}

error_t irq_handler_invoke(struct invocation *inv)
{
    word_t intid = cap_irq_handler_intid(inv->cap);

    switch (inv->label) {
    case IRQAckIRQ:
        arch_irq_user_ack(intid);
        return OK;
    case IRQSetIRQHandler:
        return set_notification(inv, intid);
    case IRQClearIRQHandler:
        slot_delete_leaf(&irq_slots[intid]);
        return OK;
    case LionscopeIRQHandlerStartSampling:
        return sampling_start(inv, intid);
    case LionscopeIRQHandlerStopSampling:
        return sampling_stop(inv, intid);
    default:
        return error_plain(seL4_IllegalOperation);
    }
}

error_t sgi_signal_invoke(struct invocation *inv)
{
    arch_sgi_send(cap_sgi_number(inv->cap), cap_sgi_target(inv->cap));
    return OK;
}
