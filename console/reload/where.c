/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/where.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool says_a_place(uint8_t cause)
{
    return cause == RELOAD_NEVER_AT_REST || cause == RELOAD_HELD || cause == RELOAD_SILENT
            || cause == RELOAD_NO_HEARTBEAT;
}

void reload_where(
        struct session *session, const struct protocol_reload_state *state, char *out, size_t size)
{
    struct symbols *symbols = NULL;
    struct code_location at;
    const char *file;

    out[0] = '\0';
    if (says_a_place(state->cause) && state->detail != 0) {
        symbols = programs_at(&session->programs, state->pd, UINT64_MAX, state->detail);
    }
    if (symbols == NULL || !symbols_locate(symbols, state->detail, &at) || at.symbol[0] == '\0') {
        return;
    }
    file = strrchr(at.file, '/') != NULL ? strrchr(at.file, '/') + 1 : at.file;
    if (file[0] != '\0') {
        snprintf(out, size, ": in %s+0x%" PRIx64 " at %s:%d", at.symbol, at.offset, file, at.line);
    } else {
        snprintf(out, size, ": in %s+0x%" PRIx64, at.symbol, at.offset);
    }
}
