/* SPDX-License-Identifier: BSD-2-Clause */
/* The Modules view: what can be reloaded, and below it the transaction of the row with the cursor. */
#include "console/model/modules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "console/model/cell.h"
#include "console/reload/audit.h"
#include "console/reload/where.h"
#include "console/reload/words.h"
#include "console/views/graphics.h"
#include "console/views/view.h"
#include "host-tools/lib/clock.h"

#define CHANGES_SHOWN 20
#define STAGING_BAR   20 /* columns */

static void draw_phase(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    uint8_t phase = model->modules.of[pd].state.phase;

    (void)width;
    snprintf(out, size, "%s", phase == RELOAD_AT_REST ? "-" : reload_phase_word(phase));
    *style = phase == RELOAD_AT_REST ? STYLE_NORMAL : STYLE_WARNING;
}

static void draw_last(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    uint8_t cause = model->modules.of[pd].state.cause;

    (void)width;
    snprintf(out, size, "%s%s", reload_went_well(cause) ? "" : "! ", reload_cause_word(cause));
    *style = reload_went_well(cause) ? STYLE_NORMAL : STYLE_BAD;
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

static const char *const steps[RELOAD_STEPS] = {
    [STEP_STAGE] = "the module is sent; the running image goes on",
    [STEP_VERIFY] = "whether it is complete, fits, and is signed",
    [STEP_QUIESCE] = "until the PD rests in its event loop",
    [STEP_SWAP] = "until the new image was ready",
    [STEP_PROBATION] = "the new image runs; the old one can come back at any moment",
};

/* When the step was over; `now` if it is not. */
static int64_t end_of_step(const struct model_module *module, size_t step, int64_t now)
{
    for (size_t i = step + 1; i < RELOAD_STEPS; i++) {
        if (module->begun[i] != 0) {
            return module->begun[i];
        }
    }
    return module->ended != 0 ? module->ended : now;
}

/* Microseconds; negative: it was not seen. */
static double time_of_step(
        const struct model *model, const struct model_module *module, size_t step, int64_t now)
{
    if (step == STEP_SWAP) {
        bool swapped = module->begun[STEP_PROBATION] != 0 && module->state.ready != 0;

        return swapped ? model_ticks_to_us(model, module->state.ready) : -1;
    }
    return module->begun[step] == 0
            ? -1
            : (double)(end_of_step(module, step, now) - module->begun[step]) * 1000;
}

static bool any_begun(const struct model_module *module, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++) {
        if (module->begun[i] != 0) {
            return true;
        }
    }
    return false;
}

/* Over between two looks: most PDs rest already when they are to. */
static bool was_brief(const struct model_module *module, size_t step)
{
    return module->begun[step] == 0 && any_begun(module, 0, step)
            && any_begun(module, step + 1, RELOAD_STEPS);
}

/* A bar, and how much of how much. */
static void describe_staging(const struct protocol_reload_state *state, char *out, size_t size)
{
    char bar[GRAPHIC_MAX], amount[60];

    graphic_bar((double)state->staged / state->staged_of, -1, STAGING_BAR, screen_utf8(), bar);
    reload_amount(state->staged, state->staged_of, amount, sizeof(amount));
    snprintf(out, size, "%s  %s", bar, amount);
}

static void add_step(struct text_state *text, const struct model *model,
        const struct model_module *module, size_t step, int64_t now)
{
    bool current = module->state.phase != RELOAD_AT_REST && module_step(module) == step;
    double us = time_of_step(model, module, step, now);
    bool passed = us >= 0 || was_brief(module, step);
    char took[32], what[GRAPHIC_MAX + 80];

    snprintf(took, sizeof(took), "%s", passed ? "brief" : "-");
    if (us >= 0) {
        format_duration(us, took, sizeof(took));
    }
    snprintf(what, sizeof(what), "%s", steps[step]);
    if (step == STEP_STAGE && passed && module->state.staged_of != 0) {
        describe_staging(&module->state, what, sizeof(what));
    }
    text_add(text,
            current           ? STYLE_WARNING
                    : !passed ? STYLE_DIM
                              : STYLE_NORMAL,
            "  %c %-10s %9s  %s",
            current           ? '>'
                    : !passed ? ' '
                              : '+',
            reload_step_word((unsigned)step), took, what);
}

static bool was_seen(const struct model_module *module)
{
    return any_begun(module, 0, RELOAD_STEPS);
}

/* Whose console has the channel, for this PD or another; of a console that has gone only its user is known. */
static void add_holder(
        struct text_state *text, const struct model *model, unsigned pd, bool under_way)
{
    const struct model_holder *holder = holders_now(&model->holders, CHANNEL_RELOAD);
    char words[260] = "", asked_by[PROTOCOL_WHO_MAX + 1];
    bool its_own;

    if (holder != NULL) {
        holder_words(holder, time(NULL), words, sizeof(words));
    }
    reload_asked_by(&model->modules.of[pd].state, asked_by);
    its_own = strstr(words, names_pd(&model->names, pd)) != NULL;
    if (under_way && its_own) {
        text_add(text, STYLE_WARNING, "  by %s", words);
    } else if (under_way && asked_by[0] != '\0') {
        text_add(text, STYLE_WARNING, "  asked for by %s", asked_by);
    }
    if (holder != NULL && !(under_way && its_own)) {
        text_add(text, STYLE_WARNING, "  the reload channel is taken: %s", words);
    }
}

static void add_result(const struct full_screen *screen, struct text_state *text,
        const struct model_module *module)
{
    const struct protocol_reload_state *state = &module->state;
    const struct model *model = screen->shown;
    char why[300], where[200];

    reload_explain(state, why, sizeof(why));
    reload_where(screen->session, state, where, sizeof(where));
    text_add(text, reload_went_well(state->cause) ? STYLE_GOOD : STYLE_BAD, "  = %s", why);
    if (where[0] != '\0') {
        text_add(text, STYLE_BAD, "    %s", where + strlen(": "));
    }
    if (state->down != 0 && state->swaps != 0
            && (reload_went_well(state->cause) || reload_came_back(state->cause))) {
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
    char blocker[300];

    text_add(text, STYLE_HEADER, "%s",
            under_way                  ? "Transaction under way"
                    : was_seen(module) ? "Last transaction"
                    : module->state.cause == RELOAD_CAUSE_NONE
                    ? "No transaction yet"
                    : "Last transaction (its steps were not seen from here)");
    for (size_t i = 0; i < RELOAD_STEPS && (under_way || was_seen(module)); i++) {
        add_step(text, model, module, i, now);
    }
    add_holder(text, model, pd, under_way);
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
