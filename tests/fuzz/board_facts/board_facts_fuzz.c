/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the device-tree reader of host-tools/board_facts. Whatever the bytes, it gives either
 * an error with a text or facts that a kernel can be built with; both are checked.
 */
#include <stdlib.h>
#include <string.h>

#include "host-tools/board_facts/emit.h"

#define DEVICE_TOP (UINT64_C(1) << 40)

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_list(const struct range_list *list)
{
    require(list->count <= RANGES_MAX);
    for (size_t i = 0; i < list->count; i++) {
        require(list->at[i].start < list->at[i].end);
        require(i == 0 || list->at[i - 1].end < list->at[i].start);
    }
}

/* Nothing is given out twice, and nothing the kernel keeps is given out. */
static void check_facts(const struct board_facts *facts)
{
    check_list(&facts->memory);
    check_list(&facts->reserved);
    check_list(&facts->devices);
    require(facts->memory.count > 0);
    for (size_t i = 0; i < facts->memory.count; i++) {
        require(facts->memory.at[i].start % 0x1000 == 0 && facts->memory.at[i].end % 0x1000 == 0);
        require(!range_list_touches(&facts->devices, facts->memory.at[i]));
        require(!range_list_touches(&facts->reserved, facts->memory.at[i]));
    }
    for (size_t i = 0; i < facts->devices.count; i++) {
        require(facts->devices.at[i].end <= DEVICE_TOP);
        require(!range_list_touches(&facts->reserved, facts->devices.at[i]));
    }
    require(!range_list_touches(&facts->devices, facts->gic_distributor));
    require(!range_list_touches(&facts->devices, facts->gic_per_core));
    require(facts->uart % 0x1000 == 0);
    require(facts->timer_interrupt >= 16 && facts->timer_interrupt < 32);
}

static void check_emitted(const struct board_facts *facts)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    require(out != NULL);
    emit_header(out, facts);
    emit_linker_script(out, facts);
    emit_platform(out, facts);
    require(fclose(out) == 0);
    require(strstr(text, "BOARD_KERNEL_PHYS_BASE") != NULL);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct device_tree tree;
    struct board_facts facts;
    struct dt_error error = { .text = "" };
    void *blob = malloc(size > 0 ? size : 1); /* its own, so that a byte too far is seen */

    require(blob != NULL);
    if (size > 0) {
        memcpy(blob, data, size);
    }
    if (!dt_open(&tree, blob, size, &error)) {
        require(error.text[0] != '\0');
    } else {
        for (unsigned gic = 2; gic <= 3; gic++) {
            if (board_facts_read(&tree, gic, DEVICE_TOP, &facts, &error)) {
                check_facts(&facts);
                check_emitted(&facts);
            } else {
                require(error.text[0] != '\0');
            }
        }
    }
    free(blob);
    return 0;
}
