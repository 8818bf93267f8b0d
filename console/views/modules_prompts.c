/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing the target from the full screen: allowed for a while, asked for each time. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "console/commands/complete.h"
#include "console/reload/candidates.h"
#include "console/reload/module_candidate.h"
#include "console/reload/reloadable.h"
#include "console/ui/prompt.h"
#include "console/views/modules.h"
#include "console/views/popups.h"
#include "console/views/prompts.h"
#include "host-tools/lib/clock.h"

#define ALLOWED_MS (10 * 60 * 1000)

/* --- allowed --- */

bool full_screen_may_change(const struct full_screen *screen)
{
    return screen->write_until > clock_ms();
}

void modules_allow(struct full_screen *screen, bool on)
{
    screen->write_until = on ? clock_ms() + ALLOWED_MS : 0;
    full_screen_say(screen,
            on ? "changes are allowed for ten minutes; each is asked for (W: no longer)"
               : "read-only");
}

void modules_toggle_allowed(struct full_screen *screen)
{
    modules_allow(screen, !full_screen_may_change(screen));
}

static const struct model_module *selected(const struct full_screen *screen)
{
    int pd = full_screen_pd(screen);

    return pd >= 0 && screen->shown->modules.of[pd].known ? &screen->shown->modules.of[pd] : NULL;
}

/* Another console changes something just now; NULL: none does. */
static const char *busy_with(const struct full_screen *screen)
{
    const struct model_holder *holder =
            holders_now(&screen->session->model->holders, CHANNEL_RELOAD);
    static char why[300];

    if (holder == NULL || screen->session->claims[CHANNEL_RELOAD]) {
        return NULL;
    }
    snprintf(why, sizeof(why), "another console is at it: ");
    holder_words(holder, time(NULL), why + strlen(why), sizeof(why) - strlen(why));
    return why;
}

const char *modules_why_not(const struct full_screen *screen)
{
    if (selected(screen) == NULL) {
        return "only of what the Modules view lists (7)";
    }
    if (!full_screen_may_change(screen)) {
        return "read-only; W allows changes for ten minutes";
    }
    return busy_with(screen);
}

const char *modules_why_no_rollback(const struct full_screen *screen)
{
    const char *why_not = modules_why_not(screen);

    return why_not == NULL && selected(screen)->state.previous > 2
            ? "there is no previous image to go back to"
            : why_not;
}

/* --- asking --- */

static char meant[900]; /* the command line that is asked about */

static void run_meant(struct full_screen *screen)
{
    prompt_run(screen, meant);
}

static void ask(struct full_screen *screen, const char *question)
{
    char text[1600];

    snprintf(text, sizeof(text), "%s\n\ny: do it     any other key, Enter too: do nothing",
            question);
    popup_open_question("Really?", text, run_meant);
    (void)screen;
}

/* What goes back cannot be taken for a slip: the name has to be typed. */
static void name_typed(struct full_screen *screen, const char *line)
{
    char pd[80] = "";

    sscanf(meant, "reload --older %79s", pd);
    if (strcmp(line, pd) == 0) {
        run_meant(screen);
    } else {
        full_screen_say(screen, "that is not %s: nothing was changed", pd);
    }
}

void modules_confirm(struct full_screen *screen, const char *line)
{
    char question[1200];

    if (!full_screen_may_change(screen)) {
        full_screen_say(screen, "read-only; W or ':write on' allows changes for ten minutes");
        return;
    }
    snprintf(meant, sizeof(meant), "%s", line);
    snprintf(question, sizeof(question),
            "%s\n\nThis changes the running system: the image of the protection domain named is\n"
            "replaced while it runs. The one that runs now is kept, and rollback brings it back.",
            line);
    ask(screen, question);
}

/* --- reload --- */

static unsigned asked_pd;

/* All of what does not fit, before anything is asked. */
static void show_findings(struct full_screen *screen, const struct module_candidate *candidate)
{
    const char *pd = names_pd(&screen->session->model->names, asked_pd);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    full_screen_say(
            screen, "%s: %s; nothing was sent", candidate->path, candidate->findings.at[0].text);
    if (out == NULL || candidate->findings.unreadable) {
        if (out != NULL) {
            fclose(out);
            free(text);
        }
        return;
    }
    module_candidate_print(candidate, pd, out);
    fclose(out);
    popup_open_text("What does not fit", text);
}

static void ask_whether_meant(
        struct full_screen *screen, const struct module_image *image, const char *path)
{
    const struct protocol_reload_state *state = &screen->session->model->modules.of[asked_pd].state;
    const char *pd = names_pd(&screen->session->model->names, asked_pd);
    bool older = image->header.version < state->version;
    char question[1200];

    snprintf(meant, sizeof(meant), "reload %s%s '%s'", older ? "--older " : "", pd, path);
    if (older) {
        full_screen_say(screen, "this goes back to an older version (%u runs): type the name",
                state->version);
        prompt_ask(
                screen, "to go back, type the name of the protection domain: ", NULL, name_typed);
        return;
    }
    snprintf(question, sizeof(question),
            "Replace the image of %s while it runs?\n\n"
            "  now   version %u, image %u\n"
            "  new   version %u of %s, %u bytes of code\n"
            "        %s\n\n"
            "The image that runs now is kept. It comes back by itself if the new one fails\n"
            "within two seconds, and with B at any time. No packet is to be lost.",
            pd, state->version, state->slot, image->header.version, image->header.kind,
            image->text_bytes, path);
    ask(screen, question);
}

/* An older version is asked about in a way of its own; so it is no finding. */
static void module_chosen(struct full_screen *screen, const char *path)
{
    struct module_candidate candidate;

    path += strspn(path, " ");
    if (path[0] == '\0') {
        full_screen_say(screen, "nothing was changed");
        return;
    }
    module_candidate_open(&candidate, path, screen->session, asked_pd, true);
    if (candidate.findings.count > 0) {
        show_findings(screen, &candidate);
    } else {
        ask_whether_meant(screen, &candidate.image, path);
    }
    module_candidate_free(&candidate);
}

static void candidates(void *context, const char *line, size_t start, prompt_add_fn add, void *to)
{
    struct full_screen *screen = context;
    const struct system_names *names = &screen->session->model->names;
    monitor_reload_pd_t config = { .kind = "" };

    reloadable_find(names, asked_pd, &config);
    module_candidates(line + start, names->path, config.kind, add, to);
}

void modules_reload(struct full_screen *screen)
{
    static struct prompt_source source;
    char label[120];

    asked_pd = (unsigned)full_screen_pd(screen);
    source = (struct prompt_source){ screen, candidates };
    snprintf(label, sizeof(label),
            "reload %s with (Tab lists modules): ", names_pd(&screen->shown->names, asked_pd));
    prompt_ask(screen, label, &source, module_chosen);
}

void modules_rollback(struct full_screen *screen)
{
    int pd = full_screen_pd(screen);
    const struct protocol_reload_state *state = &screen->shown->modules.of[pd].state;
    const char *name = names_pd(&screen->shown->names, (unsigned)pd);
    char question[900];

    snprintf(meant, sizeof(meant), "rollback %s", name);
    snprintf(question, sizeof(question),
            "Bring the previous image of %s back?\n\n"
            "  now       version %u, image %u\n"
            "  previous  version %u, image %u\n\n"
            "It takes over at once; the one that runs now is kept.",
            name, state->version, state->slot, state->previous_version, state->previous);
    ask(screen, question);
}
