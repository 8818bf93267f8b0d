/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A console's connection to a target, through a broker or directly, and the model it feeds. Says hello
 * every second, asks for the lists, has the queues watched, renews the subscription, and does all
 * of it again when the target starts anew.
 */
#pragma once

#include "console/app/handle_scan.h"
#include "console/app/module_scan.h"
#include "console/app/place_scan.h"
#include "console/app/stack_scan.h"
#include "console/app/target.h"
#include "console/model/model.h"
#include "console/model/programs.h"
#include "host-tools/lib/client.h"

/* What a view or a command wants to hear of. Intervals in milliseconds, 0: nothing. */
struct session_needs {
    uint32_t pd_interval;
    uint32_t sc_interval;
    uint32_t queue_interval;
    uint32_t link_interval;
    uint16_t queue_samples_per_second;
    bool log;
};

#define SESSION_LISTENERS_MAX 4

/* Whoever wants to hear what the target sends unasked. */
struct session_listener {
    void (*heard)(void *context, const struct protocol_message *message); /* NULL: free */
    void *context;
};

struct session {
    const struct options *options;
    struct target target;
    struct session_needs needs;
    struct client *client; /* NULL: lost, to be opened again */
    struct model *model;
    struct programs programs;
    struct stack_scan stacks;
    struct handle_scan handles;
    struct place_scan place;
    struct module_scan modules;
    bool through_broker;
    bool hello_waits, lists_asked, log_waits, history_asked;
    bool link_bound;        /* the line is too slow for what was asked: reports come less often */
    uint64_t asked_reboots; /* the model's count of reboots that lists_asked is about */
    unsigned queues_asked;
    int64_t next_hello, next_subscribe, next_open, next_heal; /* ms */
    uint8_t last_error;          /* code of the last error_reply; 0: none */
    bool claims[FRAME_CHANNELS]; /* channels that are ours alone */
    /* Frames of a claimed channel that carries no messages. NULL: not heard. */
    void (*on_frame)(void *context, const struct frame *frame);
    void *context;
    struct session_listener listeners[SESSION_LISTENERS_MAX];
    /*
     * Called again and again while somebody waits (session_wait): the full screen goes on with its own work. False:
     * the waiting is to end. NULL: nobody does.
     */
    bool (*idle)(void *context);
    void *idle_context;
    struct error_report lost; /* why client is NULL */
};

/* Opens the target that the options mean. False: *error says why not. */
bool session_open(struct session *session, const struct options *options,
        const struct session_needs *needs, struct error_report *error);
void session_close(struct session *session);

/* Changes what is subscribed. */
void session_set_needs(struct session *session, const struct session_needs *needs);

/* For a poll of one's own: the descriptor (-1: none now), its events, and the longest wait. */
int session_descriptor(const struct session *session);
short session_poll_events(const struct session *session);
int session_wait_ms(const struct session *session);
/* Does what is due. To be called after each poll. */
void session_step(struct session *session);

/*
 * Polls and steps until `done` says so. False: time is over (seconds), a signal came, or the
 * connection has gone for good; *error then says what is missing.
 */
bool session_wait(struct session *session,
        bool (*done)(const struct session *session, void *context), void *context, double seconds,
        struct error_report *error);

/* Messages that the target sends unasked, from now on. At most SESSION_LISTENERS_MAX listen at a time. */
void session_listen(struct session *session,
        void (*heard)(void *context, const struct protocol_message *message), void *context);
/* No longer. Nothing happens if it did not listen. */
void session_unlisten(struct session *session, const void *context);

/* Why there is nothing from the target, in one line; "" if there is no reason to complain. */
void session_trouble(const struct session *session, char *out, size_t size);

/*
 * Makes a channel (gdb, reload, profile) this console's alone, for as long as the connection lasts.
 * False: *error says who else has it, or that the broker does not answer.
 */
bool session_claim(struct session *session, enum frame_channel channel, struct error_report *error);
/* What it is used for, in words for whoever else wants it; the command line, unless told otherwise. */
void session_say_doing(struct session *session, enum frame_channel channel, const char *doing);
/* Gives it back, for others. */
void session_release(struct session *session, enum frame_channel channel);
/* Sends bytes on a claimed channel that carries no messages. False: there is no room, or no link. */
bool session_send_frame(
        struct session *session, enum frame_channel channel, const void *bytes, size_t length);
