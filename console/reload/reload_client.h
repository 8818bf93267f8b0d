/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console's side of a reload: the requests of one transaction, one step after the other, and what the target tells
 * meanwhile. Prints nothing.
 */
#pragma once

#include "console/app/session.h"
#include "console/model/modules.h"
#include "console/reload/module_image.h"
#include "console/reload/module_settings.h"

#define RELOAD_QUIESCE_MS 1000 /* in which the PD has to come to rest */

/* Lives as long as requests of it are on their way, even if the command has been given up. */
struct reload_client {
    struct session *session;
    unsigned pd;
    double timeout_s;               /* for an answer */
    char doing[PROTOCOL_DOING_MAX]; /* what others are told when they want the channel */
    struct error_report *error;
    struct protocol_reload_state state; /* as last heard */
    struct protocol_reload_list list;   /* once asked for */
    uint32_t schema;                    /* once asked for */
    uint32_t transaction;
    uint32_t staged, staged_of; /* bytes of text and variables: sent, and to be sent */
    bool asked;                 /* the target has taken the request for a change */
    bool begun;                 /* ... and it was one that names the transaction */

    unsigned waiting; /* requests without a reply */
    bool given_up;
    bool refused;
    uint8_t refusal;         /* enum protocol_error_code; 0: no answer */
    uint64_t refusal_detail; /* of a refused step: the phase */
};

/* NULL: no memory. `error` is where it says what failed; it must live until reload_client_close. */
struct reload_client *reload_client_new(
        struct session *session, unsigned pd, double timeout_s, struct error_report *error);
/* Gives the channel back and forgets the client. NULL is allowed. */
void reload_client_close(struct reload_client *client);

/* True once the target knows nothing of the transaction that it had begun: it has been reset. */
bool reload_client_is_forgotten(const struct reload_client *client);

/* Each of these waits for the answer. False: *error says what is wrong. */
bool reload_client_ask_state(struct reload_client *client);
bool reload_client_ask_list(struct reload_client *client);
/* The number at an address of the monitor's: client->schema. */
bool reload_client_ask_schema(struct reload_client *client, uint64_t address);

/*
 * The steps, in this order; the first claims the channel. Each ends with client->state; in another phase than the
 * step's (RELOAD_STAGING, RELOAD_VERIFIED, RELOAD_QUIESCING or later) the transaction has ended, and the state says why.
 */
/* `begin` describes the image; `file` is its name for the target's log. */
bool reload_client_stage(struct reload_client *client, const struct module_image *image,
        const struct protocol_reload_begin *begin, const char *file);
bool reload_client_verify(struct reload_client *client, const struct module_image *image,
        const struct module_settings *settings, bool older);
bool reload_client_swap(struct reload_client *client, uint32_t probation_ms);
/* Until the phase is another one than `phase`. */
bool reload_client_wait(struct reload_client *client, uint8_t phase, double seconds);

/* Asks for the image of before, and waits until it is back, or is not to be. */
bool reload_client_rollback(struct reload_client *client);
/* Until the target says how long the PD was down; not for ever, as an image may never say so. */
void reload_client_wait_ready(struct reload_client *client);
