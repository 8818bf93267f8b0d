/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Error codes: the label of the reply to a failed Call. The payload is in the message registers. */

typedef enum {
    seL4_NoError = 0,
    seL4_InvalidArgument,   /* MR0: number of the argument */
    seL4_InvalidCapability, /* MR0: 0 the invoked capability, n the n-th extra one */
    seL4_IllegalOperation,
    seL4_RangeError, /* MR0: minimum, MR1: maximum, both inclusive */
    seL4_AlignmentError,
    seL4_FailedLookup, /* MR0: 1 if the source lookup failed; MR1..: lookup failure */
    seL4_TruncatedMessage,
    seL4_DeleteFirst,
    seL4_RevokeFirst,
    seL4_NotEnoughMemory, /* MR0: bytes left */
    seL4_NumErrors
} seL4_Error;
