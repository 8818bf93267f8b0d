/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a protection domain (PD) of a Microkit system is programmed against. A PD defines init() and
 * notified(), and where it is called or has children also protected() and fault(); libmicrokit calls
 * them one at a time, on the PD's one thread. Everything here may be called from any of them.
 */
#pragma once

#include <sel4/sel4.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Number of a channel end or an interrupt of this PD, as in the system description: 0..61. */
typedef unsigned int microkit_channel;
/* Number of a child PD, as in the system description: 0..61. */
typedef unsigned int microkit_child;
/* Number of an IO port (x86 only). */
typedef unsigned int microkit_ioport;
/* Label and number of message registers of a protected call. */
typedef seL4_MessageInfo_t microkit_msginfo;

/* Slots of a PD's CSpace; a channel's or child's number is added to a base. */
#define MONITOR_EP 5
#define TCB_CAP 6
#define ARM_SMC_CAP 7
#define BASE_OUTPUT_NOTIFICATION_CAP 10
#define BASE_ENDPOINT_CAP 74
#define BASE_IRQ_CAP 138
#define BASE_TCB_CAP 202
#define BASE_VM_TCB_CAP 266
#define BASE_VCPU_CAP 330
#define BASE_IOPORT_CAP 394
#define BASE_USER_CAPS 458

/* The root CNode of a PD has 2^6 slots; <cspace> elements fill those from 1 on. */
#define PD_ROOT_CAP_BITS 6

#define MICROKIT_MAX_USER_CAPS 128
#define MICROKIT_MAX_CHANNELS 62
#define MICROKIT_MAX_CHANNEL_ID (MICROKIT_MAX_CHANNELS - 1)
#define MICROKIT_MAX_IOPORT_ID MICROKIT_MAX_CHANNELS
#define MICROKIT_PD_NAME_LENGTH 64

/* ---- what a PD defines ---- */

/* Called once, before anything else. */
void init(void);
/* A notification on channel `ch`, or interrupt `ch`. Several of the same id may arrive as one. */
void notified(microkit_channel ch);
/*
 * A protected call from the other end of `ch`; arguments are in the message registers. The result is
 * the reply's label and length. The caller waits meanwhile.
 */
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo);
/*
 * A fault of child `child`: the label is the fault's number (seL4_Fault_*), the message registers
 * describe it. True: reply with *reply_msginfo, which lets the child go on; false: it stays stopped.
 */
seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo);

/* ---- what the microkit tool sets ---- */

extern char microkit_name[MICROKIT_PD_NAME_LENGTH]; /* ends with 0 if shorter than 64 */
extern seL4_Bool microkit_passive;
extern seL4_Word microkit_irqs;          /* bit i: interrupt i exists */
extern seL4_Word microkit_notifications; /* bit i: channel i may be notified */
extern seL4_Word microkit_pps;           /* bit i: channel i may be called */
extern seL4_Word microkit_ioports;

/* The deferred action: performed when the entry point returns. */
extern seL4_Bool microkit_have_signal;
extern seL4_CPtr microkit_signal_cap;
extern seL4_MessageInfo_t microkit_signal_msg;

/* ---- debug console: does nothing where the kernel has no console ---- */

void microkit_dbg_putc(int c);
void microkit_dbg_puts(const char *s);
/* Decimal. */
void microkit_dbg_put8(seL4_Uint8 x);
void microkit_dbg_put32(seL4_Uint32 x);

/* Ends the PD with a fault at address `err`, which its report then shows. */
static inline void microkit_internal_crash(seL4_Error err)
{
    volatile int *where = (volatile int *)(seL4_Word)err;

    *where = 0;
}

/* Says that `function` was given a channel, interrupt or child that this PD does not have. */
void microkit_internal_invalid_channel(const char *function, unsigned int id);
/* Says that the kernel refused an operation, then ends the PD. */
void microkit_internal_refused(const char *function, seL4_Error error);

/* ids is one of the bit maps above. */
static inline seL4_Bool microkit_internal_valid(seL4_Word ids, microkit_channel id)
{
    return id <= MICROKIT_MAX_CHANNEL_ID && (ids >> id & 1) != 0;
}

/* ---- channels and interrupts ---- */

/*
 * Notifies the other end of channel `ch` at once; never blocks. A channel this PD may not notify: a
 * message on the debug console, nothing else.
 */
static inline void microkit_notify(microkit_channel ch)
{
    if (__builtin_expect(!microkit_internal_valid(microkit_notifications, ch), 0)) {
        microkit_internal_invalid_channel("microkit_notify", ch);
        return;
    }
    seL4_Signal(BASE_OUTPUT_NOTIFICATION_CAP + ch);
}

/* Tells the kernel that interrupt `ch` is dealt with: it may come again. */
static inline void microkit_irq_ack(microkit_channel ch)
{
    if (__builtin_expect(!microkit_internal_valid(microkit_irqs, ch), 0)) {
        microkit_internal_invalid_channel("microkit_irq_ack", ch);
        return;
    }
    seL4_IRQHandler_Ack(BASE_IRQ_CAP + ch);
}

/*
 * Like microkit_notify, but sent when the entry point returns, in one system call with waiting for
 * the next event. There is one deferred action at a time: a second one replaces the first.
 */
static inline void microkit_deferred_notify(microkit_channel ch)
{
    if (__builtin_expect(!microkit_internal_valid(microkit_notifications, ch), 0)) {
        microkit_internal_invalid_channel("microkit_deferred_notify", ch);
        return;
    }
    microkit_have_signal = 1;
    microkit_signal_cap = BASE_OUTPUT_NOTIFICATION_CAP + ch;
    microkit_signal_msg = seL4_MessageInfo_new(0, 0, 0, 0);
}

/* Like microkit_irq_ack, deferred as above. */
static inline void microkit_deferred_irq_ack(microkit_channel ch)
{
    if (__builtin_expect(!microkit_internal_valid(microkit_irqs, ch), 0)) {
        microkit_internal_invalid_channel("microkit_deferred_irq_ack", ch);
        return;
    }
    microkit_have_signal = 1;
    microkit_signal_cap = BASE_IRQ_CAP + ch;
    microkit_signal_msg = seL4_MessageInfo_new(IRQAckIRQ, 0, 0, 0);
}

/* ---- protected calls ---- */

/* A message: `label` (52 bits) says what it is, `count` (0..120) how many registers count. */
static inline microkit_msginfo microkit_msginfo_new(seL4_Word label, seL4_Uint16 count)
{
    return seL4_MessageInfo_new(label, 0, 0, count);
}

static inline seL4_Word microkit_msginfo_get_label(microkit_msginfo msginfo)
{
    return seL4_MessageInfo_get_label(msginfo);
}

static inline seL4_Word microkit_msginfo_get_count(microkit_msginfo msginfo)
{
    return seL4_MessageInfo_get_length(msginfo);
}

/*
 * Message register mr, 0..119. They hold the arguments of a call after they are set and until the
 * next system call with a result; then that call's results.
 */
static inline void microkit_mr_set(seL4_Uint8 mr, seL4_Word value)
{
    seL4_SetMR(mr, value);
}

static inline seL4_Word microkit_mr_get(seL4_Uint8 mr)
{
    return seL4_GetMR(mr);
}

/*
 * Calls protected() of the other end of `ch` and waits for its result. A channel this PD may not
 * call: a message on the debug console and an empty result.
 */
static inline microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo)
{
    if (__builtin_expect(!microkit_internal_valid(microkit_pps, ch), 0)) {
        microkit_internal_invalid_channel("microkit_ppcall", ch);
        return seL4_MessageInfo_new(0, 0, 0, 0);
    }
    return seL4_Call(BASE_ENDPOINT_CAP + ch, msginfo);
}

/* ---- children ---- */

/* Starts child `pd` at entry_point. Its other registers, the stack pointer too, keep their values. */
static inline void microkit_pd_restart(microkit_child pd, seL4_Word entry_point)
{
    seL4_UserContext context = { 0 };

    context.pc = entry_point;

    seL4_Error error = (seL4_Error)seL4_TCB_WriteRegisters(BASE_TCB_CAP + pd, 1, 0, 1, &context);

    if (error != seL4_NoError) {
        microkit_internal_refused("microkit_pd_restart", error);
    }
}

/* Stops child `pd` wherever it is. */
static inline void microkit_pd_stop(microkit_child pd)
{
    seL4_Error error = (seL4_Error)seL4_TCB_Suspend(BASE_TCB_CAP + pd);

    if (error != seL4_NoError) {
        microkit_internal_refused("microkit_pd_stop", error);
    }
}

/* Lets a stopped child go on where it was. */
static inline void microkit_pd_resume(microkit_child pd)
{
    seL4_Error error = (seL4_Error)seL4_TCB_Resume(BASE_TCB_CAP + pd);

    if (error != seL4_NoError) {
        microkit_internal_refused("microkit_pd_resume", error);
    }
}

/* ---- capabilities of <cspace> ---- */

/* Capability pointer of a slot that a <cspace> element filled, 1..63; 0 for others. */
static inline seL4_CPtr microkit_cspace_root_slot_to_cptr(seL4_Word slot)
{
    if (slot == 0 || slot >= (1UL << PD_ROOT_CAP_BITS)) {
        return seL4_CapNull;
    }
    return slot << (seL4_WordBits - PD_ROOT_CAP_BITS);
}

/* ---- secure monitor calls, for PDs with smc="true" ---- */

#ifdef CONFIG_ALLOW_SMC_CALLS
static inline void microkit_arm_smc_call(seL4_ARM_SMCContext *args, seL4_ARM_SMCContext *response)
{
    seL4_Error error = (seL4_Error)seL4_ARM_SMC_Call(ARM_SMC_CAP, args, response);

    if (error != seL4_NoError) {
        microkit_internal_refused("microkit_arm_smc_call", error);
    }
}
#endif

#ifdef __cplusplus
}
#endif
