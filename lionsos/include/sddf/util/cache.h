/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data cache maintenance on [start, end), virtual addresses, widened to whole cache lines. Works at
 * EL0, which the kernel allows. Called by virtualisers around DMA; the bytes must be mapped.
 */
#pragma once

/* Writes dirty lines back: before a device reads the buffer. */
void cache_clean(unsigned long start, unsigned long end);
/* Writes back and discards: after a device wrote the buffer, before it is read. */
void cache_clean_and_invalidate(unsigned long start, unsigned long end);
