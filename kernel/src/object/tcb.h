/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of TCB invocation, one file each; all with the checks of sel4-abi.md, 6.4 and 6.5. */
#pragma once

#include "kernel/src/api/invocation.h"

error_t tcb_read_registers(struct invocation *inv, struct tcb *tcb);
error_t tcb_write_registers(struct invocation *inv, struct tcb *tcb);
error_t tcb_copy_registers(struct invocation *inv, struct tcb *tcb);
error_t tcb_configure(struct invocation *inv, struct tcb *tcb);
error_t tcb_set_space(struct invocation *inv, struct tcb *tcb);
error_t tcb_set_ipc_buffer(struct invocation *inv, struct tcb *tcb);
error_t tcb_set_priority(struct invocation *inv, struct tcb *tcb);
error_t tcb_set_mcp(struct invocation *inv, struct tcb *tcb);
error_t tcb_set_sched_params(struct invocation *inv, struct tcb *tcb);
error_t tcb_set_timeout_endpoint(struct invocation *inv, struct tcb *tcb);

/* Installs a copy of the capability in src (value `cap`) into one of the TCB's slots. */
void tcb_install(struct tcb *tcb, unsigned slot, struct cap cap, struct slot *src);
