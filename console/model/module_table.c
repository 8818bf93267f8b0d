/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns of `modules`: PDs that can be reloaded, and what they run. */
#include <stdio.h>
#include <string.h>

#include "console/model/columns.h"
#include "console/model/modules.h"
#include "console/reload/words.h"

#define SHORT_ID 12 /* digits of a build-id that are shown */

static const struct protocol_reload_state *state_at(const struct model *model, unsigned row)
{
    return &model->modules.of[row].state;
}

static struct cell module_pd(const struct model *model, unsigned row)
{
    return cell_text(names_pd(&model->names, row));
}

static struct cell module_version(const struct model *model, unsigned row)
{
    return cell_number(state_at(model, row)->version);
}

static struct cell text_or_none(const char *text)
{
    return text[0] != '\0' ? cell_text(text) : cell_none();
}

static struct cell module_build_id(const struct model *model, unsigned row)
{
    char id[MODULE_ID_MAX];

    module_running_id(model, row, id);
    return text_or_none(id);
}

static struct cell module_build(const struct model *model, unsigned row)
{
    char id[MODULE_ID_MAX];

    module_running_id(model, row, id);
    id[SHORT_ID] = '\0';
    return text_or_none(id);
}

static struct cell module_age(const struct model *model, unsigned row)
{
    double seconds = module_age_s(model, row);

    return seconds < 0 ? cell_none() : cell_us(seconds * 1e6);
}

static bool has_previous(const struct model *model, unsigned row)
{
    return state_at(model, row)->previous < 3;
}

static struct cell module_previous(const struct model *model, unsigned row)
{
    return has_previous(model, row) ? cell_number(state_at(model, row)->previous) : cell_none();
}

static struct cell module_previous_version(const struct model *model, unsigned row)
{
    return has_previous(model, row) ? cell_number(state_at(model, row)->previous_version)
                                    : cell_none();
}

static struct cell module_previous_build_id(const struct model *model, unsigned row)
{
    char id[MODULE_ID_MAX];

    module_previous_id(model, row, id);
    return has_previous(model, row) ? text_or_none(id) : cell_none();
}

static struct cell module_slot(const struct model *model, unsigned row)
{
    return cell_number(state_at(model, row)->slot);
}

static struct cell module_swaps(const struct model *model, unsigned row)
{
    return cell_number(state_at(model, row)->swaps);
}

static struct cell module_phase(const struct model *model, unsigned row)
{
    return cell_text(reload_phase_word(state_at(model, row)->phase));
}

static struct cell module_last(const struct model *model, unsigned row)
{
    return cell_text(reload_cause_word(state_at(model, row)->cause));
}

static struct cell module_blocked_by(const struct model *model, unsigned row)
{
    char blocker[128];

    module_blocker(model, row, blocker, sizeof(blocker));
    return text_or_none(blocker);
}

static struct cell module_staged(const struct model *model, unsigned row)
{
    return cell_bytes(state_at(model, row)->staged);
}

static struct cell module_staged_of(const struct model *model, unsigned row)
{
    return cell_bytes(state_at(model, row)->staged_of);
}

static struct cell module_asked_by(const struct model *model, unsigned row)
{
    char who[PROTOCOL_WHO_MAX + 1];

    reload_asked_by(state_at(model, row), who);
    return text_or_none(who);
}

static struct cell ticks_or_none(const struct model *model, uint64_t ticks)
{
    return ticks != 0 ? cell_us(model_ticks_to_us(model, ticks)) : cell_none();
}

/* Of the image that the system was booted with it says nothing. */
static struct cell module_down(const struct model *model, unsigned row)
{
    const struct protocol_reload_state *state = state_at(model, row);

    return ticks_or_none(model, state->swaps != 0 ? state->down : 0);
}

static struct cell module_ready(const struct model *model, unsigned row)
{
    const struct protocol_reload_state *state = state_at(model, row);

    return ticks_or_none(model, state->swaps != 0 ? state->ready : 0);
}

static unsigned module_rows(const struct model *model, unsigned *rows, unsigned size)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX && count < size; i++) {
        if (model->modules.of[i].known) {
            rows[count++] = i;
        }
    }
    return count;
}

static const struct column module_columns[] = {
    { "pd", "PROTECTION DOMAIN", 18, true, true, module_pd, "that can be reloaded" },
    { "version", "VERSION", 7, false, true, module_version, "of the image that runs" },
    { "build", "BUILD-ID", 12, true, true, module_build, "the first digits of its build-id" },
    { "build_id", "BUILD-ID", 40, true, false, module_build_id, "its build-id" },
    { "age_us", "AGE", 8, false, true, module_age, "since it was installed, or since boot" },
    { "previous_version", "PREVIOUS", 8, false, true, module_previous_version,
            "of the image that a rollback brings back" },
    { "previous_build_id", "PREVIOUS BUILD-ID", 40, true, false, module_previous_build_id,
            "its build-id" },
    { "slot", "IMAGE", 5, false, true, module_slot,
            "number of the running image; 0: the one the system was booted with" },
    { "previous", "BACK TO", 7, false, false, module_previous, "number of the previous image" },
    { "swaps", "SWAPS", 5, false, true, module_swaps, "times an image was replaced, since boot" },
    { "phase", "PHASE", 9, true, true, module_phase, "of the transaction under way" },
    { "last", "LAST", 14, true, true, module_last, "how the last transaction ended" },
    { "staged", "STAGED", 8, false, false, module_staged,
            "bytes of the new module that have arrived" },
    { "staged_of", "OF", 8, false, false, module_staged_of, "... of so many" },
    { "asked_by", "ASKED BY", 20, true, false, module_asked_by, "who asked for the last change" },
    { "blocked_by", "WAITS FOR", 30, true, false, module_blocked_by,
            "what keeps the transaction from going on" },
    { "down_us", "DOWN", 8, false, false, module_down,
            "from the decision to swap to the new image's first instruction" },
    { "ready_us", "READY", 8, false, false, module_ready, "... until it was ready" },
};

const struct table module_table = { "modules", module_columns,
    sizeof(module_columns) / sizeof(module_columns[0]), module_rows, NULL };
