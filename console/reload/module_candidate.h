/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that is to be a PD's next image: all that is known of it and of what it has to fit, and what does not. */
#pragma once

#include "console/reload/module_check.h"
#include "console/reload/module_settings.h"
#include "console/reload/reload_client.h"

struct module_candidate {
    const char *path;
    bool described; /* `image` and `begin` are there; otherwise the findings say why not */
    struct module_image image;
    struct protocol_reload_begin begin;
    struct module_wants wants;
    struct module_settings settings;
    struct module_findings findings;
};

/*
 * Reads the file and compares it with what model and archive know of the PD. `older`: a lower version is meant. What is wrong
 * is in the findings.
 */
void module_candidate_open(struct module_candidate *candidate, const char *path,
        const struct session *session, unsigned pd, bool older);
/* The same with what the target has to be asked for. False: it cannot be asked; the client's error says why. */
bool module_candidate_ask(struct module_candidate *candidate, const char *path,
        struct reload_client *client, bool older);
void module_candidate_free(struct module_candidate *candidate);

/* "bad.elf does not fit net_virt_tx:" and the list. */
void module_candidate_print(
        const struct module_candidate *candidate, const char *pd_name, FILE *out);
