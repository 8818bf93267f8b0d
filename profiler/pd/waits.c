/* SPDX-License-Identifier: BSD-2-Clause */
#include "profiler/pd/waits.h"

/* lionscope_tcb_statistics.state */
enum thread_state {
    STATE_INACTIVE,
    STATE_RUNNING,
    STATE_RESTART,
    STATE_RECEIVE,
    STATE_SEND,
    STATE_REPLY,
    STATE_NOTIFICATION,
};

static bool is_pd(uint16_t id)
{
    return id != 0 && id <= WAITS_PDS_MAX;
}

void waits_begin(struct waits *waits, uint64_t now)
{
    waits->count = 0;
    waits->since = now;
    waits->lost = 0;
    waits->preempted = 0;
    for (unsigned i = 0; i <= WAITS_PDS_MAX; i++) {
        waits->pds[i].since = now;
        waits->pds[i].by = 0;
        waits->pds[i].reason = WAIT_BEFORE;
    }
}

static struct wait_entry *find(struct waits *waits, uint16_t pd, uint8_t reason, uint16_t by)
{
    struct wait_entry *entry;

    for (size_t i = 0; i < waits->count; i++) {
        entry = &waits->entries[i];
        if (entry->pd == pd && entry->reason == reason && entry->by == by) {
            return entry;
        }
    }
    if (waits->count == WAITS_ENTRIES_MAX) {
        return NULL;
    }
    entry = &waits->entries[waits->count++];
    entry->pd = pd;
    entry->reason = reason;
    entry->by = by;
    entry->ticks = 0;
    entry->times = 0;
    return entry;
}

/* What the PD has done up to now is over; it goes on with `reason`. */
static void turn(struct waits *waits, uint16_t pd, uint64_t now, uint8_t reason, uint16_t by)
{
    struct wait_entry *entry = find(waits, pd, waits->pds[pd].reason, waits->pds[pd].by);

    if (entry != NULL) {
        entry->ticks += now - waits->pds[pd].since;
        entry->times++;
    } else {
        waits->lost++;
    }
    waits->pds[pd].since = now;
    waits->pds[pd].reason = reason;
    waits->pds[pd].by = by;
    waits->preempted &= ~(UINT64_C(1) << (pd - 1));
    waits->preempted |= (uint64_t)(reason == WAIT_PREEMPTED) << (pd - 1);
}

/* Counts what a PD does up to now, and goes on with it. */
static void count(struct waits *waits, uint16_t pd, uint64_t now)
{
    struct wait_entry *entry = find(waits, pd, waits->pds[pd].reason, waits->pds[pd].by);

    if (entry != NULL) {
        entry->ticks += now - waits->pds[pd].since;
        waits->pds[pd].since = now;
    }
}

/* Whoever runs now keeps those from running that could, whoever has preempted them. */
static void pass_blame(struct waits *waits, uint16_t to, uint64_t now)
{
    for (uint64_t left = waits->preempted; left != 0; left &= left - 1) {
        uint16_t pd = (uint16_t)(__builtin_ctzll(left) + 1);

        if (pd != to && waits->pds[pd].by != to) {
            count(waits, pd, now);
            waits->pds[pd].by = to;
        }
    }
}

static uint8_t reason_of(const struct wait_switch *record)
{
    switch (record->state) {
    case STATE_RUNNING:
    case STATE_RESTART:
        return record->out_of_budget ? WAIT_BUDGET : WAIT_PREEMPTED;
    case STATE_RECEIVE:
    case STATE_NOTIFICATION:
        return WAIT_SIGNAL;
    case STATE_SEND:
        return WAIT_SEND;
    case STATE_REPLY:
        return WAIT_CALL;
    default:
        return WAIT_STOPPED;
    }
}

void waits_switch(struct waits *waits, const struct wait_switch *record)
{
    if (is_pd(record->from)) {
        uint8_t reason = reason_of(record);
        bool is_next = reason == WAIT_PREEMPTED || reason == WAIT_CALL;

        turn(waits, record->from, record->time, reason, is_next ? record->to : 0);
    }
    if (is_pd(record->to)) {
        /* Who ran when the signal came, is known only now. */
        if (waits->pds[record->to].reason == WAIT_SIGNAL) {
            waits->pds[record->to].by = record->from;
        }
        turn(waits, record->to, record->time, WAIT_NONE, 0);
    }
    pass_blame(waits, record->to, record->time);
}

void waits_settle(struct waits *waits, uint64_t now)
{
    for (uint16_t pd = 1; pd <= WAITS_PDS_MAX; pd++) {
        if (waits->pds[pd].reason != WAIT_BEFORE && now > waits->pds[pd].since) {
            count(waits, pd, now);
        }
    }
}
