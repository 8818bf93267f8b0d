/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a PD was when a transaction ended, if its ending is about that. */
#pragma once

#include "console/app/session.h"

/* ": in function+0x10 at file.c:12"; "" if the ending says no place, or it is not known. */
void reload_where(
        struct session *session, const struct protocol_reload_state *state, char *out, size_t size);
