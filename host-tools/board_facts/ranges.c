/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/board_facts/ranges.h"

#include <string.h>

bool ranges_overlap(struct range a, struct range b)
{
    return a.start < b.end && b.start < a.end;
}

bool range_list_touches(const struct range_list *list, struct range range)
{
    for (size_t i = 0; i < list->count; i++) {
        if (ranges_overlap(list->at[i], range)) {
            return true;
        }
    }
    return false;
}

bool range_list_add(struct range_list *list, struct range range)
{
    size_t first = 0;

    if (range.start >= range.end) {
        return true;
    }
    while (first < list->count && list->at[first].end < range.start) {
        first++;
    }

    size_t behind = first; /* [first, behind) touch the new range and become one with it */

    while (behind < list->count && list->at[behind].start <= range.end) {
        range.start = range.start < list->at[behind].start ? range.start : list->at[behind].start;
        range.end = range.end > list->at[behind].end ? range.end : list->at[behind].end;
        behind++;
    }
    if (behind == first && list->count == RANGES_MAX) {
        return false;
    }
    memmove(&list->at[first + 1], &list->at[behind], (list->count - behind) * sizeof(range));
    list->at[first] = range;
    list->count = list->count - (behind - first) + 1;
    return true;
}

bool range_list_gaps(const struct range_list *list, struct range whole, struct range_list *result)
{
    result->count = 0;
    for (size_t i = 0; i < list->count && whole.start < whole.end; i++) {
        uint64_t end = list->at[i].start < whole.end ? list->at[i].start : whole.end;

        if (!range_list_add(result, (struct range){ whole.start, end })) {
            return false;
        }
        if (list->at[i].end > whole.start) {
            whole.start = list->at[i].end;
        }
    }
    return range_list_add(result, whole);
}
