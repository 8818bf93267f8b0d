/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers to what GDB asks of a target's host side: the programs' files (vFile packets), from the archive and, of
 * modules, from their store; and tables of `info os` that only the archive knows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/model/model.h"
#include "console/reload/module_store.h"

#define HOST_FILES_OPEN_MAX 16
#define HOST_FILES_PIECE    16000 /* bytes of a file in one answer */

struct host_file {
    const uint8_t *bytes; /* NULL: not open */
    size_t size;
    void *owned; /* to be freed when it is closed */
};

/* Zero it, and set the model, before the first call. */
struct host_files {
    const struct model *model;
    struct host_file open[HOST_FILES_OPEN_MAX];
};

#define HOST_ANSWER_MAX 40000 /* bytes of a payload */

struct host_answer {
    uint8_t bytes[HOST_ANSWER_MAX];
    size_t length;
};

/* GDB has gone. */
void host_files_close(struct host_files *files);
/* The build-id in "/modules/PD/slotN/BUILD-ID.elf", as the target names modules. False: it is no such path. */
bool host_files_module(const char *path, char build_id[MODULE_STORE_ID_MAX]);
/* False: the packet is for the target. Otherwise *answer is the payload of the reply. */
bool host_files_answer(
        struct host_files *files, const uint8_t *packet, size_t length, struct host_answer *answer);
