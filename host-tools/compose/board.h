/* SPDX-License-Identifier: BSD-2-Clause */
/* What a composition asks of the board's device tree: devices, interrupts, memory. */
#pragma once

#include "host-tools/board_facts/device_tree.h"
#include "microkit/tool/arena.h"

struct board {
    const char *path; /* of the device tree, for messages */
    struct device_tree tree;
    LIST(struct range) memory;   /* RAM, ascending as in the tree */
    LIST(struct range) reserved; /* of it, set aside by the tree */
};

/* An interrupt as a `.system` file names it. */
struct board_interrupt {
    uint32_t number; /* INTID */
    bool edge;       /* else level */
};

enum board_find {
    BOARD_FOUND,
    BOARD_UNKNOWN,
    BOARD_AMBIGUOUS
};

/* Checks the tree and collects its memory. The bytes, 8-byte aligned, stay the caller's. */
bool board_open(struct arena *arena, struct board *board, const void *bytes, size_t size,
        struct dt_error *error);

/* A node by path, by alias, or by its name with the unit address (`serial@9000000`). */
enum board_find board_find(const struct board *board, const char *reference, int *node);

/* Name of a node with its unit address; of another path for the same node, the last part. */
const char *board_node_name(const struct board *board, int node);

/* "; did you mean 'x'?" for a reference that was not found, or "". */
const char *board_suggest(const struct board *board, struct arena *arena, const char *reference);

/* The strings of `compatible`, most specific first; ends with NULL. */
const char *const *board_compatible(const struct board *board, struct arena *arena, int node);

/* Entry `index` of `interrupts` of a device behind a GIC. */
bool board_interrupt(const struct board *board, int node, size_t index,
        struct board_interrupt *interrupt, struct dt_error *error);

/* True if the device sees what is in caches: `dma-coherent` on the node or a bus above it. */
bool board_is_coherent(const struct board *board, int node);

/*
 * Where memory for devices is taken from, downwards: the middle of the largest bank, away from the
 * kernel at its beginning and from the initial task's objects at its end. False if there is no memory.
 */
bool board_dma_range(const struct board *board, struct range *range);
