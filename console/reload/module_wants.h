/* SPDX-License-Identifier: BSD-2-Clause */
/* What a module has to be so that the target takes it for a PD: as far as the host knows without sending it. */
#pragma once

#include "console/app/session.h"
#include "monitor/include/monitor/reload_config.h"

struct module_wants {
    struct protocol_reload_state state; /* rooms, and what runs */
    bool config_known;                  /* the archive has the monitor that runs: */
    monitor_reload_pd_t config; /* kind, interface, configuration, and where the hand-over is */
    bool schema_known;
    uint32_t schema; /* of the state that the running image keeps; 0: it has none yet */
    bool list_known;
    struct protocol_reload_list list; /* with the key that modules are to be signed with */
    bool older;                       /* a lower version is meant */
};

/* What model and archive know; the target is not asked. */
void module_wants_known(struct module_wants *wants, const struct session *session, unsigned pd);

/*
 * The address, in the monitor, of the `schema` in the PD's hand-over region. False: it is not known, or cannot be read there.
 */
bool module_wants_schema_address(
        const struct module_wants *wants, const struct model *model, uint64_t *address);
