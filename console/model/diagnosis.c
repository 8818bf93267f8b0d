/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/diagnosis.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/state_words.h"

#define STUCK_S         0.2   /* entries with a sleeping consumer: no wake-up takes so long */
#define NEARLY          0.85  /* of a stack */
#define EXHAUSTED       0.5   /* of the periods end without budget */
#define STORM           20000 /* signals a second from one PD */
#define DAMAGE_PERMILLE 1     /* of the frames */

struct diagnosis {
    const struct model *model;
    double looks_per_second;
    struct finding *findings;
    size_t count, size;
};

static struct finding *add(
        struct diagnosis *diagnosis, enum severity severity, const char *code, const char *subject)
{
    static struct finding nowhere;
    struct finding *finding = diagnosis->count < diagnosis->size
            ? &diagnosis->findings[diagnosis->count++]
            : &nowhere;

    *finding = (struct finding){ .severity = severity, .code = code };
    snprintf(finding->subject, sizeof(finding->subject), "%.95s", subject);
    return finding;
}

static void say(struct finding *finding, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void say(struct finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding->what, sizeof(finding->what), format, arguments);
    va_end(arguments);
}

static void advise(struct finding *finding, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void advise(struct finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding->advice, sizeof(finding->advice), format, arguments);
    va_end(arguments);
}

static const char *pd_name(const struct diagnosis *diagnosis, int pd)
{
    return pd >= 0 ? names_pd(&diagnosis->model->names, (unsigned)pd) : "its other end";
}

/* --- queues --- */

static bool carries_empty_buffers(const struct model_queue *queue)
{
    return strcmp(queue->kind, "net free") == 0;
}

static bool is_held(enum state_class state)
{
    return state == STATE_BREAKPOINT || state == STATE_HELD;
}

static void check_wakeup(struct diagnosis *diagnosis, const struct model_queue *queue)
{
    double seconds = (double)queue->counters[QUEUE_STUCK] / diagnosis->looks_per_second;
    enum state_class state = queue->consumer >= 0
            ? state_of(diagnosis->model, (unsigned)queue->consumer)
            : STATE_UNKNOWN;
    struct finding *finding;

    if (!model_has(queue->present, QUEUE_STUCK) || seconds < STUCK_S
            || carries_empty_buffers(queue)) {
        return;
    }
    if (state == STATE_READY || state == STATE_OUT_OF_BUDGET || state == STATE_FAULTED
            || is_held(state)) {
        return; /* it was woken, or never will be: that is said of the PD */
    }
    finding = add(diagnosis, SEVERITY_PROBLEM, "lost_wakeup", queue->name);
    say(finding,
            "%" PRIu64 " entries have waited for %.1f s, while %s asks for a signal and sleeps",
            queue->counters[QUEUE_LAST], seconds, pd_name(diagnosis, queue->consumer));
    advise(finding,
            "%s put them in without signalling: look where it decides whether to notify, and "
            "whether the consumer looks again after it has asked",
            pd_name(diagnosis, queue->producer));
}

static void check_queue(struct diagnosis *diagnosis, const struct model_queue *queue)
{
    struct finding *finding;

    if (!queue->any_report) {
        return;
    }
    check_wakeup(diagnosis, queue);
    if (model_queue_is_corrupt(queue)) {
        finding = add(diagnosis, SEVERITY_PROBLEM, "corrupt_queue", queue->name);
        say(finding, "%" PRIu64 " looks found more entries than the capacity of %" PRIu64,
                queue->counters[QUEUE_CORRUPT], queue->capacity);
        advise(finding, "one end writes indices wrongly, or the capacities of both ends differ");
    }
    if (!carries_empty_buffers(queue) && model_queue_full_looks(queue) > 0) {
        finding = add(diagnosis, SEVERITY_WARNING, "full_queue", queue->name);
        say(finding, "it was full in %" PRIu64 " looks of the last interval",
                model_queue_full_looks(queue));
        advise(finding, "%s does not keep up with %s: see its budget and state",
                pd_name(diagnosis, queue->consumer), pd_name(diagnosis, queue->producer));
    }
}

/* --- protection domains --- */

static void check_budget(struct diagnosis *diagnosis, unsigned index, const struct model_pd *pd)
{
    double period = model_ticks_to_us(diagnosis->model, pd->sc[SC_PERIOD]) / 1e6;
    double share = pd->rates.expirations * period;
    struct finding *finding;

    if (!model_has(pd->sc_present, SC_PERIOD) || period <= 0 || !isfinite(share)
            || share < EXHAUSTED) {
        return;
    }
    finding = add(diagnosis, SEVERITY_WARNING, "exhausted_budget",
            names_pd(&diagnosis->model->names, index));
    say(finding,
            "its budget of %.3g ms in %.3g ms runs out in %.0f %% of the periods (%.0f a second)",
            model_ticks_to_us(diagnosis->model, pd->sc[SC_BUDGET]) / 1000, period * 1000,
            share > 1 ? 100.0 : share * 100, pd->rates.expirations);
    advise(finding,
            "it is kept from running until the next replenishment; give it more, or make it "
            "wait instead of spinning");
}

static void check_starved(struct diagnosis *diagnosis, unsigned index, const struct model_pd *pd)
{
    enum state_class state = state_of(diagnosis->model, index);
    struct finding *finding;

    if (state != STATE_READY || !isfinite(pd->rates.switches) || pd->rates.switches > 0) {
        return;
    }
    finding =
            add(diagnosis, SEVERITY_PROBLEM, "starved", names_pd(&diagnosis->model->names, index));
    say(finding, "it is ready to run and has not run for a whole interval");
    advise(finding,
            "something of the same or a higher priority (its own is %" PRIu64
            ") takes all the time: 'lionscope top'",
            pd->counters[PD_PRIORITY]);
}

static void check_stack(struct diagnosis *diagnosis, unsigned index, const struct model_pd *pd)
{
    const struct archive_pd *known = names_describe_pd(&diagnosis->model->names, index);
    uint64_t size = known != NULL ? known->stack_top - known->stack_bottom : 0;
    struct finding *finding;

    if (!pd->stack_known || size == 0 || (double)pd->stack_used < NEARLY * (double)size) {
        return;
    }
    finding = add(diagnosis, SEVERITY_WARNING, "stack_near_end",
            names_pd(&diagnosis->model->names, index));
    say(finding, "%" PRIu64 " of %" PRIu64 " bytes of its stack have been used", pd->stack_used,
            size);
    advise(finding, "raise stack_size in the system description");
}

static void check_pd(struct diagnosis *diagnosis, unsigned index)
{
    const struct model_pd *pd = &diagnosis->model->pds[index];
    const char *name = names_pd(&diagnosis->model->names, index);
    struct finding *finding;

    if (state_of(diagnosis->model, index) == STATE_FAULTED) {
        finding = add(diagnosis, SEVERITY_PROBLEM, "faulted", name);
        say(finding, "it has faulted and does not run (%" PRIu64 " faults since boot)",
                pd->counters[PD_FAULTS]);
        advise(finding, "the log has the fault report: 'lionscope log'");
    } else if (is_held(state_of(diagnosis->model, index))) {
        char words[80];

        state_in_words(diagnosis->model, index, words, sizeof(words));
        finding = add(diagnosis, SEVERITY_NOTE, "debugged", name);
        say(finding, "it is %s, and so does not run", words);
        advise(finding, "whoever has it in GDB can let it go on: continue, or detach");
    } else if (model_has(pd->present, PD_FAULTS) && pd->counters[PD_FAULTS] > 0) {
        finding = add(diagnosis, SEVERITY_WARNING, "faults", name);
        say(finding, "%" PRIu64 " faults since boot; it runs again", pd->counters[PD_FAULTS]);
        advise(finding,
                "'lionscope log' may have the reports; a debugger's breakpoints count as faults, too");
    }
    if (isfinite(pd->rates.signals) && pd->rates.signals > STORM) {
        finding = add(diagnosis, SEVERITY_WARNING, "signal_storm", name);
        say(finding, "it signals %.0f times a second", pd->rates.signals);
        advise(finding, "signal once after a batch, and only if the other end asked for it");
    }
    check_budget(diagnosis, index, pd);
    check_starved(diagnosis, index, pd);
    check_stack(diagnosis, index, pd);
}

/* --- link and archive --- */

static void check_link(struct diagnosis *diagnosis)
{
    const struct model *model = diagnosis->model;
    struct finding *finding;

    if (model->names.has_archive && !model->names.trusted) {
        finding = add(diagnosis, SEVERITY_PROBLEM, "wrong_archive", model->names.path);
        say(finding, "%s", model->names.trouble);
        advise(finding, "names and types are left out; use the archive beside the running image");
    } else if (!model->names.has_archive) {
        finding = add(diagnosis, SEVERITY_NOTE, "no_archive", "archive");
        say(finding, "there is no archive: names, queues and stacks cannot be checked");
        advise(finding, "--archive FILE");
    }
    if (model_has(model->link_present, LINK_DAMAGED)
            && model_has(model->link_present, LINK_FRAMES_IN)
            && model->link[LINK_DAMAGED] * 1000
                    > (model->link[LINK_FRAMES_IN] + model->link[LINK_DAMAGED]) * DAMAGE_PERMILLE) {
        finding = add(diagnosis, SEVERITY_WARNING, "damaged_link", "target's link");
        say(finding, "%" PRIu64 " frames came damaged, %" PRIu64 " good", model->link[LINK_DAMAGED],
                model->link[LINK_FRAMES_IN]);
        advise(finding, "check cable, speed and flow control");
    }
    if (model_has(model->link_present, LINK_DROPPED) && model->link[LINK_DROPPED] > 0) {
        finding = add(diagnosis, SEVERITY_NOTE, "dropped_reports", "target's link");
        say(finding, "%" PRIu64 " reports were not sent: the line's queue was full",
                model->link[LINK_DROPPED]);
        advise(finding, "a longer --interval, or a faster line");
    }
}

static int compare(const void *a, const void *b)
{
    return (int)((const struct finding *)b)->severity - (int)((const struct finding *)a)->severity;
}

size_t diagnose(
        const struct model *model, double looks_per_second, struct finding *findings, size_t size)
{
    struct diagnosis diagnosis = { model, looks_per_second, findings, 0, size };

    check_link(&diagnosis);
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        if (model->pds[i].listed) {
            check_pd(&diagnosis, i);
        }
    }
    for (unsigned i = 0; i < model->queue_count; i++) {
        check_queue(&diagnosis, &model->queues[i]);
    }
    qsort(findings, diagnosis.count, sizeof(*findings), compare);
    return diagnosis.count;
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = { "note", "warning", "problem" };

    return names[severity];
}
