/* SPDX-License-Identifier: BSD-2-Clause */
/* What objects need of message passing: buffers and the transfer itself. */
#pragma once

#include "kernel/src/api/invocation.h"
#include "kernel/src/core/cspace.h"

/*
 * The thread's IPC buffer in kernel memory, or NULL: none, device frame, no read right, or (for
 * receiving) no read-write right. Through the frame capability, not through the VSpace.
 */
static inline struct ipc_buffer *ipc_buffer(const struct tcb *thread, bool for_receiving)
{
    struct cap frame = thread->slots[TCB_IPC_BUFFER].cap;

    if (unlikely(cap_type(frame) != CAP_FRAME || cap_frame_is_device(frame))) {
        return NULL;
    }

    enum vm_rights rights = cap_frame_rights(frame);

    if (unlikely(rights != VM_READ_WRITE && (for_receiving || rights != VM_READ_ONLY))) {
        return NULL;
    }

    word_t offset = thread->ipc_buffer_address & MASK(frame_size_bits(cap_frame_size(frame)));

    return (struct ipc_buffer *)((char *)cap_object(frame) + offset);
}

static inline struct ipc_buffer *ipc_buffer_for_sending(const struct tcb *thread)
{
    return ipc_buffer(thread, false);
}

static inline struct ipc_buffer *ipc_buffer_for_receiving(const struct tcb *thread)
{
    return ipc_buffer(thread, true);
}

/*
 * Looks up the first `count` (0..3) capabilities that the thread's buffer names into `extra`.
 * Returns how many it found before the first that leads nowhere.
 */
static inline word_t ipc_lookup_extra_caps(const struct tcb *thread,
        const struct ipc_buffer *buffer, word_t count, struct slot *extra[MAX_EXTRA_CAPS])
{
    struct cap root = thread->slots[TCB_CSPACE].cap;

    for (word_t i = 0; i < count; i++) {
        extra[i] = cspace_lookup_fast(root, buffer->caps_or_badges[i]);
        if (unlikely(extra[i] == NULL)) {
            return i;
        }
    }
    return count;
}

/*
 * Delivers sender's message (or, if it has faulted, its fault) to receiver: message registers,
 * buffer words, capabilities if can_grant, badge and info word. endpoint: for unwrapping; NULL for
 * replies.
 */
void ipc_transfer(struct tcb *sender, struct endpoint *endpoint, word_t badge, bool can_grant,
        struct tcb *receiver);

/*
 * The words of a message that do not travel in registers: 5..length, buffer to buffer. Both threads
 * have their buffers; length is at most MAX_MESSAGE_WORDS.
 */
void ipc_copy_buffer_words(struct tcb *sender, struct tcb *receiver, word_t length);

/* Writes message register n of thread; buffer may be NULL. True if the word had a place. */
static inline bool message_register_write(
        struct tcb *thread, struct ipc_buffer *buffer, word_t n, word_t value)
{
    if (n < MESSAGE_REGISTERS) {
        thread->context.x[REG_MR0 + n] = value;
        return true;
    }
    if (buffer == NULL) {
        return false;
    }
    buffer->msg[n] = value;
    return true;
}

/* Reads message register n of thread; buffer may be NULL (0 then). */
static inline word_t message_register_read(
        const struct tcb *thread, const struct ipc_buffer *buffer, word_t n)
{
    if (n < MESSAGE_REGISTERS) {
        return thread->context.x[REG_MR0 + n];
    }
    return buffer != NULL ? buffer->msg[n] : 0;
}

/* Message info words (sel4-abi.md, 2.4). */
static inline word_t info_new(word_t label, word_t caps_unwrapped, word_t extra_caps, word_t length)
{
    return label << 12 | caps_unwrapped << 9 | extra_caps << 7 | length;
}

static inline word_t info_label(word_t info)
{
    return info >> 12;
}

static inline word_t info_extra_caps(word_t info)
{
    return (info >> 7) & 3;
}

/* Length in words, cut to what a message can have. */
static inline word_t info_length(word_t info)
{
    word_t length = info & MASK(7);

    return length > MAX_MESSAGE_WORDS ? MAX_MESSAGE_WORDS : length;
}
