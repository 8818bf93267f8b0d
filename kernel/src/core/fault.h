/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults: raising, their messages, and what a reply to one means (sel4-abi.md, 10). */
#pragma once

#include "kernel/src/api/invocation.h"

/*
 * The current thread has faulted, its field `fault` says how: sends that to its handler, or makes
 * it inactive (and says so on the console in PRINTING builds). The caller schedules afterwards.
 */
void fault_raise(struct tcb *thread);

/* A timeout fault for a thread whose budget ran out; it has a valid timeout handler. */
void fault_raise_timeout(struct tcb *thread);

/* The thread has an endpoint with the needed rights as timeout handler. */
bool fault_has_timeout_handler(const struct tcb *thread);

/* A capability may serve as fault or timeout handler (sel4-abi.md, 6.5). */
bool fault_handler_cap_is_valid(struct cap cap);

/*
 * Writes sender's fault as message into receiver's registers and buffer (sel4-abi.md, 10.3).
 * Returns the number of words that arrived; the label is sender->fault.type.
 */
word_t fault_message_write(struct tcb *sender, struct tcb *receiver, struct ipc_buffer *buffer);

/*
 * A reply (label, length and registers of replier) reaches a faulted thread (10.4): registers are
 * taken over. True: it continues at its restart PC, false: it becomes inactive.
 */
bool fault_reply_apply(struct tcb *faulted, struct tcb *replier);

/* Prints what happened to a thread that has no handler. PRINTING builds; nothing otherwise. */
void fault_report_unhandled(struct tcb *thread);
