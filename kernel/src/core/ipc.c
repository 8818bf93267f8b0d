/* SPDX-License-Identifier: BSD-2-Clause */
/* Message transfer between two threads (sel4-abi.md, 2.5, 4.5, 7.4). */
#include "kernel/src/core/ipc.h"

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/core/fault.h"
#include "kernel/src/observe/statistics_count.h"

struct transferred {
    word_t processed; /* extra capabilities dealt with before the transfer stopped */
    word_t unwrapped; /* bit i: capability i arrived as a badge */
};

/* Derives a copy of the capability in src into dest. */
static bool transfer_one(struct slot *src, struct slot *dest)
{
    struct cap derived;

    if (dest == NULL || cap_derive(src, src->cap, &derived) != OK
            || cap_type(derived) == CAP_NULL) {
        return false;
    }
    slot_insert_derived(derived, src, dest);
    return true;
}

static struct transferred transfer_caps(struct slot *const *extra, int count,
        struct endpoint *endpoint, struct tcb *receiver, struct ipc_buffer *buffer)
{
    struct transferred result = { 0, 0 };
    struct slot *dest = cspace_receive_slot(receiver, buffer);

    for (int i = 0; i < count; i++) {
        struct cap cap = extra[i]->cap;

        if (cap_type(cap) == CAP_ENDPOINT && endpoint != NULL && cap_object(cap) == endpoint) {
            buffer->caps_or_badges[i] = cap_badge(cap);
            result.unwrapped |= BIT(i);
        } else if (transfer_one(extra[i], dest)) {
            dest = NULL; /* one slot per message */
        } else {
            break;
        }
        result.processed++;
    }
    return result;
}

static struct transferred transfer_extra_caps(struct tcb *sender, struct ipc_buffer *send_buffer,
        struct endpoint *endpoint, struct tcb *receiver, struct ipc_buffer *receive_buffer)
{
    struct slot *extra[MAX_EXTRA_CAPS];

    if (send_buffer == NULL || receive_buffer == NULL) {
        return (struct transferred){ 0, 0 };
    }

    word_t count = info_extra_caps(sender->context.x[REG_INFO]);

    if (ipc_lookup_extra_caps(sender, send_buffer, count, extra) != count) {
        return (struct transferred){ 0, 0 };
    }
    return transfer_caps(extra, (int)count, endpoint, receiver, receive_buffer);
}

static void copy_message_registers(const struct tcb *sender, struct tcb *receiver, word_t length)
{
    for (word_t i = 0; i < MIN(length, MESSAGE_REGISTERS); i++) {
        receiver->context.x[REG_MR0 + i] = sender->context.x[REG_MR0 + i];
    }
}

/* Two words a step: bounds are in words; at most MAX_MESSAGE_WORDS. */
static void copy_buffer_words(const struct ipc_buffer *from, struct ipc_buffer *to, word_t length)
{
    const word_t *source = from->msg;
    word_t *target = to->msg;
    word_t i = MESSAGE_REGISTERS;

    for (; i + 2 <= length; i += 2) {
        word_t first = source[i];
        word_t second = source[i + 1];

        target[i] = first;
        target[i + 1] = second;
    }
    if (i < length) {
        target[i] = source[i];
    }
}

void ipc_copy_buffer_words(struct tcb *sender, struct tcb *receiver, word_t length)
{
    copy_buffer_words(ipc_buffer_for_sending(sender), ipc_buffer_for_receiving(receiver), length);
}

/* A message that does not fit into registers, or carries capabilities. Returns the info word. */
static word_t transfer_long(
        struct tcb *sender, struct endpoint *endpoint, bool can_grant, struct tcb *receiver)
{
    word_t info = sender->context.x[REG_INFO];
    word_t length = info_length(info);
    struct ipc_buffer *send_buffer = ipc_buffer_for_sending(sender);
    struct ipc_buffer *receive_buffer = ipc_buffer_for_receiving(receiver);
    struct transferred caps = { 0, 0 };

    if (send_buffer == NULL || receive_buffer == NULL) {
        length = MIN(length, MESSAGE_REGISTERS);
    }
    copy_message_registers(sender, receiver, length);
    if (length > MESSAGE_REGISTERS) {
        copy_buffer_words(send_buffer, receive_buffer, length);
    }
    if (can_grant && info_extra_caps(info) != 0) {
        caps = transfer_extra_caps(sender, send_buffer, endpoint, receiver, receive_buffer);
    }
    return info_new(info_label(info), caps.unwrapped, caps.processed, length);
}

void ipc_transfer(struct tcb *sender, struct endpoint *endpoint, word_t badge, bool can_grant,
        struct tcb *receiver)
{
    word_t info = sender->context.x[REG_INFO];

    count(&receiver->statistics.receives);
    if (unlikely(sender->fault.type != FAULT_NONE)) {
        struct ipc_buffer *buffer = ipc_buffer_for_receiving(receiver);
        word_t length = fault_message_write(sender, receiver, buffer);

        info = info_new(sender->fault.type, 0, 0, length);
    } else if (info_extra_caps(info) == 0 && info_length(info) <= MESSAGE_REGISTERS) {
        copy_message_registers(sender, receiver, info_length(info));
        info = info_new(info_label(info), 0, 0, info_length(info));
    } else {
        info = transfer_long(sender, endpoint, can_grant, receiver);
    }
    receiver->context.x[REG_BADGE] = badge;
    receiver->context.x[REG_INFO] = info;
}
