/* SPDX-License-Identifier: BSD-2-Clause */
/* Parent of a worker that crashes: restarts it twice, then stops it for good. */
#include <microkit.h>

#define START_ADDRESS 0x200000 /* of programs linked with microkit.ld */
#define MAX_RESTARTS  2

/* Set by the microkit tool: the worker's number (setvar_id). */
seL4_Word worker;

static unsigned restarts;

void init(void)
{
    microkit_dbg_puts("supervisor: watching child ");
    microkit_dbg_put32((seL4_Uint32)worker);
    microkit_dbg_puts("\n");
}

void notified(microkit_channel ch)
{
    (void)ch;
}

seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
    (void)reply_msginfo;
    microkit_dbg_puts("supervisor: child ");
    microkit_dbg_put32(child);
    if (microkit_msginfo_get_label(msginfo) == seL4_Fault_VMFault) {
        microkit_dbg_puts(" touched address ");
        microkit_dbg_put32((seL4_Uint32)microkit_mr_get(seL4_VMFault_Addr));
    }
    microkit_dbg_puts("\n");
    if (restarts++ < MAX_RESTARTS) {
        microkit_dbg_puts("supervisor: restarting it\n");
        microkit_pd_restart(child, START_ADDRESS);
    } else {
        microkit_dbg_puts("supervisor: stopping it for good\n");
        microkit_pd_stop(child);
    }
    return 0;
}
