/* SPDX-License-Identifier: BSD-2-Clause */
/* The Modules view: what can be reloaded, and below it the transaction of the row with the cursor. */
#include "console/model/modules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/cell.h"
#include "console/reload/audit.h"
#include "console/reload/where.h"
#include "console/reload/words.h"
#include "console/views/graphics.h"
#include "console/views/view.h"
#include "host-tools/lib/clock.h"

#define CHANGES_SHOWN 20

static void draw_phase(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    uint8_t phase = model->modules.of[pd].state.phase;

    (void)width;
    snprintf(out, size, "%s", phase == RELOAD_AT_REST ? "-" : reload_phase_word(phase));
    *style = phase == RELOAD_AT_REST ? STYLE_NORMAL : STYLE_WARNING;
}

static bool went_well(uint8_t cause)
{
    return cause == RELOAD_CAUSE_NONE || cause == RELOAD_COMMITTED || cause == RELOAD_ROLLED_BACK;
}

static void draw_last(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    uint8_t cause = model->modules.of[pd].state.cause;

    (void)width;
    snprintf(out, size, "%s%s", went_well(cause) ? "" : "! ", reload_cause_word(cause));
    *style = went_well(cause) ? STYLE_NORMAL : STYLE_BAD;
}

static const struct view_column columns[] = {
    { "pd", "PD", 15, 24, true, NULL },
    { "version", NULL, 7, 7, false, NULL },
    { "build", NULL, 12, 12, true, NULL },
    { "age_us", NULL, 7, 8, false, NULL },
    { "previous_version", NULL, 8, 8, false, NULL },
    { "phase", NULL, 9, 10, true, draw_phase },
    { "last", NULL, 13, 16, true, draw_last },
    { "slot", NULL, 5, 5, false, NULL },
    { "swaps", NULL, 5, 6, false, NULL },
    { "down_us", NULL, 8, 9, false, NULL },
    { "ready_us", NULL, 8, 9, false, NULL },
    { "blocked_by", NULL, 30, 60, true, NULL },
};

/* --- the transaction --- */

static const struct {
    enum protocol_reload_phase phase;
    const char *name;
    const char *what;
} steps[] = {
    { RELOAD_STAGING, "stage", "the module is sent; the running image goes on" },
    { RELOAD_VERIFIED, "verify", "complete, fits, and waits to be swapped in" },
    { RELOAD_QUIESCING, "quiesce", "until the PD rests in its event loop" },
    { RELOAD_PROBATION, "probation",
            "the new image runs; the old one can come back at any moment" },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* When the step that began at `from` was over; `now` if it is not. */
static int64_t end_of_step(const struct model_module *module, size_t step, int64_t now)
{
    for (size_t i = step + 1; i < STEPS; i++) {
        if (module->entered[steps[i].phase] != 0) {
            return module->entered[steps[i].phase];
        }
    }
    return module->ended != 0 ? module->ended : now;
}

static void add_step(
        struct text_state *text, const struct model_module *module, size_t step, int64_t now)
{
    int64_t from = module->entered[steps[step].phase];
    bool current = module->state.phase == steps[step].phase;
    char took[32] = "-";

    if (from != 0) {
        format_duration((double)(end_of_step(module, step, now) - from) * 1000, took, sizeof(took));
    }
    text_add(text,
            current             ? STYLE_WARNING
                    : from == 0 ? STYLE_DIM
                                : STYLE_NORMAL,
            "  %c %-10s %9s  %s",
            current             ? '>'
                    : from == 0 ? ' '
                                : '+',
            steps[step].name, took, steps[step].what);
}

static bool was_seen(const struct model_module *module)
{
    for (size_t i = 0; i < STEPS; i++) {
        if (module->entered[steps[i].phase] != 0) {
            return true;
        }
    }
    return false;
}

static void add_result(const struct full_screen *screen, struct text_state *text,
        const struct model_module *module)
{
    const struct protocol_reload_state *state = &module->state;
    const struct model *model = screen->shown;
    char why[300], where[200];

    reload_explain(state, why, sizeof(why));
    reload_where(screen->session, state, where, sizeof(where));
    text_add(text, went_well(state->cause) ? STYLE_GOOD : STYLE_BAD, "  = %s%s", why, where);
    if (state->down != 0 && state->swaps != 0) {
        text_add(text, STYLE_NORMAL, "    the PD was down for %.1f us, ready after %.1f us",
                model_ticks_to_us(model, state->down), model_ticks_to_us(model, state->ready));
    }
}

static void add_transaction(
        const struct full_screen *screen, struct text_state *text, unsigned pd, int64_t now)
{
    const struct model *model = screen->shown;
    const struct model_module *module = &model->modules.of[pd];
    bool under_way = module->state.phase != RELOAD_AT_REST;
    char blocker[160];

    text_add(text, STYLE_HEADER, "%s",
            under_way                  ? "Transaction under way"
                    : was_seen(module) ? "Last transaction"
                                       : "Last transaction (its steps were not seen from here)");
    for (size_t i = 0; i < STEPS && (under_way || was_seen(module)); i++) {
        add_step(text, module, i, now);
    }
    if (!under_way) {
        add_result(screen, text, module);
    }
    module_blocker(model, pd, blocker, sizeof(blocker));
    if (blocker[0] != '\0') {
        text_add(text, STYLE_BAD, "    waits: %s", blocker);
    }
}

/* --- the images --- */

static void add_images(struct text_state *text, const struct model *model, unsigned pd)
{
    const struct protocol_reload_state *state = &model->modules.of[pd].state;
    char id[MODULE_ID_MAX];

    module_running_id(model, pd, id);
    text_add(text, STYLE_NORMAL, "runs       version %u, image %u, build-id %s", state->version,
            state->slot, id[0] != '\0' ? id : "not known");
    if (state->previous < 3) {
        module_previous_id(model, pd, id);
        text_add(text, STYLE_NORMAL, "before it  version %u, image %u, build-id %s",
                state->previous_version, state->previous, id[0] != '\0' ? id : "not known");
    } else {
        text_add(text, STYLE_DIM, "before it  nothing to go back to");
    }
    text_add(text, STYLE_NORMAL,
            "room       %u KiB of code, %u KiB of variables, at 0x%" PRIx64 " of the PD",
            state->text_room / 1024, state->data_room / 1024, state->text_address);
}

/* --- who changed what, from here --- */

static const char *word_of(const json_t *entry, const char *name)
{
    const char *word = json_string_value(json_object_get(entry, name));

    return word != NULL ? word : "-";
}

static void add_changes(struct text_state *text, const struct full_screen *screen, const char *pd)
{
    json_t *entries = audit_last(CHANGES_SHOWN * 4);
    unsigned shown = 0;

    text_add(text, STYLE_HEADER, "Changes from here");
    for (size_t i = json_array_size(entries); i-- > 0 && shown < CHANGES_SHOWN;) {
        const json_t *entry = json_array_get(entries, i);
        const char *file = word_of(entry, "file");

        if (strcmp(word_of(entry, "pd"), pd) != 0
                || strcmp(word_of(entry, "target"), screen->session->target.place) != 0) {
            continue;
        }
        file = strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file;
        text_add(text, STYLE_NORMAL, "  %s  %-8s %-28s version %lld  %s, by %s",
                word_of(entry, "time"), word_of(entry, "action"), file,
                (long long)json_integer_value(json_object_get(entry, "version")),
                word_of(entry, "result"), word_of(entry, "who"));
        shown++;
    }
    if (shown == 0) {
        text_add(text, STYLE_DIM, "  none");
    }
    json_decref(entries);
}

static void make_modules(struct full_screen *screen, struct text_state *text)
{
    const struct model *model = screen->shown;
    const struct list_state *list = &screen->lists[VIEW_MODULES];

    if (list->count == 0) {
        text_add(text, STYLE_DIM, "%s",
                (model->hello.features & PROTOCOL_HAS_RELOAD) != 0
                        ? "no protection domain that matches"
                        : "this system has nothing that can be reloaded: reload=\"true\" in its "
                          "composition makes room for images");
        return;
    }
    add_images(text, model, list->selected);
    text_add(text, STYLE_NORMAL, "%s", "");
    add_transaction(screen, text, list->selected, clock_ms());
    text_add(text, STYLE_NORMAL, "%s", "");
    add_changes(text, screen, names_pd(&model->names, list->selected));
}

const struct view modules_view = { .name = "modules",
    .title = "Modules",
    .table = &module_table,
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .make = make_modules,
    .command = "modules" };
