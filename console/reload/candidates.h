/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that could be meant where a module is asked for. */
#pragma once

#include "console/model/model.h"
#include "console/model/programs.h"

/*
 * Calls `add` for what `typed` may go on to: folders (with a slash at the end) and modules; with nothing typed also
 * modules beside the archive and in build/modules. `kind`: only modules of this component; NULL: all.
 */
void module_candidates(const char *typed, const char *archive, const char *kind,
        void (*add)(void *to, const char *candidate), void *to);

/* What component a PD is, from its program in the archive; "" if it does not say. */
void module_kind_of_pd(struct programs *programs, unsigned pd, char *kind, size_t size);
