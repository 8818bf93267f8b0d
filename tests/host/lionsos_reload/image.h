/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images of a component on the build machine: shared objects, so that each start finds variables as they were linked, and
 * nothing of the image before, like in a slot. The hand-over region and the memory that the settings name stay.
 */
#pragma once

#include <os/sddf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lions/reload.h>

/* What each image gets before it starts: variable `name` is to be these bytes, if the image has it. */
struct image_setting {
    const char *name;
    const void *value;
    size_t size;
};

/* Replaces the running image, if any, by lib<name>.so, and calls its init(). `settings` ends with name NULL. */
void image_start(const char *name, const struct image_setting *settings);
/* Ends the running image. */
void image_stop(void);
/* An event for the running image. */
void image_notified(sddf_channel channel);
/* A variable or constant of the running image, which must have it. */
void *image_symbol(const char *name);

/* The hand-over region, zero at boot, and the setting that names it. */
struct lions_hand_over *image_hand_over(void);
const lions_reload_config_t *image_reload_config(void);
/* As at boot. */
void image_clear_hand_over(void);

/* A number below `limit`; the same ones in each run. */
uint32_t image_random(uint32_t limit);
void image_seed(uint32_t seed);
