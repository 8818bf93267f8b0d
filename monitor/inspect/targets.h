/* SPDX-License-Identifier: BSD-2-Clause */
/* The PDs the monitor holds capabilities of, and their counters in the kernel. */
#pragma once

#include <stdbool.h>

#include <sel4/types.h>

#include "monitor/protocol/messages.h"

/* Reads what the microkit tool wrote about this PD's capabilities. */
void targets_init(void);
/* How many PDs there are, each with a place 0..count-1 in the list. */
unsigned targets_count(void);
/* Index, and PROTOCOL_PD_ flags. */
struct protocol_pd_entry targets_entry(unsigned place);
/* The TCB capability of PD `pd` (index); 0: none. */
seL4_CPtr targets_tcb(unsigned pd);
/* Where PD `pd` (index) is, without stopping it. False: it is the monitor itself, or there is no capability. */
bool targets_registers(unsigned pd, struct protocol_registers_reply *reply);
/* PROTOCOL_HAS_PD_COUNTERS and PROTOCOL_HAS_SC_COUNTERS, as the kernel answers. */
uint32_t targets_features(void);

/* All counters that can be had, now; absent ones are not present. */
void targets_pd_sample(unsigned place, struct protocol_pd_sample *sample);
/* False if the PD has no scheduling context of its own that may be read. */
bool targets_sc_sample(unsigned place, struct protocol_sc_sample *sample);
