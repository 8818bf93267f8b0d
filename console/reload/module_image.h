/* SPDX-License-Identifier: BSD-2-Clause */
/* A module's ELF file (lionsos/module.ld): its two segments, and where its settings are. The file is input. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/reload/module_findings.h"
#include "host-tools/lib/error_report.h"
#include "lionsos/include/lions/reload.h"
#include "monitor/protocol/messages.h"

struct module_image {
    uint8_t *bytes; /* text, and from `data` on the variables, as in memory */
    uint32_t text_bytes;
    uint32_t data;       /* offset of the variables: room for the text */
    uint32_t data_bytes; /* without what is zero at the end */
    uint32_t data_memory;
    uint32_t entry;
    uint8_t build_id[PROTOCOL_ID_MAX];
    uint16_t build_id_length;
    struct lions_module_header header;
    void *elf; /* Elf of libelf, until module_image_free */
    void *file;
    size_t file_size;
};

/*
 * Reads the file, and adds all that is wrong with it; changes nothing in it. False: it is so wrong that there is no image of
 * it, and no header. Otherwise segments, entry and header are where they say; what they say may still not fit.
 */
bool module_image_read(
        struct module_image *image, const char *path, struct module_findings *findings);
/* The same for those who take nothing but a good one. False: *error says the first thing that is wrong with it. */
bool module_image_open(struct module_image *image, const char *path, struct error_report *error);
void module_image_free(struct module_image *image);

/* Sections of configuration: name ends with "_config". Place in `bytes` and size. */
typedef bool module_section_fn(void *context, const char *name, uint32_t offset, uint32_t size);
/* Calls `visit` for each, and for each variable that the microkit tool fills in, until it returns false. */
bool module_image_for_each_setting(
        const struct module_image *image, module_section_fn *visit, void *context);

/* The place of a setting in an ordinary ELF image: its address, 0 if there is none of this size. */
uint64_t elf_setting_address(
        const void *bytes, size_t size, const char *name, uint32_t setting_size);
/* The bytes that an ELF file has for so many at this address, NULL if it has none. Valid as long as the file. */
const uint8_t *elf_content(const void *bytes, size_t size, uint64_t address, uint32_t length);
