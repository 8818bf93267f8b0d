/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sampling: the performance monitor's interrupt writes where it hit into a frame that user level
 * gave. Authority: the capability of that interrupt's handler, and the TCB capability of each thread
 * whose registers are to show. An extension (sel4/lionscope.h).
 */
#pragma once

#include "kernel/src/api/invocation.h"

/* LionscopeIRQHandlerStartSampling and -StopSampling. */
error_t sampling_start(struct invocation *inv, word_t intid);
error_t sampling_stop(struct invocation *inv, word_t intid);

/* The handler's last capability goes: no more samples. */
void sampling_finalise(void);

/* The source's interrupt. True: the handler's notification is to be signalled. */
bool sampling_interrupt(void);

/*
 * At kernel entry by an interrupt, when a sample by the timer is due: takes it and returns the thread to resume. The
 * timer's interrupt, a level that nobody has to acknowledge, is gone as soon as it is set anew; others come again.
 */
struct tcb *sampling_tick(struct core_state *core);

/* The same when the performance monitor has overflowed, which is such a level, too. */
struct tcb *sampling_overflow(struct core_state *core);

/* LionscopeTCBSetSampleId and LionscopeSchedContextSetSampleId. */
error_t tcb_sample_id_invoke(struct invocation *inv);
error_t sched_context_sample_id_invoke(struct invocation *inv);
