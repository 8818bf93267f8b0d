/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of fault messages in words. Each function returns a text that never is null. */
#pragma once

#include <sel4/sel4.h>

/* Fields of an exception syndrome (Arm ARM, ESR_EL1). */
#define SYNDROME_CLASS(esr)     ((esr) >> 26 & 0x3f)
#define SYNDROME_STATUS(esr)    ((esr)&0x3f)
#define SYNDROME_IS_WRITE(esr)  ((esr) >> 6 & 1)
#define SYNDROME_IS_ACCESS(esr) (((esr) >> 8 & 1) == 0) /* no cache maintenance */

#define CLASS_FPU             0x07
#define CLASS_SYSTEM_REGISTER 0x18

/* Whether the kernel sends messages with this label; others are from the PD itself. */
int is_fault(seL4_Word label);
/* What kind of fault a message is about; label: seL4_Fault_... */
const char *decode_fault(seL4_Word label);
/* Exception class: what the processor was doing. */
const char *decode_class(seL4_Word class_number);
/* Status of an abort: why the access failed. */
const char *decode_status(seL4_Word status);
/* Reason of a debug exception. */
const char *decode_debug_reason(seL4_Word reason);
/* Lookup failure of a capability fault. */
const char *decode_lookup_failure(seL4_Word type);
/* The system register that a trapped access (class 0x18) names; "" for one that is not expected. */
const char *decode_system_register(seL4_Word esr);

/*
 * What a PD keeps in capability slot `cptr`, for example "notification of channel"; *id is then the
 * number of the channel, or -1 for slots without number.
 */
const char *decode_slot(seL4_CPtr cptr, seL4_Word *id);
