/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: a device tree as a composition asks it. Every question to every node has an answer or an
 * error with a text.
 */
#include "host-tools/compose/board.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void ask_node(struct arena *arena, const struct board *board, int node)
{
    const char *const *compatible = board_compatible(board, arena, node);

    while (*compatible != NULL) {
        require(strlen(*compatible) < fdt_totalsize(board->tree.blob));
        compatible++;
    }
    board_is_coherent(board, node);
    for (size_t index = 0; index < 3; index++) {
        struct board_interrupt interrupt;
        struct dt_error error = { 0 };
        bool good = board_interrupt(board, node, index, &interrupt, &error);

        require(good ? interrupt.number >= 16 && interrupt.number < 1020 : error.text[0] != 0);
    }
}

static void ask_names(struct arena *arena, const struct board *board, int node)
{
    static const char *const references[] = { "serial@9000000", "serial0", "/timer", "", "/" };
    int found;

    if (board_find(board, board_node_name(board, node), &found) == BOARD_FOUND) {
        require(found >= 0);
    }
    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
        if (board_find(board, references[i], &found) == BOARD_UNKNOWN) {
            board_suggest(board, arena, references[i]);
        }
    }
}

static void ask(struct arena *arena, const struct board *board)
{
    const void *blob = board->tree.blob;
    struct range dma;
    int nodes = 0;

    for (int node = fdt_next_node(blob, -1, NULL); node >= 0 && nodes < 100;
            node = fdt_next_node(blob, node, NULL)) {
        ask_node(arena, board, node);
        nodes++;
    }
    ask_names(arena, board, fdt_next_node(blob, 0, NULL) >= 0 ? fdt_next_node(blob, 0, NULL) : 0);
    if (board_dma_range(board, &dma)) {
        require(dma.start < dma.end && dma.end % 0x200000 == 0);
    }
    list_for_each(bank, &board->memory) {
        require(bank->start < bank->end);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct board board = { .path = "case.dtb" };
    struct dt_error error = { 0 };
    void *copy = malloc(size + 1); /* aligned, and its own, so that a byte too far is seen */

    require(copy != NULL);
    if (size != 0) {
        memcpy(copy, data, size);
    }
    if (board_open(&arena, &board, copy, size, &error)) {
        ask(&arena, &board);
    } else {
        require(error.text[0] != 0);
    }
    arena_release(&arena);
    free(copy);
    return 0;
}
