/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/quality.h"

#include <inttypes.h>

#define EVENT_TIMER 0x10000 /* sel4/lionscope.h: LIONSCOPE_EVENT_TICKS */

double profile_percent(uint64_t part, uint64_t whole)
{
    return whole != 0 ? 100.0 * (double)part / (double)whole : 0;
}

/* So many samples in a row are missing, or so much time more than the kernel knows of. */
#define GAP_PERIODS 10
#define GAP_PART    10 /* of a second */

static void find_gaps(const struct profile *profile, struct profile_figures *figures)
{
    uint64_t ticks = 0;

    for (size_t i = 1; i < profile->sample_count; i++) {
        const struct profile_sample *sample = &profile->samples[i];
        uint64_t since = sample->time - profile->samples[i - 1].time;
        uint64_t most = figures->timed ? GAP_PERIODS * profile->period
                                       : sample->elapsed + profile->ticks_per_second / GAP_PART;

        if (sample->time > profile->samples[i - 1].time && since > most) {
            figures->gaps++;
            ticks += since;
        }
    }
    figures->gap_seconds = (double)ticks / (double)profile->ticks_per_second;
}

struct profile_figures profile_figures(const struct profile *profile)
{
    uint64_t ticks = profile->sample_count > 1
            ? profile->samples[profile->sample_count - 1].time - profile->samples[0].time
            : 0;
    struct profile_figures figures = { .seconds =
                                               (double)ticks / (double)profile->ticks_per_second };

    double covered;

    figures.timed = profile->event == 0 || profile->event == EVENT_TIMER;
    find_gaps(profile, &figures);
    covered = figures.seconds - figures.gap_seconds;
    figures.got = covered > 0 ? (double)(profile->sample_count - 1) / covered : 0;
    figures.asked = (double)profile->ticks_per_second / (double)profile->period;
    figures.drift = figures.asked > 0 ? 100 * (figures.got - figures.asked) / figures.asked : 0;
    figures.profiler = profile_percent(profile->profiler_ticks, profile->ticks);
    figures.monitor = profile_percent(profile->monitor_ticks, profile->ticks);
    figures.line = profile_percent(profile->line_ticks, profile->ticks);
    figures.cost = figures.profiler + figures.monitor + figures.line;
    return figures;
}

void profile_quality(const struct profile *profile, FILE *out)
{
    const struct profile_figures figures = profile_figures(profile);

    fprintf(out, "%zu samples in %.2f s", profile->sample_count, figures.seconds);
    if (figures.timed) {
        fprintf(out, ", asked for %.0f a second, got %.1f (%+.2f %%)", figures.asked, figures.got,
                figures.drift);
    } else {
        fprintf(out, ", one each %" PRIu64 " of event 0x%x", profile->period, profile->event);
    }
    fprintf(out,
            "; %" PRIu64 " dropped (no room on the way), %" PRIu64 " missed (taken too late)\n",
            profile->dropped, profile->missed);
    if (figures.gaps != 0) {
        fprintf(out,
                "%u gap%s, %.2f s in all, without samples: missed, dropped, or the link was down\n",
                figures.gaps, figures.gaps > 1 ? "s" : "", figures.gap_seconds);
    }
    if (profile->ticks != 0) {
        fprintf(out, "cost: %.2f %% of the time: kernel and profiler %.2f, monitor %.2f, ",
                figures.cost, figures.profiler, figures.monitor);
        if (profile->line_ticks != 0) {
            fprintf(out, "line %.2f\n", figures.line);
        } else {
            fputs("line not known\n", out);
        }
    }
}
