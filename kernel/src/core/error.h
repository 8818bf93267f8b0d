/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How operations report: error_t is a seL4_Error, or PREEMPTED when the operation was interrupted
 * and its system call must be repeated. Payload words go to `error_payload` with the helpers below,
 * so a check reads `return error_range(0, max);`. Never both an error and a change of state.
 */
#pragma once

#include <sel4/constants.h>
#include <sel4/errors.h>

#include "kernel/src/core/objects.h"

typedef word_t error_t;

#define OK ((error_t)seL4_NoError)
/* Not a seL4_Error: the system call is to be executed again from the start. */
#define PREEMPTED ((error_t)0x100)

struct error_payload {
    word_t count; /* words to deliver from MR0 on */
    word_t words[5];
};
extern struct error_payload error_payload;

/* InvalidArgument(n): n is the number of the offending argument. */
static inline error_t error_argument(word_t n)
{
    error_payload = (struct error_payload){ 1, { n } };
    return seL4_InvalidArgument;
}

/* InvalidCapability(n): 0 is the invoked capability, n the n-th extra one. */
static inline error_t error_capability(word_t n)
{
    error_payload = (struct error_payload){ 1, { n } };
    return seL4_InvalidCapability;
}

/* RangeError(min, max), both inclusive. */
static inline error_t error_range(word_t min, word_t max)
{
    error_payload = (struct error_payload){ 2, { min, max } };
    return seL4_RangeError;
}

static inline error_t error_not_enough_memory(word_t bytes_left)
{
    error_payload = (struct error_payload){ 1, { bytes_left } };
    return seL4_NotEnoughMemory;
}

/* An error without payload. */
static inline error_t error_plain(seL4_Error error)
{
    error_payload.count = 0;
    return error;
}

/* Number of words that describe a lookup failure, its type included (sel4-abi.md, 5.2). */
word_t lookup_failure_length(const struct lookup_failure *failure);

/* FailedLookup: was_source tells whether the source or the destination lookup failed. */
error_t error_lookup(bool was_source, struct lookup_failure failure);

static inline struct lookup_failure lookup_invalid_root(void)
{
    return (struct lookup_failure){ seL4_InvalidRoot, { 0 } };
}

static inline struct lookup_failure lookup_missing_capability(word_t bits_left)
{
    return (struct lookup_failure){ seL4_MissingCapability, { bits_left } };
}

static inline struct lookup_failure lookup_depth_mismatch(word_t bits_left, word_t bits_found)
{
    return (struct lookup_failure){ seL4_DepthMismatch, { bits_left, bits_found } };
}

static inline struct lookup_failure lookup_guard_mismatch(
        word_t bits_left, word_t guard, word_t guard_size)
{
    return (struct lookup_failure){ seL4_GuardMismatch, { bits_left, guard, guard_size } };
}
