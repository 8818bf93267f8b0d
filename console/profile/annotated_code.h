/* SPDX-License-Identifier: BSD-2-Clause */
/* An entry of a recording's code (annotate.h): whose function it is, and what hit it. */
#pragma once

#include "console/profile/profile.h"

#define IMAGE_MARK " @" /* between a function's name and its image's (stacks.c) */

/* The image it is in, as in names of functions; "": the one that its PD was booted with. */
const char *code_image(const json_t *code);
/* The image that the sample hit. */
const char *code_image_of_sample(
        const struct profile *profile, const struct profile_sample *sample);
/* True if the sample hit this function. */
bool code_is_hit(
        const struct profile *profile, const json_t *code, const struct profile_sample *sample);
