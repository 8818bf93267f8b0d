/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/views/profile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "console/profile/annotate.h"
#include "console/profile/collect.h"
#include "console/profile/quality.h"
#include "console/profile/tree.h"
#include "console/views/graphics.h"
#include "console/views/popups.h"
#include "host-tools/lib/clock.h"

#define RATE        1000 /* samples a second */
#define WINDOW_S    10   /* what is shown is of so many last seconds */
#define KEPT_MAX    20000
#define ROWS_MAX    200
#define TREE_LEAST  0.5 /* percent: branches that are shown */
#define BAR_COLUMNS 10
#define LEVELS_MAX  60

enum mode {
    BY_FUNCTION,
    BY_PD,
    BY_PAYER,
    AS_TREE,
    MODES
};

static const char *const mode_names[MODES] = { "by function", "by protection domain that ran",
    "by protection domain that paid", "as call tree" };

struct row {
    uint64_t key;
    char name[256];
};

static struct {
    bool running;
    bool begun; /* there is a profile */
    struct collect collect;
    struct profile profile;
    enum mode mode;
    char only[256];            /* functions of this PD only; "": of all */
    struct row rows[ROWS_MAX]; /* that the cursor can be on */
    unsigned row_count;
    char failure[500]; /* why it does not run */
} live;

/* --- sampling --- */

const char *profile_why_not(const struct full_screen *screen)
{
    if (screen->view != VIEW_PROFILE) {
        return "only in the Profile view (8)";
    }
    return (screen->session->model->hello.features & PROTOCOL_HAS_PROFILER) == 0
            ? "this target has no profiler (a PD, or the kernel's sampling, is missing)"
            : NULL;
}

const char *profile_only_here(const struct full_screen *screen)
{
    return screen->view == VIEW_PROFILE ? NULL : "only in the Profile view (8)";
}

static void start(struct full_screen *screen)
{
    struct collect_options wanted = { .rate = RATE };
    struct error_report error = { .status = STATUS_OK };

    live.failure[0] = '\0';
    if (!session_claim(screen->session, CHANNEL_PROFILE, &error)) {
        snprintf(live.failure, sizeof(live.failure), "%s", error.text);
        return;
    }
    if (live.begun) {
        profile_free(&live.profile);
    }
    profile_init(&live.profile);
    collect_begin(&live.collect, screen->session, &live.profile, &wanted);
    live.begun = live.running = true;
}

static void stop(struct full_screen *screen)
{
    live.running = false;
    collect_end(&live.collect);
    session_release(screen->session, CHANNEL_PROFILE);
}

void profile_toggle(struct full_screen *screen)
{
    if (live.running) {
        stop(screen);
        full_screen_say(screen, "sampling has stopped; what was seen stays");
    } else {
        start(screen);
    }
}

static void explain_failure(void)
{
    const char *why =
            live.collect.started ? "the target has begun anew" : "the target does not answer";

    if (live.collect.refusal == PROTOCOL_ERROR_UNSUPPORTED
            || live.collect.refusal == PROTOCOL_ERROR_UNKNOWN_MESSAGE) {
        why = "this target has no profiler (a PD, or the kernel's sampling, is missing)";
    } else if (live.collect.refusal == PROTOCOL_ERROR_BUSY) {
        why = "another console uses the profiler";
    }
    snprintf(live.failure, sizeof(live.failure), "sampling has ended: %s", why);
}

/* Samples that are older than the window go. */
static void forget_old(struct profile *profile)
{
    uint64_t newest =
            profile->sample_count > 0 ? profile->samples[profile->sample_count - 1].time : 0;
    uint64_t window = (uint64_t)WINDOW_S * profile->ticks_per_second;
    size_t old = 0;

    while (old < profile->sample_count
            && (profile->samples[old].time + window < newest
                    || profile->sample_count - old > KEPT_MAX)) {
        old++;
    }
    if (old > profile->sample_count / 8) { /* not with each sample */
        memmove(profile->samples, profile->samples + old,
                (profile->sample_count - old) * sizeof(profile->samples[0]));
        profile->sample_count -= old;
    }
}

void profile_step(struct full_screen *screen)
{
    if (!live.running) {
        return;
    }
    if (!collect_step(&live.collect)) {
        explain_failure();
        stop(screen);
        return;
    }
    forget_old(&live.profile);
}

void profile_close(struct full_screen *screen)
{
    if (live.running) {
        stop(screen);
    }
    if (live.begun) {
        profile_free(&live.profile);
        live.begun = false;
    }
}

/* --- drawing --- */

/* FNV-1a: a line keeps its cursor as long as it is about the same. */
static uint64_t key_of(const char *name, uint64_t seed)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed;

    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    }
    return hash | 1;
}

static void add_row(const struct full_screen *screen, struct text_state *text, double self,
        double total, const char *indent, const char *name, const char *file, uint64_t key)
{
    char bar[GRAPHIC_MAX];

    file = strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file;
    graphic_bar(total / 100, -1, BAR_COLUMNS, screen_utf8(), bar);
    if (live.row_count == ROWS_MAX || !full_screen_passes(screen, name)) {
        return;
    }
    text_add(text, self >= 10 ? STYLE_WARNING : STYLE_NORMAL, "%5.1f  %5.1f  %s  %s%s%s%s", self,
            total, bar, indent, name, file[0] != '\0' ? "  " : "", file);
    text_key(text, key);
    live.rows[live.row_count].key = key;
    snprintf(live.rows[live.row_count++].name, sizeof(live.rows[0].name), "%s", name);
}

/* The samples that are shown. */
static void choose(const struct profile *all, struct profile *some)
{
    *some = *all;
    if (live.only[0] == '\0') {
        return;
    }
    some->samples = calloc(all->sample_count + 1, sizeof(all->samples[0]));
    some->sample_count = 0;
    for (size_t i = 0; some->samples != NULL && i < all->sample_count; i++) {
        if (strcmp(profile_root(all, &all->samples[i]), live.only) == 0) {
            some->samples[some->sample_count++] = all->samples[i];
        }
    }
}

static void add_shares(
        const struct full_screen *screen, struct text_state *text, const struct profile *profile)
{
    static const enum profile_by kinds[] = { PROFILE_BY_FUNCTION, PROFILE_BY_PD, PROFILE_BY_PAYER };
    struct profile_share *shares;
    size_t count = profile_shares(profile, kinds[live.mode], &shares);

    text_add(text, STYLE_HEADER, " SELF%%  TOTAL%%             %s",
            live.mode == BY_FUNCTION ? "FUNCTION" : "PROTECTION DOMAIN");
    for (size_t i = 0; i < count; i++) {
        add_row(screen, text, profile_percent(shares[i].self, live.profile.sample_count),
                profile_percent(shares[i].total, live.profile.sample_count), "", shares[i].name,
                shares[i].file, key_of(shares[i].name, 0));
    }
    free(shares);
}

static void add_branch(const struct full_screen *screen, struct text_state *text,
        const struct profile_node *node, unsigned level, uint64_t parent)
{
    uint64_t key = key_of(node->name, parent);
    char indent[2 * LEVELS_MAX + 1] = "";

    if (profile_percent(node->samples, live.profile.sample_count) < TREE_LEAST
            || level >= LEVELS_MAX) {
        return;
    }
    memset(indent, ' ', 2 * level);
    add_row(screen, text, profile_percent(node->self, live.profile.sample_count),
            profile_percent(node->samples, live.profile.sample_count), indent, node->name, "", key);
    for (const struct profile_node *child = node->children; child != NULL; child = child->next) {
        add_branch(screen, text, child, level + 1, key);
    }
}

static void add_tree(
        const struct full_screen *screen, struct text_state *text, const struct profile *profile)
{
    struct profile_node *root = profile_tree(profile);

    text_add(text, STYLE_HEADER, " SELF%%  TOTAL%%             WHO CALLED WHOM");
    if (root != NULL) {
        add_branch(screen, text, root, 0, 0);
    }
    profile_tree_free(root);
}

/* What was lost, and what it costs: a line each. */
static void add_quality(struct text_state *text)
{
    const struct profile_figures figures = profile_figures(&live.profile);

    text_add(text, STYLE_DIM,
            "asked for %.0f a second, got %.1f (%+.1f %%); %" PRIu64 " dropped, %" PRIu64 " missed",
            figures.asked, figures.got, figures.drift, live.profile.dropped, live.profile.missed);
    text_add(text, figures.cost > 1 ? STYLE_WARNING : STYLE_DIM,
            "cost: %.2f %% of the time: kernel, profiler %.2f, monitor %.2f, line %.2f",
            figures.cost, figures.profiler, figures.monitor, figures.line);
}

static void add_state(const struct full_screen *screen, struct text_state *text)
{
    const char *why_not = profile_why_not(screen);

    if (live.failure[0] != '\0') {
        text_add(text, STYLE_BAD, "%s", live.failure);
    } else if (!live.begun && why_not != NULL) {
        text_add(text, STYLE_DIM, "%s", why_not);
    } else if (!live.begun) {
        text_add(text, STYLE_DIM,
                "S begins to sample, %d times a second; what that costs is shown then.", RATE);
        text_add(text, STYLE_DIM, "Nothing is stopped or rebuilt. S again ends it.");
    } else {
        text_add(text, live.running ? STYLE_GOOD : STYLE_WARNING,
                "%s, %s%s%s, last %d s: %zu samples", live.running ? "sampling" : "stopped",
                mode_names[live.mode], live.only[0] != '\0' ? ", only of " : "", live.only,
                WINDOW_S, live.profile.sample_count);
        add_quality(text);
    }
}

static void make_profile(struct full_screen *screen, struct text_state *text)
{
    struct profile some;

    live.row_count = 0;
    add_state(screen, text);
    if (!live.begun) {
        return;
    }
    choose(&live.profile, &some);
    if (live.mode == AS_TREE) {
        add_tree(screen, text, &some);
    } else {
        add_shares(screen, text, &some);
    }
    if (some.samples != live.profile.samples) {
        free(some.samples);
    }
}

/* --- what is done with it --- */

/* The function or PD with the cursor; "": none. */
static const char *selected(const struct full_screen *screen)
{
    for (unsigned i = 0; i < live.row_count; i++) {
        if (live.rows[i].key == screen->texts[VIEW_PROFILE].cursor) {
            return live.rows[i].name;
        }
    }
    return "";
}

void profile_next_mode(struct full_screen *screen)
{
    live.mode = (enum mode)((live.mode + 1) % MODES);
    screen->texts[VIEW_PROFILE].cursor = 0;
    screen->texts[VIEW_PROFILE].top = 0;
}

const char *profile_why_no_annotate(const struct full_screen *screen)
{
    if (screen->view != VIEW_PROFILE) {
        return profile_only_here(screen);
    }
    return selected(screen)[0] == '\0'                         ? "nothing is selected"
            : live.mode == BY_FUNCTION || live.mode == AS_TREE ? NULL
                                                               : "only functions have source (v)";
}

const char *profile_why_no_open(const struct full_screen *screen)
{
    return selected(screen)[0] == '\0' ? "nothing is selected" : NULL;
}

void profile_annotate(struct full_screen *screen)
{
    struct error_report error = { .status = STATUS_OK };
    char *text = NULL, title[300], function[256];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        return;
    }
    snprintf(function, sizeof(function), "%s", selected(screen));
    annotate_collect(&live.profile, screen->session);
    snprintf(title, sizeof(title), "profile annotate %s", function);
    annotate_print(&live.profile, function, live.only[0] != '\0' ? live.only : NULL, out, &error);
    fclose(out);
    if (error.status != STATUS_OK) {
        full_screen_say(screen, "%s", error.text);
    }
    if (size > 0) {
        popup_open_text(title, text);
    } else {
        free(text);
    }
}

void profile_open(struct full_screen *screen)
{
    if (live.mode == BY_PD || live.mode == BY_PAYER) {
        snprintf(live.only, sizeof(live.only), "%s",
                live.mode == BY_PD && strcmp(live.only, selected(screen)) != 0 ? selected(screen)
                                                                               : "");
        live.mode = BY_FUNCTION;
        screen->texts[VIEW_PROFILE].cursor = 0;
    } else {
        profile_annotate(screen);
    }
}

const struct view profile_view = { .name = "profile",
    .title = "Profile",
    .make = make_profile,
    .command = "profile top --duration 2" };
