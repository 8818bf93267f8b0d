/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of physical addresses. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Addresses from start up to, but not including, end. */
struct range {
    uint64_t start;
    uint64_t end;
};

/* The kernel keeps at most 16 ranges while it boots, four of them for itself and its first task. */
#define RANGES_MAX 12

/* Ascending, no overlaps, neighbours merged. Empty: { .count = 0 }. */
struct range_list {
    struct range at[RANGES_MAX];
    size_t count;
};

bool ranges_overlap(struct range a, struct range b);

/* True if some address is both in the list and in the range. */
bool range_list_touches(const struct range_list *list, struct range range);

/* Adds a range, which may overlap others; an empty one adds nothing. False if the list is full. */
bool range_list_add(struct range_list *list, struct range range);

/* result gets what is in `whole` but not in the list. False if that is more than RANGES_MAX. */
bool range_list_gaps(const struct range_list *list, struct range whole, struct range_list *result);
