/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/load_generator/histogram.h"

#define STEPS (UINT64_C(1) << HISTOGRAM_STEP_BITS)

/* Values below STEPS have a bucket each; above, each power of two is cut into STEPS buckets. */
static uint32_t bucket_of(uint64_t value)
{
    if (value < STEPS) {
        return (uint32_t)value;
    }
    uint32_t shift = 63 - (uint32_t)__builtin_clzll(value) - HISTOGRAM_STEP_BITS;

    return (uint32_t)((shift << HISTOGRAM_STEP_BITS) + (value >> shift));
}

/* Largest value of a bucket. */
static uint64_t bucket_end(uint32_t bucket)
{
    if (bucket < 2 * STEPS) {
        return bucket;
    }
    uint32_t shift = (uint32_t)(bucket >> HISTOGRAM_STEP_BITS) - 1;
    uint64_t step = STEPS + (bucket & (STEPS - 1));

    return (step << shift) + ((UINT64_C(1) << shift) - 1);
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    if (histogram->count == 0 || value < histogram->smallest) {
        histogram->smallest = value;
    }
    if (value > histogram->largest) {
        histogram->largest = value;
    }
    histogram->count++;
    histogram->sum += value;
    histogram->buckets[bucket_of(value)]++;
}

void histogram_merge(struct histogram *histogram, const struct histogram *other)
{
    if (other->count == 0) {
        return;
    }
    if (histogram->count == 0 || other->smallest < histogram->smallest) {
        histogram->smallest = other->smallest;
    }
    if (other->largest > histogram->largest) {
        histogram->largest = other->largest;
    }
    histogram->count += other->count;
    histogram->sum += other->sum;
    for (uint32_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        histogram->buckets[bucket] += other->buckets[bucket];
    }
}

uint64_t histogram_permille(const struct histogram *histogram, uint32_t permille)
{
    uint64_t rank = (histogram->count * permille + 999) / 1000; /* this many values, at least 1 */
    uint64_t seen = 0;

    if (rank == 0) {
        return histogram->smallest;
    }
    for (uint32_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->buckets[bucket];
        if (seen >= rank) {
            uint64_t end = bucket_end(bucket);

            return end < histogram->largest ? end : histogram->largest;
        }
    }
    return histogram->largest;
}

uint64_t histogram_mean(const struct histogram *histogram)
{
    return histogram->count == 0 ? 0 : histogram->sum / histogram->count;
}
