/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/load_generator/run.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "host-tools/load_generator/report.h"

#define NS_IN_S  INT64_C(1000000000)
#define NS_IN_MS INT64_C(1000000)

/* After so many timeouts without any answer there is nobody. */
#define SILENCE 5

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_IN_S + now.tv_nsec;
}

struct run {
    struct flow *flows;
    struct pollfd *polls;
    uint32_t count;
    const struct options *options;
    int64_t start;
    int64_t end_of_sending; /* INT64_MAX: when every flow is at its end */
    int64_t timeout;        /* ns */
    int64_t every;          /* ns from one line of progress to the next; 0: none */
    int64_t reported_at;
    bool sending;
};

static bool has_unsent_rest(const struct flow *flow)
{
    return flow->out_done < flow->out_length;
}

/* True if the flow may begin another message now. */
static bool may_send(const struct run *run, const struct flow *flow, int64_t now)
{
    return run->sending && !flow_is_at_its_end(flow) && flow->window.waiting < run->options->window
            && !window_is_full(&flow->window)
            && (run->options->rate == 0 || now >= flow->next_send_at);
}

static void send_what_may_go(const struct run *run, struct flow *flow, int64_t now)
{
    if (run->options->burst && flow->window.waiting > 0 && !has_unsent_rest(flow)) {
        return;
    }
    while (flow->failure == NULL && !flow->socket_is_full
            && (has_unsent_rest(flow) || may_send(run, flow, now))) {
        bool is_new = !has_unsent_rest(flow);

        if (is_new && run->options->rate != 0) {
            flow->next_send_at += NS_IN_S / (int64_t)run->options->rate;
        }
        if (!flow->ops->send(flow, now)) {
            return;
        }
    }
}

static bool is_done(const struct run *run, const struct flow *flow)
{
    bool nothing_to_send = !run->sending || flow_is_at_its_end(flow);

    return flow->failure != NULL || (nothing_to_send && flow->window.waiting == 0);
}

/* When something has to be done for the flow though no data comes. */
static int64_t next_deadline(const struct run *run, const struct flow *flow)
{
    int64_t oldest = window_oldest_sent_at(&flow->window);
    int64_t deadline = oldest == INT64_MAX ? INT64_MAX : oldest + run->timeout;

    if (run->options->rate != 0 && run->sending && !flow_is_at_its_end(flow)
            && flow->window.waiting < run->options->window && flow->next_send_at < deadline) {
        deadline = flow->next_send_at;
    }
    return deadline;
}

/* A window that is full holds the flow back; what it may not send then is not sent later either. */
static void forgo_what_is_held_back(const struct run *run, struct flow *flow, int64_t now)
{
    if (flow->window.waiting >= run->options->window && flow->next_send_at < now) {
        flow->next_send_at = now;
    }
}

static bool nobody_answers(const struct run *run, const struct flow *flow, int64_t now)
{
    return !run->options->forever && now - flow->last_heard > SILENCE * run->timeout;
}

/* Sends and gives up what is due; returns false when all flows are done. */
static bool attend(struct run *run, int64_t now, int64_t *deadline)
{
    bool busy = false;

    run->sending = now < run->end_of_sending && !interrupted;
    *deadline = run->sending ? run->end_of_sending : INT64_MAX;
    for (uint32_t i = 0; i < run->count; i++) {
        struct flow *flow = &run->flows[i];

        window_give_up(&flow->window, now - run->timeout);
        forgo_what_is_held_back(run, flow, now);
        send_what_may_go(run, flow, now);
        bool done = is_done(run, flow);

        if (!done && nobody_answers(run, flow, now)) {
            flow->failure = "nobody answers";
            done = true;
        }

        run->polls[i].fd = done ? -1 : flow->socket;
        run->polls[i].events = (short)(POLLIN | (flow->socket_is_full ? POLLOUT : 0));
        busy |= !done;
        int64_t flow_deadline = done ? INT64_MAX : next_deadline(run, flow);

        *deadline = flow_deadline < *deadline ? flow_deadline : *deadline;
    }
    return busy;
}

static void wait_for_data(struct run *run, int64_t deadline)
{
    int64_t left = deadline - now_ns();
    struct timespec wait = { 0 };

    if (left > 0) {
        left = left < 100 * NS_IN_MS ? left : 100 * NS_IN_MS;
        wait.tv_nsec = left;
    }
    if (ppoll(run->polls, run->count, &wait, NULL) <= 0) {
        return;
    }
    for (uint32_t i = 0; i < run->count; i++) {
        if (run->polls[i].revents & POLLOUT) {
            run->flows[i].socket_is_full = false;
        }
        if (run->polls[i].revents & (POLLIN | POLLERR | POLLHUP)) {
            run->flows[i].ops->receive(&run->flows[i], now_ns());
        }
    }
}

static void report_if_due(struct run *run, int64_t now)
{
    if (run->every != 0 && now - run->reported_at >= run->every) {
        report_progress(
                run->flows, run->count, run->options, now - run->start, now - run->reported_at);
        run->reported_at = now;
    }
}

int64_t run_flows(struct flow *flows, uint32_t count, const struct options *options)
{
    struct sigaction action = { .sa_handler = interrupt };
    struct run run = {
        .flows = flows,
        .count = count,
        .options = options,
        .polls = calloc(count, sizeof(*run.polls)),
        .start = now_ns(),
        .timeout = (int64_t)(options->timeout * (double)NS_IN_S),
        .every = (int64_t)(options->every * (double)NS_IN_S),
    };
    int64_t deadline;

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    run.reported_at = run.start;
    run.end_of_sending = options->seconds == 0
            ? INT64_MAX
            : run.start + (int64_t)(options->seconds * (double)NS_IN_S);
    for (uint32_t i = 0; i < count; i++) {
        flows[i].next_send_at = run.start;
        flows[i].last_heard = run.start;
    }
    while (run.polls != NULL && attend(&run, now_ns(), &deadline)) {
        wait_for_data(&run, deadline);
        report_if_due(&run, now_ns());
    }
    free(run.polls);
    return now_ns() - run.start;
}
