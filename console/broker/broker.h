/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The broker: owns the link to one target and shares it among consoles, which speak the target's own
 * protocol to it through a local socket. Ends some time after its last user.
 */
#pragma once

#include "host-tools/lib/error_report.h"

/* Serves until its last user has gone. Returns when there is nothing more to do; *error on failure. */
bool broker_run(
        const char *place, const char *socket_path, const char *record, struct error_report *error);
