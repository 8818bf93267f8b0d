/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/commands/reload_progress.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "console/model/cell.h"
#include "console/reload/words.h"
#include "console/views/graphics.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/json_output.h"

#define DRAW_MS       100
#define BAR_CELLS     20
#define LIVE_LINE_MAX 300

/* ---- the line that is drawn anew ---- */

/* Escape sequences are for terminals that have them; what the full screen collects goes to no descriptor. */
static bool can_redraw(const struct command_run *run)
{
    const char *term = getenv("TERM");

    return !run->options->json && !run->options->plain && fileno(run->out) >= 0
            && isatty(fileno(run->out)) && term != NULL && term[0] != '\0'
            && strcmp(term, "dumb") != 0;
}

static int columns_of(FILE *out)
{
    struct winsize size = { .ws_col = 0 };

    return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* If the rest goes as fast as what has been sent. */
static void describe_staging(
        const struct reload_client *client, double passed, char *line, size_t size)
{
    char amount[60], bar[4 * BAR_CELLS + 1], took[32], left[32] = "";
    double share = client->staged_of != 0 ? (double)client->staged / client->staged_of : 0;

    reload_amount(client->staged, client->staged_of, amount, sizeof(amount));
    graphic_bar(share, -1, BAR_CELLS, false, bar);
    format_duration(passed * 1e6, took, sizeof(took));
    if (share > 0) {
        format_duration(passed * (1 - share) / share * 1e6, left, sizeof(left));
    }
    snprintf(line, size, "staging    [%s] %s  %s%s%s%s", bar, amount, took,
            left[0] != '\0' ? ", " : "", left, left[0] != '\0' ? " left" : "");
}

static void describe_held(const struct reload_client *client, char *line, size_t size)
{
    char debugger[100];

    module_debugger(client->session->model, debugger, sizeof(debugger));
    snprintf(line, size, "waiting    %s has stopped %s", debugger,
            names_pd(&client->session->model->names, client->pd));
}

static void describe_quiescing(const struct reload_client *client, char *line, size_t size)
{
    const struct model_place *place = &client->session->model->place;
    const char *name = names_pd(&client->session->model->names, client->pd);
    bool placed = place->known && place->pd == client->pd && place->count > 0;

    if (client->state.cause == RELOAD_HELD) {
        describe_held(client, line, size);
        return;
    }
    snprintf(line, size, "quiescing  %s does not rest yet%s%s", name, placed ? ": it is at " : "",
            placed ? place->lines[0] : "");
}

static void describe(const struct reload_progress *progress, char *line, size_t size)
{
    double passed = (double)(clock_us() - progress->began) / 1e6;
    char took[32];

    switch (progress->step) {
    case STEP_STAGE:
        describe_staging(progress->client, passed, line, size);
        return;
    case STEP_QUIESCE:
        describe_quiescing(progress->client, line, size);
        break;
    case STEP_PROBATION:
        if (progress->client->state.cause == RELOAD_HELD) {
            describe_held(progress->client, line, size);
            return;
        }
        snprintf(line, size, "probation  %.1f of %.1f s", passed, progress->limit_s);
        return;
    default:
        snprintf(line, size, "verifying  in the target");
        break;
    }
    format_duration(passed * 1e6, took, sizeof(took));
    snprintf(line + strlen(line), size - strlen(line), "  %s", took);
}

static void erase(struct reload_progress *progress)
{
    if (progress->drawn) {
        fputs("\r\033[K", progress->out);
        progress->drawn = false;
    }
}

/* While somebody waits for the target. */
static bool draw(void *context)
{
    struct reload_progress *progress = context;
    char line[LIVE_LINE_MAX];

    if (!progress->under_way || clock_ms() < progress->next_draw) {
        return true;
    }
    progress->next_draw = clock_ms() + DRAW_MS;
    describe(progress, line, sizeof(line));
    erase(progress);
    fprintf(progress->out, "%.*s", columns_of(progress->out) - 1, line);
    fflush(progress->out);
    progress->drawn = true;
    return true;
}

/* ---- steps ---- */

void reload_progress_init(struct reload_progress *progress, const struct command_run *run,
        struct reload_client *client)
{
    memset(progress, 0, sizeof(*progress));
    progress->client = client;
    progress->out = run->options->json ? NULL : run->out;
    progress->live = can_redraw(run);
    for (unsigned i = 0; i < RELOAD_STEPS; i++) {
        progress->took_ms[i] = -1;
    }
    if (progress->live) {
        client->session->idle = draw;
        client->session->idle_context = progress;
    }
}

void reload_progress_begin(struct reload_progress *progress, enum reload_step step, double limit_s)
{
    struct reload_client *client = progress->client;

    progress->step = step;
    progress->limit_s = limit_s;
    progress->began = clock_us();
    progress->under_way = true;
    if (progress->live) {
        place_scan_want(
                client->session, step == STEP_QUIESCE ? (int)client->pd : -1, PLACE_OFTEN_MS);
        draw(progress);
    }
}

void reload_progress_done(
        struct reload_progress *progress, const char *word, const char *format, ...)
{
    char text[200], took[32];
    va_list arguments;

    progress->took_ms[progress->step] = (double)(clock_us() - progress->began) / 1000;
    progress->under_way = false;
    if (progress->out == NULL) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    format_duration(progress->took_ms[progress->step] * 1000, took, sizeof(took));
    erase(progress);
    fprintf(progress->out, "%-10s %s; %s\n", word, text, took);
    fflush(progress->out);
}

void reload_progress_end(struct reload_progress *progress)
{
    struct session *session = progress->client->session;

    progress->under_way = false;
    if (!progress->live) {
        return;
    }
    erase(progress);
    fflush(progress->out);
    session->idle = NULL;
    place_scan_want(session, -1, PLACE_SELDOM_MS);
}

json_t *reload_progress_json(const struct reload_progress *progress)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < RELOAD_STEPS; i++) {
        json_t *step;

        if (progress->took_ms[i] < 0) {
            continue;
        }
        step = json_object();
        json_object_set_new(step, "step", json_string(reload_step_word(i)));
        json_object_set_new(step, "ms", json_measure(progress->took_ms[i]));
        json_array_append_new(list, step);
    }
    return list;
}
