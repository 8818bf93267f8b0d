/* SPDX-License-Identifier: BSD-2-Clause */
/* Latencies in nanoseconds, counted in buckets that are at most 1/64 of their value wide. */
#pragma once

#include <stdint.h>

#define HISTOGRAM_STEP_BITS 6 /* buckets per power of two, as a power of two */
#define HISTOGRAM_BUCKETS   ((64 - HISTOGRAM_STEP_BITS + 1) << HISTOGRAM_STEP_BITS)

/* Zero at the start. */
struct histogram {
    uint64_t count;
    uint64_t sum;
    uint64_t smallest; /* if count > 0 */
    uint64_t largest;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t value);

/* Adds all values of `other`. */
void histogram_merge(struct histogram *histogram, const struct histogram *other);

/*
 * The value that `permille` of 1000 values do not exceed, 0..1000: at most one bucket too large, and
 * never above the largest. 0 if there are no values.
 */
uint64_t histogram_permille(const struct histogram *histogram, uint32_t permille);

/* 0 if there are no values. */
uint64_t histogram_mean(const struct histogram *histogram);
