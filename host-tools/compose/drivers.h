/* SPDX-License-Identifier: BSD-2-Clause */
/* What drivers there are and what each needs of its device: config.json in the drivers' folders. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "microkit/tool/arena.h"

struct driver_region {
    const char *name;
    const char *permissions; /* letters r, w, x */
    uint64_t size;           /* bytes; the least that the driver needs */
    bool cached;
    bool is_device; /* registers: entry `dt_index` of `reg`; else memory that the device also sees */
    size_t dt_index;
};

struct driver {
    const char *device_class; /* folder above its own: serial, timer, network */
    const char *name;         /* its folder */
    const char *program;      /* file name of the ELF in the SDK */
    LIST(const char *) compatible;
    LIST(struct driver_region) regions; /* in the order in which the driver gets them */
    LIST(size_t) interrupts;            /* entries of `interrupts` */
};

struct driver_list {
    LIST(struct driver) items; /* by class, then by name */
};

/*
 * Reads all <folder>/<class>/<driver>/config.json. False after writing to stderr what is wrong, with
 * file, line and column where there is a place.
 */
bool drivers_read(struct arena *arena, const char *folder, struct driver_list *drivers);

/* The driver of a class for the first string of the list that any driver knows; NULL if none does. */
const struct driver *drivers_find(
        const struct driver_list *drivers, const char *device_class, const char *const *compatible);

/* All strings that drivers of a class know, for messages; ends with NULL. */
const char *const *drivers_known(
        struct arena *arena, const struct driver_list *drivers, const char *device_class);
