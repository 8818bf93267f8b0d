/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a module fits: all that the target will check, on the host, before anything is sent. The target checks once more and
 * does not trust the host.
 */
#pragma once

#include "console/reload/module_description.h"
#include "console/reload/module_wants.h"

/* Adds all that does not fit. `begin` describes the image (module_describe). What is not known of the target is left out. */
void module_check(const struct module_image *image, const struct protocol_reload_begin *begin,
        const struct module_wants *wants, struct module_findings *findings);
