/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread's spaces, buffer, priorities, context and handlers (sel4-abi.md, 6.5). */
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/core/fault.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/tcb.h"

void tcb_install(struct tcb *tcb, unsigned slot, struct cap cap, struct slot *src)
{
    slot_delete_short(&tcb->slots[slot]);
    tcb->root_generation = 0; /* it may be the VSpace */
    if (cap_type(cap) != CAP_NULL) {
        slot_insert_derived(cap, src, &tcb->slots[slot]);
    }
}

/* ---- IPC buffer ---- */

struct new_buffer {
    vaddr_t address; /* 0: none */
    struct cap cap;
    struct slot *src;
};

static error_t check_buffer(struct slot *src, vaddr_t address, struct new_buffer *buffer)
{
    error_t error;

    *buffer = (struct new_buffer){ address, cap_null(), src };
    if (address == 0) {
        return OK;
    }
    error = cap_derive(src, src->cap, &buffer->cap);
    if (error != OK) {
        return error;
    }
    if (cap_type(buffer->cap) != CAP_FRAME || cap_frame_is_device(buffer->cap)) {
        return error_plain(seL4_IllegalOperation);
    }
    return IS_ALIGNED(address, IPC_BUFFER_BITS) ? OK : error_plain(seL4_AlignmentError);
}

static void install_buffer(struct tcb *tcb, const struct new_buffer *buffer)
{
    tcb_install(tcb, TCB_IPC_BUFFER, buffer->cap, buffer->src);
    tcb->ipc_buffer_address = buffer->address;
}

error_t tcb_set_ipc_buffer(struct invocation *inv, struct tcb *tcb)
{
    struct new_buffer buffer;

    if (inv->length < 1 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    error_t error = check_buffer(inv->extra[0], message_word(inv, 0), &buffer);

    if (error == OK) {
        install_buffer(tcb, &buffer);
    }
    return error;
}

/* ---- CSpace and VSpace ---- */

struct new_spaces {
    struct cap cspace;
    struct cap vspace;
    struct slot *cspace_src;
    struct slot *vspace_src;
};

static error_t check_spaces(struct tcb *tcb, struct slot *cspace, word_t data, struct slot *vspace,
        struct new_spaces *spaces)
{
    struct cap cap = cspace->cap;
    error_t error;

    if (slot_is_long_running_delete(&tcb->slots[TCB_CSPACE])
            || slot_is_long_running_delete(&tcb->slots[TCB_VSPACE])) {
        return error_plain(seL4_IllegalOperation);
    }
    if (data != 0) {
        cap = cap_apply_data(cap, data, false);
    }
    error = cap_derive(cspace, cap, &spaces->cspace);
    if (error != OK) {
        return error;
    }
    if (cap_type(spaces->cspace) != CAP_CNODE) {
        return error_plain(seL4_IllegalOperation);
    }
    error = cap_derive(vspace, vspace->cap, &spaces->vspace);
    if (error != OK) {
        return error;
    }
    if (cap_type(spaces->vspace) != CAP_VSPACE) {
        return error_plain(seL4_IllegalOperation);
    }
    spaces->cspace_src = cspace;
    spaces->vspace_src = vspace;
    return OK;
}

static void install_spaces(struct tcb *tcb, const struct new_spaces *spaces)
{
    tcb_install(tcb, TCB_CSPACE, spaces->cspace, spaces->cspace_src);
    tcb_install(tcb, TCB_VSPACE, spaces->vspace, spaces->vspace_src);
    if (tcb == this_core->current) {
        arch_vspace_reload_current();
    }
}

error_t tcb_configure(struct invocation *inv, struct tcb *tcb)
{
    struct new_buffer buffer;
    struct new_spaces spaces;
    error_t error;

    if (inv->length < 3 || inv->extra_count < 3) {
        return error_plain(seL4_TruncatedMessage);
    }
    error = check_buffer(inv->extra[2], message_word(inv, 2), &buffer);
    if (error != OK) {
        return error;
    }
    error = check_spaces(tcb, inv->extra[0], message_word(inv, 0), inv->extra[1], &spaces);
    if (error != OK) {
        return error;
    }
    install_spaces(tcb, &spaces);
    install_buffer(tcb, &buffer);
    return OK;
}

error_t tcb_set_space(struct invocation *inv, struct tcb *tcb)
{
    struct new_spaces spaces;
    error_t error;

    if (inv->length < 2 || inv->extra_count < 3) {
        return error_plain(seL4_TruncatedMessage);
    }
    error = check_spaces(tcb, inv->extra[1], message_word(inv, 0), inv->extra[2], &spaces);
    if (error != OK) {
        return error;
    }
    if (!fault_handler_cap_is_valid(extra_cap(inv, 0))) {
        return error_capability(1);
    }
    tcb_install(tcb, TCB_FAULT_HANDLER, extra_cap(inv, 0), inv->extra[0]);
    install_spaces(tcb, &spaces);
    return OK;
}

/* ---- priorities, scheduling context, handlers ---- */

/* Priorities are bounded by the MCP of the authority, the first extra capability. */
static error_t check_authority(struct invocation *inv, word_t words, word_t caps)
{
    if (inv->length < words || inv->extra_count < caps) {
        return error_plain(seL4_TruncatedMessage);
    }
    if (cap_type(extra_cap(inv, 0)) != CAP_THREAD) {
        return error_capability(1);
    }

    word_t mcp = cap_thread_object(extra_cap(inv, 0))->mcp;

    for (word_t i = 0; i < words; i++) {
        if (message_word(inv, i) > mcp) {
            return error_range(0, mcp);
        }
    }
    return OK;
}

error_t tcb_set_priority(struct invocation *inv, struct tcb *tcb)
{
    error_t error = check_authority(inv, 1, 1);

    if (error == OK) {
        thread_set_priority(tcb, message_word(inv, 0));
    }
    return error;
}

error_t tcb_set_mcp(struct invocation *inv, struct tcb *tcb)
{
    error_t error = check_authority(inv, 1, 1);

    if (error == OK) {
        tcb->mcp = (uint8_t)message_word(inv, 0);
    }
    return error;
}

static error_t check_sched_context(struct invocation *inv, struct tcb *tcb, struct cap cap)
{
    if (cap_type(cap) == CAP_NULL) {
        return tcb == inv->caller ? error_plain(seL4_IllegalOperation) : OK;
    }
    if (cap_type(cap) != CAP_SCHED_CONTEXT) {
        return error_capability(2);
    }

    struct sched_context *sc = cap_sched_context_object(cap);
    bool other_sc = tcb->sc != NULL && tcb->sc != sc;
    bool other_tcb = sc->tcb != NULL && sc->tcb != tcb;

    if (other_sc || other_tcb || (thread_is_blocked(tcb) && !sc_is_released(sc))) {
        return error_plain(seL4_IllegalOperation);
    }
    return OK;
}

static void set_sched_context(struct tcb *tcb, struct cap cap)
{
    if (cap_type(cap) == CAP_NULL) {
        if (tcb->sc != NULL) {
            sc_unbind_tcb(tcb->sc);
        }
    } else if (tcb->sc == NULL) {
        sc_bind_tcb(cap_sched_context_object(cap), tcb);
    }
}

error_t tcb_set_sched_params(struct invocation *inv, struct tcb *tcb)
{
    error_t error = check_authority(inv, 2, 3);

    if (error != OK) {
        return error;
    }
    error = check_sched_context(inv, tcb, extra_cap(inv, 1));
    if (error != OK) {
        return error;
    }
    if (!fault_handler_cap_is_valid(extra_cap(inv, 2))) {
        return error_capability(3);
    }
    tcb_install(tcb, TCB_FAULT_HANDLER, extra_cap(inv, 2), inv->extra[2]);
    tcb->mcp = (uint8_t)message_word(inv, 0);
    thread_set_priority(tcb, message_word(inv, 1));
    set_sched_context(tcb, extra_cap(inv, 1));
    return OK;
}

error_t tcb_set_timeout_endpoint(struct invocation *inv, struct tcb *tcb)
{
    if (inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }
    if (!fault_handler_cap_is_valid(extra_cap(inv, 0))) {
        return error_capability(1);
    }
    tcb_install(tcb, TCB_TIMEOUT_HANDLER, extra_cap(inv, 0), inv->extra[0]);
    return OK;
}
