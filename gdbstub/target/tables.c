/* SPDX-License-Identifier: BSD-2-Clause */
/* What a PD does, in words, and the tables of `info os`. */
#include <sel4/lionscope.h>

#include "gdbstub/extras/text.h"
#include "gdbstub/target/parts.h"
#include "microkit/include/microkit/grants.h"

static const char *const states[] = { "inactive", "runs", "is about to run", "waits for an event",
    "waits to send", "waits for a reply", "waits for a notification" };

void sel4_describe(struct target *target, unsigned pd, char words[TARGET_TEXT_MAX])
{
    struct lionscope_tcb_statistics statistics;
    struct sel4_pd *one = sel4_pd(pd);
    struct text text = { words, TARGET_TEXT_MAX };

    (void)target;
    *words = '\0';
    if (one == NULL) {
        text_put(&text, "not a child: cannot be debugged");
    } else if (one->stopped) {
        explain_stop(&one->stop, words);
    } else if (lionscope_TCB_GetStatistics(one->tcb, &statistics) != seL4_NoError
            || statistics.state >= sizeof(states) / sizeof(states[0])) {
        text_put(&text, "state not known");
    } else {
        text_put(&text, states[statistics.state]);
    }
}

static const struct target_table tables[] = {
    { "pds", "Protection domains", { "Process", "Name", "Priority", "State" } },
    { "budgets", "Budgets of protection domains, in microseconds",
            { "Process", "Name", "Budget", "Period", "Left", "Consumed" } },
};

const struct target_table *sel4_table(struct target *target, unsigned number)
{
    (void)target;
    return number < sizeof(tables) / sizeof(tables[0]) ? &tables[number] : NULL;
}

static void set_number(struct target_row *row, unsigned column, uint64_t number)
{
    struct text text = { row->column[column], TARGET_NAME_MAX };

    text_put_decimal(&text, number);
}

static void set_text(struct target_row *row, unsigned column, const char *words)
{
    struct text text = { row->column[column], TARGET_NAME_MAX };

    text_put(&text, words);
}

static void fill_pd(struct target *target, unsigned pd, struct target_row *row)
{
    struct lionscope_tcb_statistics statistics;
    char words[TARGET_TEXT_MAX];

    if (sel4_pd(pd) != NULL
            && lionscope_TCB_GetStatistics(sel4_pd(pd)->tcb, &statistics) == seL4_NoError) {
        set_number(row, 2, statistics.parameters & 0xff);
    }
    sel4_describe(target, pd, words);
    set_text(row, 3, words);
}

/* A capability of the PD's scheduling context, if the description grants one; 0: none. */
static seL4_CPtr context_of(unsigned pd)
{
    for (seL4_Word slot = 1; slot < MICROKIT_GRANT_SLOTS; slot++) {
        if (microkit_grants[slot].kind == MICROKIT_GRANT_SC && microkit_grants[slot].pd == pd) {
            return microkit_cspace_root_slot_to_cptr(slot);
        }
    }
    return 0;
}

static uint64_t microseconds(uint64_t ticks, uint64_t hz)
{
    return ticks / hz * 1000000 + ticks % hz * 1000000 / hz;
}

static void fill_budget(unsigned pd, struct target_row *row)
{
    static struct lionscope_sched_context_statistics statistics;
    seL4_CPtr context = context_of(pd);

    if (context == 0 || lionscope_SchedContext_GetStatistics(context, &statistics) != seL4_NoError
            || statistics.timer_hz == 0) {
        set_text(row, 2, "not known");
        return;
    }
    set_number(row, 2, microseconds(statistics.budget, statistics.timer_hz));
    set_number(row, 3, microseconds(statistics.period, statistics.timer_hz));
    set_number(row, 4, microseconds(statistics.left, statistics.timer_hz));
    set_number(row, 5, microseconds(statistics.total_consumed, statistics.timer_hz));
}

bool sel4_row(struct target *target, unsigned table, unsigned number, struct target_row *row)
{
    if (number >= target->pd_count) {
        return false;
    }
    bytes_clear(row, sizeof(*row));
    set_number(row, 0, target->first_process + number);
    set_text(row, 1, target->name(target, number));
    if (table == 0) {
        fill_pd(target, number, row);
    } else {
        fill_budget(number, row);
    }
    return true;
}
