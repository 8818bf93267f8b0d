/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walks frame records (AAPCS64, "The Frame Pointer") on a stack that is not trusted. Pure: builds for the host.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stack as the walker sees it: pd_address .. pd_address + size of its owner is at memory. */
struct stack_view {
    const volatile uint64_t *memory;
    uint64_t pd_address; /* a multiple of 16, like size */
    uint64_t size;
};

/*
 * Return addresses from the frame record at fp outwards into out[0..max-1]; their number. Each record must
 * be aligned, lie at or above sp and in the view, and above the one before it. *cut: the chain did not
 * come to its end (a record with frame pointer 0) but broke a rule or was longer than max.
 */
size_t frames_walk(const struct stack_view *view, uint64_t sp, uint64_t fp, uint64_t *out,
        size_t max, bool *cut);
