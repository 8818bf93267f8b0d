/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers to what GDB asks of a target's host side: the programs' files (vFile packets), from the archive,
 * and tables of `info os` that only the archive knows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/model/model.h"

#define HOST_FILES_OPEN_MAX 16
#define HOST_FILES_PIECE    16000 /* bytes of a file in one answer */

struct host_files {
    const struct model *model;
    const struct archive_file *open[HOST_FILES_OPEN_MAX];
};

#define HOST_ANSWER_MAX 40000 /* bytes of a payload */

struct host_answer {
    uint8_t bytes[HOST_ANSWER_MAX];
    size_t length;
};

/* False: the packet is for the target. Otherwise *answer is the payload of the reply. */
bool host_files_answer(
        struct host_files *files, const uint8_t *packet, size_t length, struct host_answer *answer);
