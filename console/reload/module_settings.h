/* SPDX-License-Identifier: BSD-2-Clause */
/* A module's settings: the target copies them out of the image that it was booted with; the console says from where. */
#pragma once

#include "console/model/model.h"
#include "console/reload/module_image.h"

struct module_settings {
    struct protocol_reload_source
            sources[PROTOCOL_SETTINGS_MAX]; /* in the order of the module's settings */
    uint16_t count;
    uint16_t taken; /* of them are copied; the others the module keeps as they are */
    char kept[64];  /* name of one that it keeps; "": none */
};

/* Of a module for a PD whose program the archive has. Adds what could not be copied, or told. */
void module_settings_find(struct module_settings *settings, const struct model *model, unsigned pd,
        const struct module_image *image, struct module_findings *findings);

/* Of a piece of a module: what is zero is zero in its room already, or has not been filled in. */
bool bytes_are_zero(const uint8_t *bytes, size_t size);
