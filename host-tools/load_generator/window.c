/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/load_generator/window.h"

#define SLOT(number) ((number) % WINDOW_MESSAGES)

bool window_is_full(const struct window *window)
{
    return window->sent - window->oldest == WINDOW_MESSAGES;
}

uint64_t window_send(struct window *window, int64_t now)
{
    uint64_t number = window->sent++;

    window->messages[SLOT(number)].sent_at = now;
    window->messages[SLOT(number)].answered = false;
    window->messages[SLOT(number)].given_up = false;
    window->waiting++;
    return number;
}

/* Moves `oldest` to the first message that still waits. */
static void advance(struct window *window)
{
    while (window->oldest < window->sent
            && (window->messages[SLOT(window->oldest)].answered
                    || window->messages[SLOT(window->oldest)].given_up)) {
        window->oldest++;
    }
}

enum answer window_answer(struct window *window, uint64_t number, int64_t now, uint64_t *latency)
{
    if (number >= window->sent || window->sent - number > WINDOW_MESSAGES) {
        return ANSWER_STRANGE;
    }
    if (window->messages[SLOT(number)].answered) {
        return ANSWER_DUPLICATE;
    }
    window->messages[SLOT(number)].answered = true;
    window->waiting -= !window->messages[SLOT(number)].given_up;
    *latency = (uint64_t)(now - window->messages[SLOT(number)].sent_at);
    advance(window);
    if (number < window->newest) {
        return ANSWER_REORDERED;
    }
    window->newest = number + 1;
    return ANSWER_IN_ORDER;
}

void window_give_up(struct window *window, int64_t deadline)
{
    for (uint64_t number = window->oldest; number < window->sent; number++) {
        if (window->messages[SLOT(number)].sent_at >= deadline) {
            break; /* the rest is younger */
        }
        if (!window->messages[SLOT(number)].answered && !window->messages[SLOT(number)].given_up) {
            window->messages[SLOT(number)].given_up = true;
            window->waiting--;
        }
    }
    advance(window);
}

int64_t window_oldest_sent_at(const struct window *window)
{
    return window->oldest < window->sent ? window->messages[SLOT(window->oldest)].sent_at
                                         : INT64_MAX;
}
