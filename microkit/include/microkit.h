/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a protection domain (PD) of a Microkit system is programmed against.
 *
 * A PD defines init() and notified(), and where it is called or has children also protected() and
 * fault(). libmicrokit calls these entry points one at a time, on the PD's only thread, and waits
 * for events in between. Every function below may be called from every entry point, from
 * constructors too, unless its comment says otherwise; none may be called from a second thread.
 *
 * Ids are those of the system description. What an id may be is known when the system is built,
 * so a wrong one is a mistake in the program: it is reported on the debug console (configurations
 * with console) as `<pd> <function>: <problem> '<value>'`. Debug configurations look for more
 * mistakes than the others; they never change what a correct program does.
 *
 * Message registers and results of system calls share one buffer: microkit_ppcall,
 * microkit_pd_..., microkit_vcpu_..., microkit_irq_ack and microkit_arm_smc_call overwrite
 * message registers. Set them last before a call or before returning a reply, and read them first
 * after one.
 */
#pragma once

#include <sel4/sel4.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A channel end or an interrupt of this PD: 0..MICROKIT_MAX_CHANNEL_ID, one id space for both. */
typedef unsigned int microkit_channel;
/* A child PD or a virtual CPU of this PD: 0..MICROKIT_MAX_CHANNEL_ID. */
typedef unsigned int microkit_child;
/* An IO port of this PD (x86 only). */
typedef unsigned int microkit_ioport;
/* Label and number of message registers of a protected call, a reply or a fault. */
typedef seL4_MessageInfo_t microkit_msginfo;

/* ---- capability slots of a PD (microkit.md, 7.2); an id is added to a base ---- */

#define MONITOR_EP                   5 /* passive PDs: where they say that they are ready */
#define TCB_CAP                      6 /* benchmark configuration: the PD's own thread */
#define ARM_SMC_CAP                  7 /* smc="true" */
#define BASE_OUTPUT_NOTIFICATION_CAP 10
#define BASE_ENDPOINT_CAP            74
#define BASE_IRQ_CAP                 138
#define BASE_TCB_CAP                 202
#define BASE_VM_TCB_CAP              266
#define BASE_VCPU_CAP                330
#define BASE_IOPORT_CAP              394
#define BASE_USER_CAPS               458

/* The root CNode of a PD has 2^6 slots; <cspace> elements fill those from 1 on. */
#define PD_ROOT_CAP_BITS 6

#define MICROKIT_MAX_USER_CAPS  128
#define MICROKIT_MAX_CHANNELS   62 /* bits 62 and 63 of a badge mark faults and calls */
#define MICROKIT_MAX_CHANNEL_ID (MICROKIT_MAX_CHANNELS - 1)
#define MICROKIT_MAX_IOPORT_ID  MICROKIT_MAX_CHANNELS
#define MICROKIT_PD_NAME_LENGTH 64

/* ---- entry points, which the PD defines ---- */

/*
 * Called once, after constructors and before any event. Lower-priority PDs may not have run yet,
 * higher ones may be waiting already. A passive PD becomes passive when this returns.
 */
void init(void);

/*
 * Channel `ch` was notified, or interrupt `ch` came; an interrupt comes again only after
 * microkit_irq_ack. Several notifications of one channel may arrive as one. Events of several
 * channels that arrive together are delivered in ascending order of ids.
 */
void notified(microkit_channel ch);

/*
 * The other end of `ch` makes a protected call: msginfo tells label and count, the arguments are in
 * the message registers. The caller, of lower priority, waits for the result: label and count are
 * returned, values are left in the message registers. Must be defined if a channel's other end has
 * pp="true"; otherwise libmicrokit has one that reports and stops the PD.
 */
#ifdef __cplusplus
/* `protected` is a reserved word in C++: define this name instead. */
microkit_msginfo microkit_protected(microkit_channel ch, microkit_msginfo msginfo) __asm__(
        "protected");
#else
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo);
#endif

/*
 * Child PD or virtual CPU `child` has faulted and is stopped: the label is the fault's number
 * (seL4_Fault_...), the message registers describe it (seL4_VMFault_Addr and so on). Runs on this
 * PD's own priority and time. True: reply with *reply_msginfo, which lets the child go on (label 0
 * where the kind of fault asks for one); false: no reply, the child stays stopped until
 * microkit_pd_restart or microkit_pd_resume. Must be defined by PDs with children; otherwise
 * libmicrokit has one that reports and stops the PD.
 */
seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo);

/* ---- facts about the PD, written into the program by the microkit tool; read only ---- */

extern char microkit_name[MICROKIT_PD_NAME_LENGTH]; /* ends with 0 unless it has 64 characters */
extern seL4_Bool microkit_passive;
extern seL4_Word microkit_irqs;          /* bit i: id i is an interrupt */
extern seL4_Word microkit_notifications; /* bit i: the other end of channel i may be notified */
extern seL4_Word microkit_pps;           /* bit i: the other end of channel i may be called */
extern seL4_Word microkit_ioports;       /* bit i: id i is an IO port */

/*
 * The deferred action: one message, sent when the entry point returns, in the same system call that
 * waits for the next event. Normally set by microkit_deferred_notify and microkit_deferred_irq_ack;
 * a PD may also set all three itself, microkit_have_signal last, for a capability of its own.
 */
extern seL4_Bool microkit_have_signal;
extern seL4_CPtr microkit_signal_cap;
extern seL4_MessageInfo_t microkit_signal_msg;

/* ---- debug console: these do nothing where the kernel has no console ---- */

/* One character. */
void microkit_dbg_putc(int c);
/* A string that ends with 0. */
void microkit_dbg_puts(const char *s);
/* A number, decimal. */
void microkit_dbg_put8(seL4_Uint8 x);
void microkit_dbg_put32(seL4_Uint32 x);

/* ---- used by the functions below; not for PDs ---- */

/* Whether to look for mistakes that the other configurations do not pay for. */
#ifdef CONFIG_DEBUG_BUILD
#define MICROKIT_INTERNAL_CHECKS 1
#else
#define MICROKIT_INTERNAL_CHECKS 0
#endif

/*
 * Stops the PD with a fault: stores to address `err`, so that the fault report shows the error code
 * as the faulting address. Does not return.
 */
static inline void microkit_internal_crash(seL4_Error err)
{
    volatile int *where = (volatile int *)(seL4_Word)err;

    /* Compilers warn of stores to constant low addresses; so they do not learn that it is one. */
    __asm__("" : "+r"(where));
    *where = 0;
}

/* Prints `<pd> <function>: <problem> '<value>'`. */
__attribute__((cold)) void microkit_internal_misuse(
        const char *function, const char *problem, seL4_Word value);
/* Prints that the kernel refused the operation with `error`, and stops the PD. */
__attribute__((cold)) void microkit_internal_refused(const char *function, seL4_Error error);
/* Debug: says so if this PD has no TCB capability for `child` in the slots from `base` on. */
void microkit_internal_check_child(const char *function, seL4_Word base, microkit_child child);
/* Debug: says so if a deferred action is about to be lost because one on `cap` replaces it. */
void microkit_internal_check_deferred(const char *function, seL4_CPtr cap);

/* Whether bit `id` is set in `ids`, one of the bit maps above; reports it if not. */
static inline seL4_Bool microkit_internal_has(
        seL4_Word ids, microkit_channel id, const char *function)
{
    if (__builtin_expect(id <= MICROKIT_MAX_CHANNEL_ID && (ids >> id & 1) != 0, 1)) {
        return 1;
    }
    microkit_internal_misuse(function, "invalid channel given", id);
    return 0;
}

/* Whether `mr` is a message register; only debug configurations look. */
static inline seL4_Bool microkit_internal_is_mr(seL4_Word mr, const char *function)
{
    if (MICROKIT_INTERNAL_CHECKS && __builtin_expect(mr >= seL4_MsgMaxLength, 0)) {
        microkit_internal_misuse(function, "message registers are 0..119, not", mr);
        return 0;
    }
    return 1;
}

static inline void microkit_internal_defer(
        const char *function, seL4_CPtr cap, seL4_MessageInfo_t message)
{
    if (MICROKIT_INTERNAL_CHECKS) {
        microkit_internal_check_deferred(function, cap);
    }
    microkit_have_signal = 1;
    microkit_signal_cap = cap;
    microkit_signal_msg = message;
}

/* Starts a thread at entry_point; only its program counter is written. */
static inline void microkit_internal_restart(
        const char *function, seL4_Word base, microkit_child child, seL4_Word entry_point)
{
    seL4_UserContext context;
    seL4_Error error;

    if (MICROKIT_INTERNAL_CHECKS) {
        microkit_internal_check_child(function, base, child);
        if (entry_point % 4 != 0) {
            microkit_internal_misuse(function, "the entry point is no multiple of 4:", entry_point);
        }
    }
    __builtin_memset(&context, 0, sizeof(context));
    context.pc = entry_point;
    error = (seL4_Error)seL4_TCB_WriteRegisters(base + child, 1, 0, 1, &context);
    if (__builtin_expect(error != seL4_NoError, 0)) {
        microkit_internal_refused(function, error);
    }
}

static inline void microkit_internal_suspend(
        const char *function, seL4_Word base, microkit_child child)
{
    seL4_Error error;

    if (MICROKIT_INTERNAL_CHECKS) {
        microkit_internal_check_child(function, base, child);
    }
    error = (seL4_Error)seL4_TCB_Suspend(base + child);
    if (__builtin_expect(error != seL4_NoError, 0)) {
        microkit_internal_refused(function, error);
    }
}

/* ---- channels and interrupts ---- */

/*
 * Notifies the other end of channel `ch` at once; never waits. If the other end has a higher
 * priority it runs before this returns. Not a channel this PD may notify: reported, nothing else
 * happens.
 */
static inline void microkit_notify(microkit_channel ch)
{
    if (microkit_internal_has(microkit_notifications, ch, __func__)) {
        seL4_Signal(BASE_OUTPUT_NOTIFICATION_CAP + ch);
    }
}

/*
 * Tells the kernel that interrupt `ch` has been dealt with: it may come again. All interrupts are
 * acknowledged once after init(). Overwrites message registers. Not an interrupt of this PD:
 * reported, nothing else happens.
 */
static inline void microkit_irq_ack(microkit_channel ch)
{
    if (microkit_internal_has(microkit_irqs, ch, __func__)) {
        seL4_IRQHandler_Ack(BASE_IRQ_CAP + ch);
    }
}

/*
 * Like microkit_notify, but when the entry point returns, and without a system call of its own.
 * There is one deferred action at a time: a second one replaces the first, which is then lost
 * (debug configurations say so if they differ). In the init() of a passive PD it is always lost.
 */
static inline void microkit_deferred_notify(microkit_channel ch)
{
    if (microkit_internal_has(microkit_notifications, ch, __func__)) {
        microkit_internal_defer(
                __func__, BASE_OUTPUT_NOTIFICATION_CAP + ch, seL4_MessageInfo_new(0, 0, 0, 0));
    }
}

/* Like microkit_irq_ack, deferred as described above. */
static inline void microkit_deferred_irq_ack(microkit_channel ch)
{
    if (microkit_internal_has(microkit_irqs, ch, __func__)) {
        microkit_internal_defer(
                __func__, BASE_IRQ_CAP + ch, seL4_MessageInfo_new(IRQAckIRQ, 0, 0, 0));
    }
}

/* ---- messages ---- */

/*
 * Describes a message: `label` (52 bits, its meaning is up to both ends) and `count`, how many
 * message registers belong to it, 0..120. Larger values lose their upper bits; debug
 * configurations say so.
 */
static inline microkit_msginfo microkit_msginfo_new(seL4_Word label, seL4_Uint16 count)
{
    if (MICROKIT_INTERNAL_CHECKS && __builtin_expect(count > seL4_MsgMaxLength, 0)) {
        microkit_internal_misuse(__func__, "a message has 120 registers at most, not", count);
    }
    if (MICROKIT_INTERNAL_CHECKS && __builtin_expect(label >> 52 != 0, 0)) {
        microkit_internal_misuse(__func__, "a label has 52 bits at most, too few for", label);
    }
    return seL4_MessageInfo_new(label, 0, 0, count);
}

/* 0..2^52-1 */
static inline seL4_Word microkit_msginfo_get_label(microkit_msginfo msginfo)
{
    return seL4_MessageInfo_get_label(msginfo);
}

/* Number of message registers, 0..120. */
static inline seL4_Word microkit_msginfo_get_count(microkit_msginfo msginfo)
{
    return seL4_MessageInfo_get_length(msginfo);
}

/*
 * Sets message register `mr`, 0..119: an argument of the next microkit_ppcall, or a result when
 * protected() or fault() returns. There is no check, except in debug configurations, where
 * registers that do not exist are reported and not written.
 */
static inline void microkit_mr_set(seL4_Uint8 mr, seL4_Word value)
{
    if (microkit_internal_is_mr(mr, __func__)) {
        seL4_SetMR(mr, value);
    }
}

/*
 * Message register `mr`, 0..119: an argument in protected(), a word of the fault in fault(), a
 * result after microkit_ppcall. Only the first `count` of a message mean anything. Checks as
 * above; registers that do not exist are then 0.
 */
static inline seL4_Word microkit_mr_get(seL4_Uint8 mr)
{
    return microkit_internal_is_mr(mr, __func__) ? seL4_GetMR(mr) : 0;
}

/*
 * Calls protected() of the other end of `ch`, which has a higher priority, and waits for the
 * result: its label and count are returned, the values are in the message registers. Set the
 * arguments before. From protected() it is fine, too: the order of priorities excludes circles.
 * Not a channel this PD may call: reported, an empty message is returned.
 */
static inline microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo)
{
    if (!microkit_internal_has(microkit_pps, ch, __func__)) {
        return seL4_MessageInfo_new(0, 0, 0, 0);
    }
    return seL4_Call(BASE_ENDPOINT_CAP + ch, msginfo);
}

/*
 * ---- children: for the parent only; an id without a child is reported and stops the caller ----
 */

/*
 * Starts child `pd` at address entry_point of its program, whatever it was doing: a fault it
 * waits for an answer to, a call it is making or a wait are abandoned. Its other registers, the
 * stack pointer too, keep their values, and so does its memory.
 */
static inline void microkit_pd_restart(microkit_child pd, seL4_Word entry_point)
{
    microkit_internal_restart(__func__, BASE_TCB_CAP, pd, entry_point);
}

/*
 * Stops child `pd` wherever it is. Its notifications and callers wait. Stopping twice is
 * harmless.
 */
static inline void microkit_pd_stop(microkit_child pd)
{
    microkit_internal_suspend(__func__, BASE_TCB_CAP, pd);
}

/*
 * Lets child `pd` go on where microkit_pd_stop or a fault without reply stopped it; after a fault
 * it repeats the instruction that faulted. Nothing happens to a child that is not stopped, except
 * that a system call it waits in starts again.
 */
static inline void microkit_pd_resume(microkit_child pd)
{
    seL4_Error error;

    if (MICROKIT_INTERNAL_CHECKS) {
        microkit_internal_check_child(__func__, BASE_TCB_CAP, pd);
    }
    error = (seL4_Error)seL4_TCB_Resume(BASE_TCB_CAP + pd);
    if (__builtin_expect(error != seL4_NoError, 0)) {
        microkit_internal_refused(__func__, error);
    }
}

/* ---- capabilities of <cspace> ---- */

/*
 * Capability pointer of slot `slot` that a <cspace> element filled, for use with seL4_...
 * functions. 0, the null capability, for slots that do not exist: 0 and those from 64 on
 * (reported in debug configurations).
 */
static inline seL4_CPtr microkit_cspace_root_slot_to_cptr(seL4_Word slot)
{
    if (slot == 0 || slot >= 1UL << PD_ROOT_CAP_BITS) {
        if (MICROKIT_INTERNAL_CHECKS) {
            microkit_internal_misuse(__func__, "usable slots are 1..63, not", slot);
        }
        return seL4_CapNull;
    }
    return slot << (seL4_WordBits - PD_ROOT_CAP_BITS);
}

/* ---- firmware calls ---- */

#ifdef CONFIG_ALLOW_SMC_CALLS
/*
 * Secure monitor call: x0..x7 from *args, results to *response (the same structure is allowed).
 * For PDs with smc="true"; others are reported and stopped. Firmware may take any time; nothing
 * else runs on this core meanwhile.
 */
static inline void microkit_arm_smc_call(seL4_ARM_SMCContext *args, seL4_ARM_SMCContext *response)
{
    seL4_Error error = (seL4_Error)seL4_ARM_SMC_Call(ARM_SMC_CAP, args, response);

    if (__builtin_expect(error != seL4_NoError, 0)) {
        microkit_internal_refused(__func__, error);
    }
}
#endif

/* ---- virtual CPUs of the PD's virtual machine: kernels that are hypervisors ---- */

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
/* Starts virtual CPU `vcpu` at guest address entry_point; its other registers keep their values. */
static inline void microkit_vcpu_restart(microkit_child vcpu, seL4_Word entry_point)
{
    microkit_internal_restart(__func__, BASE_VM_TCB_CAP, vcpu, entry_point);
}

/* Stops virtual CPU `vcpu` wherever it is. */
static inline void microkit_vcpu_stop(microkit_child vcpu)
{
    microkit_internal_suspend(__func__, BASE_VM_TCB_CAP, vcpu);
}

/*
 * Makes interrupt `irq` (0..1023) pending for the guest through list register `index`. priority:
 * 0..31, 0 is the highest; group: 0 or 1. A list register that is in use, or a value out of
 * range, is reported and stops the PD.
 */
static inline void microkit_vcpu_arm_inject_irq(microkit_child vcpu, seL4_Uint16 irq,
        seL4_Uint8 priority, seL4_Uint8 group, seL4_Uint8 index)
{
    seL4_Error error =
            (seL4_Error)seL4_ARM_VCPU_InjectIRQ(BASE_VCPU_CAP + vcpu, irq, priority, group, index);

    if (__builtin_expect(error != seL4_NoError, 0)) {
        microkit_internal_refused(__func__, error);
    }
}

/* Lets the guest's virtual timer interrupt, 27, come again after a VPPIEvent fault. */
static inline void microkit_vcpu_arm_ack_vppi(microkit_child vcpu, seL4_Word irq)
{
    seL4_Error error = (seL4_Error)seL4_ARM_VCPU_AckVPPI(BASE_VCPU_CAP + vcpu, irq);

    if (__builtin_expect(error != seL4_NoError, 0)) {
        microkit_internal_refused(__func__, error);
    }
}

/* A system register of the guest, as the guest sees it. reg: a seL4_VCPUReg. */
static inline seL4_Word microkit_vcpu_arm_read_reg(microkit_child vcpu, seL4_Word reg)
{
    seL4_ARM_VCPU_ReadRegs_t result = seL4_ARM_VCPU_ReadRegs(BASE_VCPU_CAP + vcpu, reg);

    if (__builtin_expect(result.error != seL4_NoError, 0)) {
        microkit_internal_refused(__func__, (seL4_Error)result.error);
    }
    return result.value;
}

/* Writes a system register of the guest. reg: a seL4_VCPUReg. */
static inline void microkit_vcpu_arm_write_reg(microkit_child vcpu, seL4_Word reg, seL4_Word value)
{
    seL4_Error error = (seL4_Error)seL4_ARM_VCPU_WriteRegs(BASE_VCPU_CAP + vcpu, reg, value);

    if (__builtin_expect(error != seL4_NoError, 0)) {
        microkit_internal_refused(__func__, error);
    }
}
#endif

#ifdef __cplusplus
}
#endif
