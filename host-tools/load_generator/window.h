/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages on their way: which have been sent, which were answered, how late, in which order. Numbers
 * run from 0. A message without an answer in time is given up; an answer that comes later still counts
 * as received, so what is lost is known only at the end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Messages that can be told apart; of older ones nothing is remembered. A power of two. */
#define WINDOW_MESSAGES 65536

enum answer {
    ANSWER_IN_ORDER,
    ANSWER_REORDERED, /* a later message was answered before */
    ANSWER_DUPLICATE, /* for the second time */
    ANSWER_STRANGE,   /* never sent, or too long ago to know */
};

struct window {
    uint64_t sent;    /* number of the next message */
    uint64_t oldest;  /* all before are answered or given up */
    uint64_t newest;  /* answered so far, plus one */
    uint32_t waiting; /* neither answered nor given up */
    struct {
        int64_t sent_at; /* ns */
        bool answered;
        bool given_up;
    } messages[WINDOW_MESSAGES];
};

/* Notes the next message as sent; returns its number. There must be room (window_is_full). */
uint64_t window_send(struct window *window, int64_t now);

/* True if the next message would overwrite one that still waits. */
bool window_is_full(const struct window *window);

/* Notes an answer; `latency` is set unless it is strange or a duplicate. */
enum answer window_answer(struct window *window, uint64_t number, int64_t now, uint64_t *latency);

/* Gives up what was sent before `deadline`. */
void window_give_up(struct window *window, int64_t deadline);

/* When the oldest waiting message was sent; INT64_MAX if none waits. */
int64_t window_oldest_sent_at(const struct window *window);
