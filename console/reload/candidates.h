/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that could be meant where a module is asked for. */
#pragma once

/*
 * Calls `add` for what `typed` may go on to: folders (with a slash at the end) and modules; with nothing typed also
 * modules beside the archive and in build/modules. `kind`: only modules of this component; "" or NULL: all.
 */
void module_candidates(const char *typed, const char *archive, const char *kind,
        void (*add)(void *to, const char *candidate), void *to);
