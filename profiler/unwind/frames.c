/* SPDX-License-Identifier: BSD-2-Clause */
#include "profiler/unwind/frames.h"

#define RECORD_BYTES 16 /* caller's frame pointer, return address */

static bool is_record(const struct stack_view *view, uint64_t lowest, uint64_t fp)
{
    uint64_t offset = fp - view->pd_address;

    return fp % RECORD_BYTES == 0 && fp >= lowest && fp >= view->pd_address
            && view->size >= RECORD_BYTES && offset <= view->size - RECORD_BYTES;
}

size_t frames_walk(const struct stack_view *view, uint64_t sp, uint64_t fp, uint64_t *out,
        size_t max, bool *cut)
{
    size_t depth = 0;
    uint64_t lowest = sp;

    *cut = false;
    while (fp != 0) {
        const volatile uint64_t *record;

        if (depth == max || !is_record(view, lowest, fp)) {
            *cut = true;
            break;
        }
        record = view->memory + (fp - view->pd_address) / sizeof(uint64_t);
        lowest = fp + RECORD_BYTES;
        fp = record[0];
        if (record[1] == 0) {
            break; /* start-up code that nobody called */
        }
        out[depth++] = record[1];
    }
    return depth;
}
