/* SPDX-License-Identifier: BSD-2-Clause */
/* The bootable image of a plan (microkit.md, 17.1). */
#pragma once

#include "microkit/tool/plan.h"

/* Values of --image-type. */
enum image_type {
    IMAGE_BINARY,
    IMAGE_ELF
};

/* The whole image file. */
struct bytes image_build(struct plan *plan, enum image_type type);
/* Size of the specification in bytes. */
uint64_t image_spec_size(const struct plan *plan);
/* Pages of the initial task. */
uint64_t image_task_pages(const struct plan *plan);
