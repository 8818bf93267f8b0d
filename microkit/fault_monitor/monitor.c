/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fault monitor: hears of the faults of PDs that have no parent, and makes PDs passive that ask
 * for it (microkit.md, 12 and 13). Its priority is above all others.
 */
#include <sel4/sel4.h>

#include "microkit/fault_monitor/console.h"
#include "microkit/fault_monitor/report.h"

#define MAX_PDS 64
#define NAME_LENGTH 64

#define INPUT_CAP 1
#define REPLY_CAP 2
#define BASE_TCB_CAP 10
#define BASE_SCHED_CONTEXT_CAP 138
#define BASE_NOTIFICATION_CAP 202

/* The microkit tool fills these in. */
#define PATCHED __attribute__((section(".data.monitor"), used))

PATCHED char pd_names[MAX_PDS][NAME_LENGTH];
PATCHED seL4_Word pd_names_len;
PATCHED char vm_names[MAX_PDS][NAME_LENGTH];
PATCHED seL4_Word vm_names_len;
PATCHED seL4_Word pd_stack_bottom_addrs[MAX_PDS];

seL4_IPCBuffer *__sel4_ipc_buffer =
        (seL4_IPCBuffer *)(seL4_UserTop + 1 - (1UL << seL4_PageBits));

int main(void);

static void name_threads(void)
{
#ifdef CONFIG_DEBUG_BUILD
    for (seL4_Word i = 0; i < pd_names_len; i++) {
        char name[NAME_LENGTH];

        for (int j = 0; j < NAME_LENGTH; j++) {
            name[j] = pd_names[i][j];
        }
        name[NAME_LENGTH - 1] = 0;
        seL4_DebugNameThread(BASE_TCB_CAP + i, name);
    }
#endif
}

/* The PD waits: from now on it runs on its notification's context or on its callers'. */
static void make_passive(seL4_Word index)
{
    seL4_Error error = (seL4_Error)seL4_SchedContext_Bind(
            BASE_SCHED_CONTEXT_CAP + index, BASE_NOTIFICATION_CAP + index);

    if (error != seL4_NoError) {
        begin_line();
        put_name(pd_names[index], NAME_LENGTH);
        put_text(" could not become passive: error ");
        put_decimal(error);
        put_text("\n");
        return;
    }
    put_text("MON|INFO: PD '");
    put_name(pd_names[index], NAME_LENGTH);
    put_text("' is now passive!\n");
}

static void handle_message(seL4_MessageInfo_t message, seL4_Word badge)
{
    seL4_Word index = badge - 1;

    if (badge == 0 || index >= pd_names_len) {
        begin_line();
        put_text("message with unknown badge ");
        put_hex(badge);
        put_text("\n");
        return;
    }
    if (seL4_MessageInfo_get_label(message) == seL4_Fault_NullFault) {
        make_passive(index);
        return;
    }

    struct faulting_pd pd = { pd_names[index], index, BASE_TCB_CAP + index,
        pd_stack_bottom_addrs[index] };

    report_fault(&pd, message, badge);
}

int main(void)
{
    name_threads();
    put_text("MON|INFO: Microkit Monitor started!\n");
    for (;;) {
        seL4_Word badge = 0;
        seL4_MessageInfo_t message = seL4_Recv(INPUT_CAP, &badge, REPLY_CAP);

        handle_message(message, badge);
    }
}
