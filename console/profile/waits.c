/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/waits.h"

#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/json_output.h"

static const char *const reasons[PROTOCOL_WAIT_REASONS] = {
    [PROTOCOL_WAIT_NONE] = "runs",
    [PROTOCOL_WAIT_SIGNAL] = "waits for a signal",
    [PROTOCOL_WAIT_CALL] = "in a call",
    [PROTOCOL_WAIT_SEND] = "waits for a receiver",
    [PROTOCOL_WAIT_BUDGET] = "out of budget",
    [PROTOCOL_WAIT_PREEMPTED] = "preempted",
    [PROTOCOL_WAIT_STOPPED] = "stopped",
    [PROTOCOL_WAIT_BEFORE] = "before the first record",
};

const char *waits_reason(unsigned reason)
{
    return reason < PROTOCOL_WAIT_REASONS ? reasons[reason] : "?";
}

json_t *waits_new(uint64_t ticks)
{
    return json_pack("{s:I,s:[]}", "ticks", (json_int_t)ticks, "entries");
}

void waits_take(json_t *waits, const struct protocol_profile_waits *part)
{
    json_t *entries = json_object_get(waits, "entries");

    for (unsigned i = 0; i < part->waits.count; i++) {
        const struct protocol_profile_wait *wait = &part->waits.at[i];
        int by = wait->by == PROTOCOL_WAIT_BY_IDLE ? -1 : wait->by;

        json_array_append_new(entries,
                json_pack("[i,s,i,I,I]", wait->pd + 1, waits_reason(wait->reason), by,
                        (json_int_t)wait->ticks, (json_int_t)wait->times));
    }
}

/* ---- a list that is sorted, with names ---- */

struct row {
    json_int_t pd, by, ticks, times;
    const char *reason;
};

static int by_pd_and_ticks(const void *a, const void *b)
{
    const struct row *left = a, *right = b;

    if (left->pd != right->pd) {
        return left->pd < right->pd ? -1 : 1;
    }
    return left->ticks < right->ticks ? 1 : left->ticks > right->ticks ? -1 : 0;
}

/* What is damaged in the recording is left out. */
static size_t rows_of(const struct profile *profile, struct row **rows)
{
    const json_t *entries = json_object_get(profile->waits, "entries");
    size_t count = 0, i;
    json_t *entry;

    *rows = calloc(json_array_size(entries) + 1, sizeof(**rows));
    json_array_foreach(entries, i, entry)
    {
        struct row row = { json_integer_value(json_array_get(entry, 0)),
            json_integer_value(json_array_get(entry, 2)),
            json_integer_value(json_array_get(entry, 3)),
            json_integer_value(json_array_get(entry, 4)),
            json_string_value(json_array_get(entry, 1)) };

        if (*rows != NULL && row.reason != NULL && row.pd > 0 && row.by >= -1 && row.ticks >= 0
                && row.times >= 0 && row.pd < (json_int_t)profile->pd_count
                && row.by < (json_int_t)profile->pd_count) {
            (*rows)[count++] = row;
        }
    }
    if (*rows != NULL) {
        qsort(*rows, count, sizeof(**rows), by_pd_and_ticks);
    }
    return count;
}

static const char *name_of(const struct profile *profile, json_int_t by)
{
    return by < 0 ? "an interrupt" : by == 0 ? "" : profile->pds[by];
}

static const char *link_word(const struct row *row)
{
    if (row->by == 0) {
        return "";
    }
    return strcmp(row->reason, reasons[PROTOCOL_WAIT_CALL]) == 0      ? " to "
            : strcmp(row->reason, reasons[PROTOCOL_WAIT_SIGNAL]) == 0 ? ", which came from "
                                                                      : " by ";
}

void waits_print(const struct profile *profile, FILE *out)
{
    double ticks = (double)json_integer_value(json_object_get(profile->waits, "ticks"));
    struct row *rows;
    size_t count = rows_of(profile, &rows);

    fprintf(out, "%-16s %6s %9s %12s  %s\n", "PD", "TIME%", "TIMES", "EACH us", "");
    for (size_t i = 0; i < count; i++) {
        double us = (double)rows[i].ticks * 1e6 / (double)profile->ticks_per_second;

        fprintf(out, "%-16s %6.2f %9lld %12.1f  %s%s%s\n",
                i == 0 || rows[i].pd != rows[i - 1].pd ? profile->pds[rows[i].pd] : "",
                ticks > 0 ? 100 * (double)rows[i].ticks / ticks : 0, (long long)rows[i].times,
                rows[i].times > 0 ? us / (double)rows[i].times : us, rows[i].reason,
                link_word(&rows[i]), name_of(profile, rows[i].by));
    }
    free(rows);
}

json_t *waits_json(const struct profile *profile)
{
    json_t *list = json_array();
    struct row *rows;
    size_t count = rows_of(profile, &rows);

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list,
                json_pack("{s:s,s:s,s:s,s:o,s:o}", "pd", profile->pds[rows[i].pd], "reason",
                        rows[i].reason, "by", name_of(profile, rows[i].by), "ticks",
                        json_u64((uint64_t)rows[i].ticks), "times",
                        json_u64((uint64_t)rows[i].times)));
    }
    free(rows);
    return list;
}
