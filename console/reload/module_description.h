/* SPDX-License-Identifier: BSD-2-Clause */
/* What the target is told of a module before it gets its bytes, and where the module's signature stands. */
#pragma once

#include "console/reload/module_image.h"
#include "monitor/signature/module_signature.h"

/*
 * Fills in what the module says of itself: sizes, entry, relocations, settings (in the order of
 * module_image_for_each_setting), build-id, signature. False: *error says what a target would not take.
 */
bool module_describe(const struct module_image *image, struct protocol_reload_begin *begin,
        struct error_report *error);

/* Offset of its struct module_signature in the module's file. 0: it has no room for one. */
size_t module_signature_place(const struct module_image *image);
