/* SPDX-License-Identifier: BSD-2-Clause */
/* lionscope profile: where time goes. */
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "console/app/interrupt.h"
#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "console/profile/annotate.h"
#include "console/profile/collect.h"
#include "console/profile/export.h"
#include "console/profile/quality.h"
#include "console/profile/tree.h"
#include "console/profile/waits.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/json_output.h"

/* Not in step with what happens each so many milliseconds, as 1000 would be. */
#define DEFAULT_RATE    997
#define RATE_MAX        10000
#define DEFAULT_PERIOD  1000000 /* times that an event happens */
#define DEFAULT_SECONDS 10.0
#define SHOWN           25
#define POLL_MS         50

/* ---- record ---- */

static bool lists_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->pds_known && session->model->windows_known && session->modules.complete;
}

static enum exit_status explain(struct command_run *run, const struct collect *collect)
{
    bool has_profiler = (collect->session->model->hello.features & PROTOCOL_HAS_PROFILER) != 0;

    switch (collect->refusal) {
    case PROTOCOL_ERROR_UNSUPPORTED:
    case PROTOCOL_ERROR_UNKNOWN_MESSAGE:
        return command_failed(run, STATUS_POLICY,
                has_profiler
                        ? "this target's kernel does not sample: an upstream seL4, or the profiler "
                          "PD has not the interrupt of the performance monitor and a frame"
                        : "this target's system has no profiler PD; its composition needs "
                          "<profiler /> (profiler/README.md)");
    case PROTOCOL_ERROR_BAD_VALUE:
        return collect->refused_field == 0
                ? command_failed(run, STATUS_USAGE,
                        "the target's processor does not count event '%s' (QEMU counts few, and "
                        "instructions only with -icount); the timer is always there: leave out "
                        "--event",
                        run->options->event != NULL ? run->options->event : "timer")
                : command_failed(run, STATUS_USAGE,
                        "the target does not sample so often; --event has a --period of at "
                        "least 5000");
    default:
        return command_failed(run, STATUS_UNREACHABLE, "the target does not answer");
    }
}

static void wait_a_little(struct session *session)
{
    struct pollfd polled = { .fd = session_descriptor(session),
        .events = session_poll_events(session) };
    int wait = session_wait_ms(session);

    poll(&polled, 1, wait < POLL_MS ? wait : POLL_MS);
    session_step(session);
}

/* ---- what to sample ---- */

/* Events that every performance monitor counts (Arm ARM, D13.10), by name; others by their number. */
static const struct {
    const char *name;
    uint32_t number;
} events[] = {
    { "timer", 0x10000 },
    { "cycles", 0x11 },
    { "instructions", 0x08 },
    { "branch-misses", 0x10 },
    { "branches", 0x12 },
    { "l1d-misses", 0x03 },
    { "l1d-accesses", 0x04 },
    { "l1i-misses", 0x01 },
    { "l2-misses", 0x17 },
    { "tlb-misses", 0x05 },
    { "memory-accesses", 0x13 },
    { "exceptions", 0x09 },
};

static bool read_event(struct command_run *run, struct collect_options *wanted)
{
    const char *name = run->options->event;
    char *end;

    if (name == NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        if (strcmp(events[i].name, name) == 0) {
            wanted->event = events[i].number;
            return true;
        }
    }
    wanted->event = (uint32_t)strtoul(name, &end, 0);
    if (*end != '\0' || end == name || wanted->event > 0xffff) {
        command_usage(run,
                "--event is timer, cycles, instructions, branches, branch-misses, l1d-accesses, "
                "l1d-misses, l1i-misses, l2-misses, tlb-misses, memory-accesses, exceptions or a "
                "number up to 0xffff, not '%s'",
                name);
        return false;
    }
    return true;
}

/* Names separated by commas. */
static bool read_pds(
        struct command_run *run, const struct session *session, struct collect_options *wanted)
{
    const struct model *model = session->model;
    const char *at = run->options->pds;

    while (at != NULL && *at != '\0') {
        size_t length = strcspn(at, ",");
        unsigned pd;

        for (pd = 0; pd < model->hello.pd_count; pd++) {
            const char *name = names_pd(&model->names, pd);

            if (strlen(name) == length && strncmp(name, at, length) == 0) {
                break;
            }
        }
        if (pd >= model->hello.pd_count || pd >= 64) {
            command_usage(run, "there is no protection domain '%.*s'; lionscope ps lists them",
                    (int)length, at);
            return false;
        }
        wanted->pds |= UINT64_C(1) << pd;
        at += length + (at[length] == ',');
    }
    return true;
}

/* A performance monitor counts up to a period; of the timer a rate is asked. */
static bool read_wanted(
        struct command_run *run, const struct session *session, struct collect_options *wanted)
{
    wanted->rate = run->options->rate != 0 ? run->options->rate : DEFAULT_RATE;
    wanted->waits = run->options->off_cpu;
    if (!read_event(run, wanted) || !read_pds(run, session, wanted)) {
        return false;
    }
    if (wanted->rate > RATE_MAX) {
        command_usage(run, "--rate is at most %u samples a second", RATE_MAX);
        return false;
    }
    wanted->period = run->options->period;
    if (wanted->event != 0 && wanted->event != 0x10000 && wanted->period == 0) {
        wanted->period = DEFAULT_PERIOD;
    }
    return true;
}

/* Collects for so long; with `each` once a second. */
static enum exit_status collect(struct command_run *run, struct profile *profile, double seconds,
        void (*each)(struct command_run *run, struct profile *profile))
{
    struct session_needs needs = { .pd_interval = 1000 }; /* for what the line costs */
    struct session *session = command_session(run, &needs);
    struct collect_options wanted = { .rate = 0 };
    struct collect collector;
    int64_t end, next;

    if (session == NULL
            || !session_wait(session, lists_known, NULL, run->options->timeout_s, &run->error)
            || !session_claim(session, CHANNEL_PROFILE, &run->error)) {
        return run->error.status;
    }
    if (!read_wanted(run, session, &wanted)) {
        return run->error.status;
    }
    collect_begin(&collector, session, profile, &wanted);
    end = clock_ms() + (int64_t)(seconds * 1000);
    next = clock_ms() + 1000;
    while (clock_ms() < end && !interrupt_seen()
            && (run->options->count == 0 || profile->sample_count < run->options->count)) {
        if (!collect_step(&collector)) {
            if (!collector.rebooted) {
                session_unlisten(session, &collector);
                return explain(run, &collector);
            }
            fputs("the target has been started anew: the recording ends there\n", run->out);
            break;
        }
        wait_a_little(session);
        if (each != NULL && clock_ms() >= next) {
            next = clock_ms() + 1000;
            each(run, profile);
        }
    }
    collect_end(&collector);
    return STATUS_OK;
}

static double seconds_of(const struct command_run *run)
{
    return run->options->duration_s > 0 ? run->options->duration_s : DEFAULT_SECONDS;
}

static enum exit_status record(struct command_run *run)
{
    const char *path = run->options->output != NULL ? run->options->output : "lionscope.prof";
    struct profile profile;
    enum exit_status status;

    profile_init(&profile);
    status = collect(run, &profile, seconds_of(run), NULL);
    if (status == STATUS_OK && !profile_save(&profile, path, &run->error)) {
        status = run->error.status;
    }
    if (status == STATUS_OK) {
        fprintf(run->out, "%s: ", path);
        profile_quality(&profile, run->out);
    }
    profile_free(&profile);
    return status;
}

/* ---- report ---- */

static void print_shares(const struct profile *profile, enum profile_by by, const char *title,
        size_t most, FILE *out)
{
    struct profile_share *shares;
    size_t count = profile_shares(profile, by, &shares);

    fprintf(out, "%6s %6s  %s\n", "SELF%", "TOTAL%", title);
    for (size_t i = 0; i < count && i < most; i++) {
        fprintf(out, "%6.1f %6.1f  %s%s%s\n",
                profile_percent(shares[i].self, profile->sample_count),
                profile_percent(shares[i].total, profile->sample_count), shares[i].name,
                shares[i].file[0] != '\0' ? "  " : "", shares[i].file);
    }
    free(shares);
}

static void print_tree(const struct profile_node *node, unsigned level, uint64_t whole, FILE *out)
{
    if (profile_percent(node->samples, whole) < 0.5) {
        return;
    }
    fprintf(out, "%6.1f %*s%s\n", profile_percent(node->samples, whole), (int)(2 * level), "",
            node->name);
    for (const struct profile_node *child = node->children; child != NULL; child = child->next) {
        print_tree(child, level + 1, whole, out);
    }
}

static json_t *shares_json(const struct profile *profile, enum profile_by by)
{
    struct profile_share *shares;
    size_t count = profile_shares(profile, by, &shares);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *entry = json_object();

        json_object_set_new(entry, "name", json_string(shares[i].name));
        json_object_set_new(entry, "file",
                shares[i].file[0] != '\0' ? json_string(shares[i].file) : json_null());
        json_object_set_new(entry, "self", json_u64(shares[i].self));
        json_object_set_new(entry, "total", json_u64(shares[i].total));
        json_array_append_new(list, entry);
    }
    free(shares);
    return list;
}

static void report_json(const struct profile *profile, FILE *out)
{
    const struct profile_figures figures = profile_figures(profile);
    json_t *document = json_object();

    json_object_set_new(document, "schema", json_string("lionscope-profile-report-1"));
    json_object_set_new(document, "samples", json_u64(profile->sample_count));
    json_object_set_new(document, "dropped", json_u64(profile->dropped));
    json_object_set_new(document, "missed", json_u64(profile->missed));
    json_object_set_new(document, "gaps", json_integer(figures.gaps));
    json_object_set_new(document, "gap_seconds", json_real(figures.gap_seconds));
    json_object_set_new(document, "ticks", json_u64(profile->ticks));
    json_object_set_new(document, "cost_ticks",
            json_u64(profile->profiler_ticks + profile->monitor_ticks + profile->line_ticks));
    json_object_set_new(document, "profiler_ticks", json_u64(profile->profiler_ticks));
    json_object_set_new(document, "monitor_ticks", json_u64(profile->monitor_ticks));
    json_object_set_new(document, "line_ticks", json_u64(profile->line_ticks));
    if (profile->waits != NULL) {
        json_object_set_new(document, "off_cpu", waits_json(profile));
    }
    json_object_set_new(document, "functions", shares_json(profile, PROFILE_BY_FUNCTION));
    json_object_set_new(document, "protection_domains", shares_json(profile, PROFILE_BY_PD));
    json_object_set_new(document, "payers", shares_json(profile, PROFILE_BY_PAYER));
    json_dumpf(document, out, JSON_INDENT(1));
    fputc('\n', out);
    json_decref(document);
}

static bool load(struct command_run *run, struct profile *profile, size_t argument)
{
    if (run->options->argument_count <= argument) {
        command_usage(run, "which recording? As in: lionscope profile %s lionscope.prof",
                run->options->arguments[0]);
        return false;
    }
    return profile_load(profile, run->options->arguments[argument], &run->error);
}

static enum exit_status report(struct command_run *run)
{
    struct profile profile;
    struct profile_node *root;

    if (!load(run, &profile, 1)) {
        return run->error.status;
    }
    if (run->options->json) {
        report_json(&profile, run->out);
    } else {
        profile_quality(&profile, run->out);
        fputc('\n', run->out);
        print_shares(&profile, PROFILE_BY_FUNCTION, "FUNCTION", SHOWN, run->out);
        fputc('\n', run->out);
        print_shares(&profile, PROFILE_BY_PD, "PROTECTION DOMAIN THAT RAN", SHOWN, run->out);
        fputc('\n', run->out);
        print_shares(&profile, PROFILE_BY_PAYER, "PROTECTION DOMAIN THAT PAID", SHOWN, run->out);
        fputc('\n', run->out);
        root = profile_tree(&profile);
        fprintf(run->out, "%6s %s\n", "TOTAL%", "CALL TREE");
        print_tree(root, 0, root->samples, run->out);
        profile_tree_free(root);
        if (profile.waits != NULL) {
            fputs("\nWHAT EACH DID WITH ITS TIME\n", run->out);
            waits_print(&profile, run->out);
        }
    }
    profile_free(&profile);
    return STATUS_OK;
}

/* ---- annotate ---- */

static enum exit_status annotate(struct command_run *run)
{
    const struct options *options = run->options;
    const char *function = options->argument_count > 2 ? options->arguments[2] : NULL;
    struct profile profile;

    if (!load(run, &profile, 1)) {
        return run->error.status;
    }
    annotate_print(&profile, function, options->pds, run->out, &run->error);
    profile_free(&profile);
    return run->error.status;
}

/* ---- diff ---- */

static uint64_t self_of(const struct profile_share *shares, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(shares[i].name, name) == 0) {
            return shares[i].self;
        }
    }
    return 0;
}

static enum exit_status diff(struct command_run *run)
{
    struct profile before, after;
    struct profile_share *old, *new;
    size_t old_count, new_count;

    if (!load(run, &before, 1)) {
        return run->error.status;
    }
    if (!load(run, &after, 2)) {
        profile_free(&before);
        return run->error.status;
    }
    old_count = profile_shares(&before, PROFILE_BY_FUNCTION, &old);
    new_count = profile_shares(&after, PROFILE_BY_FUNCTION, &new);
    fprintf(run->out, "%7s %7s %7s  %s\n", "BEFORE%", "AFTER%", "CHANGE", "FUNCTION");
    for (size_t i = 0; i < new_count + old_count; i++) {
        const char *name = i < new_count ? new[i].name : old[i - new_count].name;
        double b = profile_percent(self_of(old, old_count, name), before.sample_count);
        double a = profile_percent(self_of(new, new_count, name), after.sample_count);

        if ((i < new_count || self_of(new, new_count, name) == 0) && (a >= 0.1 || b >= 0.1)) {
            fprintf(run->out, "%7.1f %7.1f %+7.1f  %s\n", b, a, a - b, name);
        }
    }
    free(old);
    free(new);
    profile_free(&before);
    profile_free(&after);
    return STATUS_OK;
}

/* ---- export ---- */

static const struct {
    const char *name;
    void (*write)(const struct profile *profile, FILE *out);
} formats[] = {
    { "flamegraph", export_flame_graph },
    { "folded", export_folded },
    { "pprof", export_pprof },
    { "speedscope", export_speedscope },
    { "perf", export_perf_script },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static enum exit_status export_to(
        struct command_run *run, size_t format, const struct profile *profile)
{
    FILE *out = run->out;

    if (run->options->output != NULL && (out = fopen(run->options->output, "we")) == NULL) {
        return command_failed(run, STATUS_FAILURE, "%s: %m", run->options->output);
    }
    formats[format].write(profile, out);
    if (out != run->out && fclose(out) != 0) {
        command_failed(run, STATUS_FAILURE, "%s: %m", run->options->output);
    }
    return run->error.status;
}

static enum exit_status export(struct command_run *run) {
    const char *wanted = run->options->format != NULL ? run->options->format : "flamegraph";
            struct profile profile; enum exit_status status; size_t format = 0;

            while (format < FORMATS && strcmp(formats[format].name, wanted) != 0){ format++;
}
if (format == FORMATS)
{
    return command_usage(
            run, "--format is flamegraph, folded, pprof, speedscope or perf, not '%s'", wanted);
}
if (!load(run, &profile, 1)) {
    return run->error.status;
}
status = export_to(run, format, &profile);
profile_free(&profile);
return status;
}

/* ---- top ---- */

static void print_top(struct command_run *run, struct profile *profile)
{
    fputc('\n', run->out);
    profile_quality(profile, run->out);
    print_shares(profile, PROFILE_BY_FUNCTION, "FUNCTION", 15, run->out);
    fputc('\n', run->out);
    print_shares(profile, PROFILE_BY_PD, "PROTECTION DOMAIN THAT RAN", 6, run->out);
    fputc('\n', run->out);
    print_shares(profile, PROFILE_BY_PAYER, "PROTECTION DOMAIN THAT PAID", 6, run->out);
    fflush(run->out);
    profile->sample_count = 0; /* of the last second only */
}

static enum exit_status top(struct command_run *run)
{
    struct profile profile;
    double seconds = run->options->duration_s > 0 ? run->options->duration_s : 1e9;
    enum exit_status status;

    profile_init(&profile);
    status = collect(run, &profile, seconds, print_top);
    profile_free(&profile);
    return status;
}

/* ---- the command ---- */

static const struct {
    const char *name;
    enum exit_status (*run)(struct command_run *run);
} actions[] = {
    { "record", record },
    { "report", report },
    { "annotate", annotate },
    { "export", export },
    { "diff", diff },
    { "top", top },
};

/* No target is called by a number: `-t 10` is meant as in perf and others, ten seconds. */
static void read_seconds(struct options *options)
{
    char *end;
    double seconds = options->target != NULL ? strtod(options->target, &end) : 0;

    if (seconds > 0 && *end == '\0') {
        options->target = NULL;
        options->duration_s = seconds;
    }
}

static enum exit_status run_profile(struct command_run *run)
{
    struct options options = *run->options;

    read_seconds(&options);
    run->options = &options;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(run->options->arguments[0], actions[i].name) == 0) {
            return actions[i].run(run);
        }
    }
    return command_usage(run, "profile record, report, annotate, export, diff or top, not '%s'",
            run->options->arguments[0]);
}

const struct command command_profile = {
    .name = "profile",
    .arguments =
            "record | report FILE | annotate FILE [FUNCTION] | export FILE | diff FILE FILE | top",
    .arguments_min = 1,
    .arguments_max = 3,
    .completes = COMPLETES_FILE,
    .summary = "where time goes: samples with stacks, by function, PD and payer",
    .details =
            "record samples protection domains (all, or --pds) for a while and writes a file, which the others "
            "read, on another machine too. report lists functions, domains, payers and the call tree; "
            "annotate shows source and instructions of a function, of one image if it is named as in the "
            "report ('send @v2 1a2b3c4d5e6f'); export writes other programs' formats; "
            "diff compares two recordings; top shows each second what took the last one. Nothing is "
            "stopped or rebuilt. Time in the kernel shows as [kernel] inside of the code that it was for. "
            "With --off-cpu the report says also why each domain did not run, and because of whom.",
    .options = "json duration count rate event period pds off-cpu output format flamegraph",
    .examples = "lionscope profile record --duration 10 -o echo.prof\n"
                "lionscope profile report echo.prof\n"
                "lionscope profile annotate echo.prof inet_chksum\n"
                "lionscope profile export --flamegraph -o echo.svg echo.prof\n",
    .run = run_profile,
};
