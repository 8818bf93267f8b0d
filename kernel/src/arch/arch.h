/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seam between the kernel and the machine: everything generic code may ask of an architecture.
 * Implemented in arch/<name>/; the inline part of it comes from arch/<name>/arch_inline.h.
 */
#pragma once

#include "kernel/src/api/invocation.h"

/* ---- memory ---- */

#define PPTR_BASE UINT64_C(0xffffff8000000000) /* kernel address of physical address 0 */
#define USER_TOP  UINT64_C(0x00007fffffffffff) /* last user address */

static inline void *paddr_to_kernel(paddr_t paddr)
{
    return (void *)(uintptr_t)(paddr + PPTR_BASE);
}

static inline paddr_t kernel_to_paddr(const void *address)
{
    return (word_t)(uintptr_t)address - PPTR_BASE;
}

/* Zeroes memory without cleaning the caches. start, bytes: multiples of 16; fast for 64. */
void arch_clear_memory(void *start, word_t bytes);
/* Zeroes and cleans to the point of coherency. start, bytes: multiples of 16. */
void arch_clear_memory_to_ram(void *start, word_t bytes);

/* ---- threads ---- */

/* The registers of a new thread: user SPSR. The rest of the context is zero. */
void arch_context_init(struct tcb *tcb);
/* What EL0 may set in SPSR (11.2). */
word_t arch_sanitise_spsr(word_t spsr);

/* Register order of seL4_UserContext (11.1): index of word n, as a pointer into the context. */
#define USER_CONTEXT_WORDS       36
#define USER_CONTEXT_FRAME_WORDS 17
word_t arch_context_read(const struct tcb *tcb, word_t n);
/* Writes word n; 0 (pc) sets the restart PC only; SPSR is sanitised by the caller. */
void arch_context_write(struct tcb *tcb, word_t n, word_t value);

/* A word of the thread's memory through its translation tables; false: not mapped RAM. */
bool arch_read_user_word(struct tcb *tcb, vaddr_t vaddr, word_t *value);
/* Hardware debug builds: stop after so many instructions; 0: no stepping. */
void arch_debug_set_stepping(struct tcb *tcb, word_t instructions);
/* Benchmarks: cleans and invalidates; which: 1 instruction caches, 2 data caches, 3 both. */
void arch_flush_caches(word_t which);
/* Prepares the processor for tcb: address space, FPU access, debug registers, debug step. */
void arch_switch_to_thread(struct tcb *tcb);
void arch_switch_to_idle(void);
/* Another domain begins: no state of a thread may stay in the processor (FPU ownership). */
void arch_domain_switched(void);
/* The address space of the current thread may have changed (SetSpace, ASID gone). */
void arch_vspace_reload_current(void);

/* FPU: forget tcb's live state (it is deleted) / apply a changed fpuDisabled flag. */
void arch_fpu_release(struct tcb *tcb);
void arch_fpu_flags_changed(struct tcb *tcb);
/*
 * Its registers in memory, up to date, and loaded again before it runs. It is not the current
 * thread.
 */
struct fpu_state *arch_fpu_state(struct tcb *tcb);
/* EL0 touched the FPU while access was off: true if it is on now and the access can be retried. */
bool arch_fpu_trapped(struct tcb *tcb);

/* Sleeps until an interrupt is pending (they stay masked). */
void arch_wait_for_interrupt(void);
/* Firmware call: x0..x7 in and out. Without firmware words[0] becomes -1, NOT_SUPPORTED. */
void arch_smc_call(word_t words[8]);

/* ---- time ---- */

/* arch_time_now(): the system counter; arch_timer_set(ticks): interrupt at that absolute time.
 * arch_timer_hz(): constant BOARD_TIMER_HZ. All inline. */

/* ---- interrupts ---- */

#define NO_INTERRUPT (~UINT64_C(0))

/* True if an interrupt waits for the kernel (used at preemption points). Inline and cheap. */
/* static inline bool arch_interrupt_pending(void); */

/* Acknowledges at the controller and returns the INTID, or NO_INTERRUPT (spurious). */
word_t arch_irq_get_active(void);
/* End of handling of what arch_irq_get_active() returned, for the kernel's own interrupts. */
void arch_irq_end(word_t intid);
/* As above for a user's interrupt: it stays silent until arch_irq_user_ack(). */
void arch_irq_deliver(word_t intid);
void arch_irq_mask(word_t intid);
void arch_irq_unmask(word_t intid);
/* User acknowledged: unmask (GICv2) or deactivate (GICv3). */
void arch_irq_user_ack(word_t intid);
/* edge false: level */
void arch_irq_set_trigger(word_t intid, bool edge);
bool arch_sgi_target_is_valid(word_t target);
void arch_sgi_send(word_t sgi, word_t target);
void arch_irq_controller_init(void);
void arch_timer_init(void);

/* Handles the pending interrupt(s) at kernel entry: timer, user interrupts (object/irq.c). */
void irq_handle(void);

/* ---- performance monitor: one counter, for sampling ---- */

/* Its overflow interrupt (Arm BSA, PPI assignments). */
#define ARCH_PMU_INTID 23

bool arch_pmu_is_present(void);
/* Whether this processor counts it; of events that the architecture does not name nobody knows: true. */
bool arch_pmu_counts(word_t event);
/* Counts `event` (number of the architecture) in all modes; an interrupt after each `period`. */
void arch_pmu_start(word_t event, word_t period);
void arch_pmu_stop(void);

/* ---- console (PRINTING builds) ---- */
void arch_console_putchar(char c);
/* Stops this core for good. */
_Noreturn void arch_halt(void);

#include "kernel/src/arch/aarch64/arch_inline.h"
