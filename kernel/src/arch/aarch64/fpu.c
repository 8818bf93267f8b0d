/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FPU registers. A thread that never touches them costs nothing: its access is off, and the last
 * owner's state stays in the registers. The first access traps; from then on the thread is marked
 * and its registers are switched when it is (sel4-abi.md, 11.4).
 */
#include "kernel/src/arch/aarch64/fpu.h"

#include "kernel/src/arch/arch.h"

void arch_fpu_save(struct fpu_state *state);
void arch_fpu_load(const struct fpu_state *state);

#define CPACR_FPEN_EL1_ONLY (UINT64_C(1) << 20)
#define CPACR_FPEN_ALL      (UINT64_C(3) << 20)

static void set_user_access(bool on)
{
    write_sysreg(cpacr_el1, on ? CPACR_FPEN_ALL : CPACR_FPEN_EL1_ONLY);
    this_core->fpu_enabled = on;
}

void arch_fpu_init(void)
{
    set_user_access(false);
    __asm__ volatile("isb");
}

static void save_owner(void)
{
    if (this_core->fpu_owner != NULL) {
        arch_fpu_save(&this_core->fpu_owner->fpu);
        this_core->fpu_owner = NULL;
    }
}

void arch_fpu_switch(struct tcb *next)
{
    if (!next->fpu_used) {
        set_user_access(false);
        return;
    }
    if (!this_core->fpu_enabled) {
        set_user_access(true);
    }

    struct tcb *owner = this_core->fpu_owner;

    if (owner == next) {
        return;
    }
    this_core->fpu_owner = next;
    if (owner == NULL) {
        arch_fpu_load(&next->fpu);
    } else {
        (void)arch_fpu_exchange(next, &owner->fpu, &next->fpu);
    }
}

bool arch_fpu_trapped(struct tcb *tcb)
{
    if (tcb->flags & TCB_FLAG_FPU_DISABLED) {
        return false;
    }
    tcb->fpu_used = true;
    arch_fpu_switch(tcb);
    return true;
}

void arch_fpu_release(struct tcb *tcb)
{
    if (this_core->fpu_owner == tcb) {
        this_core->fpu_owner = NULL;
    }
}

struct fpu_state *arch_fpu_state(struct tcb *tcb)
{
    if (this_core->fpu_owner == tcb) {
        save_owner();
    }
    return &tcb->fpu;
}

void arch_fpu_flags_changed(struct tcb *tcb)
{
    if (!(tcb->flags & TCB_FLAG_FPU_DISABLED)) {
        return; /* the next access traps and gets it going */
    }
    if (this_core->fpu_owner == tcb) {
        save_owner();
    }
    tcb->fpu_used = false;
    if (tcb == this_core->current) {
        set_user_access(false);
    }
}

void arch_domain_switched(void)
{
    save_owner();
    set_user_access(false);
}
