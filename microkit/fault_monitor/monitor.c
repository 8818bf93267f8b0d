/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fault monitor: hears of the faults of PDs that have no parent, and makes PDs passive that ask
 * for it (microkit.md, 12 and 13). Its priority is above all others, so it is always waiting when a
 * message comes.
 */
#include <sel4/sel4.h>

#include "microkit/fault_monitor/console.h"
#include "microkit/fault_monitor/report.h"

#define MAX_PDS 64

/* Slots of the monitor's CSpace (microkit.md, 12). */
#define INPUT_CAP              1
#define REPLY_CAP              2
#define BASE_TCB_CAP           10
#define BASE_VCPU_TCB_CAP      74
#define BASE_SCHED_CONTEXT_CAP 138
#define BASE_NOTIFICATION_CAP  202

/* The microkit tool fills these in: the image has to have room for them. */
#define PATCHED __attribute__((section(".data.monitor"), used))

PATCHED char pd_names[MAX_PDS][PD_NAME_LENGTH];
PATCHED seL4_Word pd_names_len;
PATCHED char pd_files[MAX_PDS][PD_NAME_LENGTH]; /* where the PDs' symbols are, without folders */
PATCHED char vm_names[MAX_PDS][PD_NAME_LENGTH]; /* a VM's name once per virtual CPU */
PATCHED seL4_Word vm_names_len;
PATCHED seL4_Word pd_stack_bottom_addrs[MAX_PDS];

/* Where every PD has it, too (microkit.md, 6.1). */
seL4_IPCBuffer *__sel4_ipc_buffer = (seL4_IPCBuffer *)(seL4_UserTop + 1 - (1UL << seL4_PageBits));

int main(void);

#ifdef CONFIG_DEBUG_BUILD
static void name_thread(seL4_CPtr tcb, const char stored[PD_NAME_LENGTH])
{
    char name[PD_NAME_LENGTH + 1];

    for (int i = 0; i < PD_NAME_LENGTH; i++) {
        name[i] = stored[i];
    }
    name[PD_NAME_LENGTH] = 0;
    seL4_DebugNameThread(tcb, name);
}

/* So that the kernel's own messages tell names. */
static void name_threads(void)
{
    for (seL4_Word i = 0; i < pd_names_len && i < MAX_PDS; i++) {
        name_thread(BASE_TCB_CAP + i, pd_names[i]);
    }
    for (seL4_Word i = 0; i < vm_names_len && i < MAX_PDS; i++) {
        name_thread(BASE_VCPU_TCB_CAP + i, vm_names[i]);
    }
}
#else
static void name_threads(void)
{
}
#endif

/*
 * The PD waits for its first event: from now on it runs on its notification's scheduling context
 * or on its callers'. Fails if a PD asks that the system description does not make passive.
 */
static void make_passive(seL4_Word index)
{
    seL4_Error error = (seL4_Error)seL4_SchedContext_Bind(
            BASE_SCHED_CONTEXT_CAP + index, BASE_NOTIFICATION_CAP + index);

    if (error == seL4_NoError) {
        put_text("MON|INFO: PD '");
        put_name(pd_names[index], PD_NAME_LENGTH);
        put_text("' is now passive!\n");
        return;
    }
    begin_line("PD '");
    put_name(pd_names[index], PD_NAME_LENGTH);
    put_text("' could not become passive, error ");
    put_decimal(error);
    put_text("; does it have passive=\"true\"?\n");
}

static void handle_fault(seL4_Word index, seL4_Word badge, seL4_MessageInfo_t message)
{
    struct faulting_pd pd = { pd_names[index], pd_files[index], BASE_TCB_CAP + index,
        pd_stack_bottom_addrs[index] };
    seL4_Word words[FAULT_WORDS];

    /* At once: the next system call overwrites them. */
    for (int i = 0; i < FAULT_WORDS; i++) {
        words[i] = seL4_GetMR(i);
    }
    if (HAS_CONSOLE) {
        report_fault(&pd, badge, seL4_MessageInfo_get_label(message), words);
    }
}

static void handle_message(seL4_Word badge, seL4_MessageInfo_t message)
{
    seL4_Word index = badge - 1;

    if (index >= pd_names_len || index >= MAX_PDS) {
        begin_line("message with unknown badge ");
        put_short_hex(badge);
        end_line();
        return;
    }
    if (seL4_MessageInfo_get_label(message) == seL4_Fault_NullFault) {
        make_passive(index);
        return;
    }
    handle_fault(index, badge, message);
}

int main(void)
{
    name_threads();
    put_text("MON|INFO: Microkit Monitor started!\n");
    for (;;) {
        /* Never answered: the next wait with the same reply object lets go of the faulting PD. */
        seL4_Word badge = 0;
        seL4_MessageInfo_t message = seL4_Recv(INPUT_CAP, &badge, REPLY_CAP);

        handle_message(badge, message);
    }
}
