/* SPDX-License-Identifier: BSD-2-Clause */
/* Call on anything but a waiting server: the way to the kernel's objects. */
#include "kernel/src/api/fastpath.h"

/* The message is not one of registers only. False: something is missing that it needs. */
static inline bool find_buffer_and_caps(struct invocation *inv, word_t info)
{
    word_t count = info_extra_caps(info);

    inv->buffer = ipc_buffer_for_sending(inv->caller);
    inv->extra_count = count;
    return likely(inv->buffer != NULL)
            && likely(ipc_lookup_extra_caps(inv->caller, inv->buffer, count, inv->extra) == count);
}

__attribute__((noinline)) static struct tcb *finish_completely(
        struct invocation *inv, error_t error)
{
    if (invocation_finish(inv, error) == PREEMPTED) {
        schedule_after_preemption();
        irq_handle();
    }
    schedule_if_needed();
    return this_core->current;
}

struct tcb *fastpath_invoke(struct slot *slot, word_t cptr, word_t info, ticks_t now)
{
    struct tcb *caller = this_core->current;
    struct invocation inv;

    this_core->now = now;
    inv.caller = caller;
    inv.slot = slot;
    inv.cap = slot->cap;
    inv.cptr = cptr;
    inv.label = info_label(info);
    inv.length = info_length(info);
    inv.buffer = NULL;
    inv.extra_count = 0;
    inv.blocking = true;
    inv.is_call = true;
    inv.can_donate = true;
    inv.first_phase = false;
    inv.replied = false;
    if ((inv.length > MESSAGE_REGISTERS || info_extra_caps(info) != 0)
            && !find_buffer_and_caps(&inv, info)) {
        return syscall_handle(seL4_SysCall);
    }
    caller->state = THREAD_RESTART;

    /* Who sets up address spaces maps frames most of the time. */
    error_t error =
            likely(cap_type(inv.cap) == CAP_FRAME) ? frame_invoke(&inv) : invocation_dispatch(&inv);

    if (unlikely(error != OK || caller->state != THREAD_RESTART)) {
        return finish_completely(&inv, error);
    }
    if (!inv.replied) {
        caller->context.x[REG_BADGE] = 0;
        caller->context.x[REG_INFO] = 0;
    }
    caller->state = THREAD_RUNNING;
    if (unlikely(this_core->action != SCHEDULE_RESUME_CURRENT || this_core->reprogram
                || caller->sc != this_core->current_sc)) {
        schedule();
        return this_core->current;
    }
    return caller;
}
