/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A module that lies in a slot as it stood in its file is made ready to run there: relocated, and with the settings of the
 * image that the system was booted with. What it says of itself is not trusted: nothing is written outside the slot.
 */
#pragma once

#include "monitor/reload/transaction.h"

/* Of what is announced, before anything is staged. RELOAD_CAUSE_NONE: it could be placed in such a slot. */
enum protocol_reload_cause module_place_check(const monitor_reload_pd_t *config,
        const struct protocol_reload_begin *begin, uint64_t *detail);

/* What is staged, once. RELOAD_CAUSE_NONE: it is ready. */
enum protocol_reload_cause module_place(const struct reload_module *module,
        const monitor_reload_slot_t *slot, const struct protocol_reload_verify *request,
        uint64_t *detail);
