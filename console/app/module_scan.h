/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the target which PDs can be reloaded, and how each of them stands, again and again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "monitor/protocol/messages.h"

struct session;

struct module_scan {
    bool wanted;   /* even by a session that asks for no reports of PDs */
    bool waits;    /* for an answer */
    bool listed;   /* the list below is the target's */
    bool complete; /* each of the list has been heard of */
    uint16_t pds[PROTOCOL_RELOADABLE_MAX];
    unsigned count, next;
    int64_t next_round; /* ms */
};

/* To be called again and again. */
void module_scan_step(struct session *session, int64_t now);
/* For session_wait: how each of them stands is known. */
bool module_scan_complete(const struct session *session, void *context);
/* Asks anew at once. */
void module_scan_refresh(struct session *session);
