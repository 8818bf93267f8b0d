/* SPDX-License-Identifier: BSD-2-Clause */
/* A fault that a waiting handler hears of at once (sel4-abi.md, 10). */
#include "kernel/src/api/fastpath.h"
#include "kernel/src/core/fault.h"

/* The message of the two kinds of fault that processors raise. Returns its length. */
static inline word_t write_message(const struct tcb *faulter, struct tcb *handler)
{
    const struct user_context *from = &faulter->context;
    word_t *words = &handler->context.x[REG_MR0];

    words[0] = from->restart_pc;
    if (faulter->fault.type == FAULT_VM) {
        words[1] = faulter->fault.vm.address;
        words[2] = faulter->fault.vm.instruction;
        words[3] = faulter->fault.vm.status;
        return 4;
    }
    words[1] = from->sp;
    words[2] = from->spsr;
    words[3] = faulter->fault.user_exception.number;

    struct ipc_buffer *buffer = ipc_buffer_for_receiving(handler);

    if (buffer == NULL) {
        return MESSAGE_REGISTERS;
    }
    buffer->msg[MESSAGE_REGISTERS] = faulter->fault.user_exception.code;
    return MESSAGE_REGISTERS + 1;
}

__attribute__((noinline)) static struct tcb *raise_completely(struct tcb *faulter)
{
    fault_raise(faulter);
    schedule();
    return this_core->current;
}

struct tcb *fastpath_fault(struct tcb *faulter)
{
    struct cap cap = faulter->slots[TCB_FAULT_HANDLER].cap;
    word_t type = faulter->fault.type;

    if (unlikely(cap_type(cap) != CAP_ENDPOINT
                || (type != FAULT_VM && type != FAULT_USER_EXCEPTION))) {
        return raise_completely(faulter);
    }

    struct endpoint *endpoint = cap_object(cap);
    struct tcb *handler = endpoint->head;

    if (unlikely(!(endpoint->tail_and_kind & QUEUE_RECEIVERS)
                || !server_can_take_over(faulter, handler) || faulter->sc == NULL
                || faulter->state != THREAD_RUNNING)) {
        return raise_completely(faulter);
    }
    take_first_receiver(endpoint, handler);

    struct reply *reply = wait_for_reply(faulter, handler);

    handler->context.x[REG_BADGE] = cap_badge(cap);
    handler->context.x[REG_INFO] = info_new(type, 0, 0, write_message(faulter, handler));
    count(&faulter->statistics.faults);
    count(&handler->statistics.receives);
    count_switch(faulter, handler, this_core->now);
    if (handler->sc != NULL) {
        return fastpath_switch_context(faulter, handler, this_core->now);
    }
    lend_context(faulter, handler, reply);
    return switch_registers(faulter, handler);
}
