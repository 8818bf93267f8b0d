/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/compose/board.h"

#include <libfdt.h>
#include <string.h>

#include "microkit/tool/diagnostics.h"

#define ROOT       0
#define LARGE_PAGE UINT64_C(0x200000)

/* Devicetree binding of the GIC: three cells. */
#define GIC_CELLS       3
#define GIC_SHARED      0
#define GIC_PRIVATE     1
#define FIRST_SHARED    32
#define FIRST_PRIVATE   16
#define SHARED_COUNT    988
#define PRIVATE_COUNT   16
#define FLAG_SENSE_MASK 15
#define FLAG_EDGE       3 /* rising or falling */

static bool read_reg(
        struct arena *arena, struct board *board, int node, bool is_memory, struct dt_error *error)
{
    size_t count;

    if (!dt_reg_count(&board->tree, node, &count, error)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct range range;

        if (!dt_reg(&board->tree, node, i, &range, error)) {
            return false;
        }
        if (is_memory) {
            *list_add(arena, &board->memory) = range;
        } else {
            *list_add(arena, &board->reserved) = range;
        }
    }
    return true;
}

static bool read_memory(struct arena *arena, struct board *board, struct dt_error *error)
{
    const void *blob = board->tree.blob;
    int node;

    fdt_for_each_subnode(node, blob, ROOT)
    {
        if (dt_has_string(&board->tree, node, "device_type", "memory")
                && dt_is_enabled(&board->tree, node)
                && !read_reg(arena, board, node, true, error)) {
            return false;
        }
    }
    return true;
}

static bool read_reserved(struct arena *arena, struct board *board, struct dt_error *error)
{
    const void *blob = board->tree.blob;
    int parent = fdt_path_offset(blob, "/reserved-memory");
    int node;

    for (int i = 0; i < fdt_num_mem_rsv(blob); i++) {
        uint64_t start;
        uint64_t size;

        if (fdt_get_mem_rsv(blob, i, &start, &size) == 0 && start + size > start) {
            *list_add(arena, &board->reserved) = (struct range){ start, start + size };
        }
    }
    if (parent < 0) {
        return true;
    }
    fdt_for_each_subnode(node, blob, parent)
    {
        /* A node without `reg` leaves the place to the operating system. */
        if (fdt_getprop(blob, node, "reg", NULL) != NULL
                && !read_reg(arena, board, node, false, error)) {
            return false;
        }
    }
    return true;
}

bool board_open(struct arena *arena, struct board *board, const void *bytes, size_t size,
        struct dt_error *error)
{
    return dt_open(&board->tree, bytes, size, error) && read_memory(arena, board, error)
            && read_reserved(arena, board, error);
}

const char *board_node_name(const struct board *board, int node)
{
    const char *name = fdt_get_name(board->tree.blob, node, NULL);

    return name != NULL ? name : "";
}

enum board_find board_find(const struct board *board, const char *reference, int *node)
{
    const void *blob = board->tree.blob;
    const char *alias;
    int found = -1;

    if (reference[0] == '/') {
        *node = fdt_path_offset(blob, reference);
        return *node >= 0 ? BOARD_FOUND : BOARD_UNKNOWN;
    }
    alias = fdt_get_alias(blob, reference);
    /* An alias that leads to an alias may lead back to itself, and libfdt would follow it for ever. */
    if (alias != NULL && alias[0] == '/') {
        *node = fdt_path_offset(blob, alias);
        return *node >= 0 ? BOARD_FOUND : BOARD_UNKNOWN;
    }
    for (int next = fdt_next_node(blob, ROOT, NULL); next >= 0;
            next = fdt_next_node(blob, next, NULL)) {
        if (strcmp(board_node_name(board, next), reference) != 0) {
            continue;
        }
        if (found >= 0) {
            return BOARD_AMBIGUOUS;
        }
        found = next;
    }
    *node = found;
    return found >= 0 ? BOARD_FOUND : BOARD_UNKNOWN;
}

const char *board_suggest(const struct board *board, struct arena *arena, const char *reference)
{
    const void *blob = board->tree.blob;
    LIST(const char *) names = { 0 };

    for (int node = fdt_next_node(blob, ROOT, NULL); node >= 0;
            node = fdt_next_node(blob, node, NULL)) {
        if (fdt_getprop(blob, node, "compatible", NULL) != NULL) {
            *list_add(arena, &names) = board_node_name(board, node);
        }
    }
    *list_add(arena, &names) = NULL;
    return suggestion(arena, reference, names.items);
}

const char *const *board_compatible(const struct board *board, struct arena *arena, int node)
{
    const void *blob = board->tree.blob;
    LIST(const char *) names = { 0 };
    int count = fdt_stringlist_count(blob, node, "compatible");

    for (int i = 0; i < count; i++) {
        const char *name = fdt_stringlist_get(blob, node, "compatible", i, NULL);

        if (name != NULL) {
            *list_add(arena, &names) = name;
        }
    }
    *list_add(arena, &names) = NULL;
    return names.items;
}

bool board_interrupt(const struct board *board, int node, size_t index,
        struct board_interrupt *interrupt, struct dt_error *error)
{
    const struct device_tree *tree = &board->tree;
    int controller = dt_interrupt_parent(tree, node, error);
    uint32_t cells_each;
    size_t count;

    if (controller < 0 || !dt_read_cell(tree, controller, "#interrupt-cells", &cells_each, error)) {
        return false;
    }
    if (cells_each != GIC_CELLS) {
        return dt_fail(error, tree, controller, "#interrupt-cells",
                "%u; expected %d, a GIC is the only interrupt controller known here", cells_each,
                GIC_CELLS);
    }

    const uint32_t *cells = dt_cells(tree, node, "interrupts", GIC_CELLS, &count, error);

    if (cells == NULL) {
        return false;
    }
    if (index >= count / GIC_CELLS) {
        return dt_fail(error, tree, node, "interrupts", "%zu entries, expected at least %zu",
                count / GIC_CELLS, index + 1);
    }
    cells += index * GIC_CELLS;

    uint32_t kind = dt_cell(&cells[0]);
    uint32_t number = dt_cell(&cells[1]);

    if (kind > GIC_PRIVATE || number >= (kind == GIC_SHARED ? SHARED_COUNT : PRIVATE_COUNT)) {
        return dt_fail(error, tree, node, "interrupts",
                "entry %zu is <%u %u ...>; expected <0 0..%d ...> or <1 0..%d ...>", index, kind,
                number, SHARED_COUNT - 1, PRIVATE_COUNT - 1);
    }
    interrupt->number = number + (kind == GIC_SHARED ? FIRST_SHARED : FIRST_PRIVATE);
    interrupt->edge = (dt_cell(&cells[2]) & FLAG_SENSE_MASK & FLAG_EDGE) != 0;
    return true;
}

bool board_is_coherent(const struct board *board, int node)
{
    for (; node >= 0; node = fdt_parent_offset(board->tree.blob, node)) {
        if (fdt_getprop(board->tree.blob, node, "dma-coherent", NULL) != NULL) {
            return true;
        }
    }
    return false;
}

bool board_dma_range(const struct board *board, struct range *range)
{
    *range = (struct range){ 0 };
    list_for_each(bank, &board->memory) {
        if (bank->end - bank->start > range->end - range->start) {
            *range = *bank;
        }
    }
    range->end = (range->start + (range->end - range->start) / 2) / LARGE_PAGE * LARGE_PAGE;
    return range->end > range->start;
}
