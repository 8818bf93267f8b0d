/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a flattened device tree (Devicetree Specification 0.4) whose bytes nobody vouches for. A
 * function that fails returns false, or a negative number for a node, and has written the error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host-tools/board_facts/ranges.h"

struct device_tree {
    const void *blob;
};

/* One line: node, property, what is wrong, what would be right. */
struct dt_error {
    char text[512];
};

/* Writes "node: property 'name': message". node < 0: about the whole file; property may be NULL. */
bool dt_fail(struct dt_error *error, const struct device_tree *tree, int node, const char *property,
        const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Checks the whole structure. The blob is 8-byte aligned and stays the caller's. */
bool dt_open(struct device_tree *tree, const void *blob, size_t bytes, struct dt_error *error);

/* False for a node whose `status` says that the device is not to be used. */
bool dt_is_enabled(const struct device_tree *tree, int node);

/* True if the property is a string, or a list of them, that holds the value. */
bool dt_has_string(
        const struct device_tree *tree, int node, const char *property, const char *value);

/* The one enabled node that is compatible with any of the names (a list that ends with NULL). */
int dt_find_only(const struct device_tree *tree, const char *const names[], struct dt_error *error);

/* The node that a path, or an alias and perhaps ":options" behind, in a property leads to. */
int dt_follow_path(
        const struct device_tree *tree, int node, const char *property, struct dt_error *error);

/* The interrupt controller of a node: its own or its nearest ancestor's `interrupt-parent`. */
int dt_interrupt_parent(const struct device_tree *tree, int node, struct dt_error *error);

/* A property of exactly one cell. */
bool dt_read_cell(const struct device_tree *tree, int node, const char *property, uint32_t *value,
        struct dt_error *error);

/* The cells of a property whose length is a multiple of `multiple` cells and not 0; NULL if not. */
const uint32_t *dt_cells(const struct device_tree *tree, int node, const char *property,
        size_t multiple, size_t *count, struct dt_error *error);

/* Value of a cell as dt_cells() returns it. */
uint32_t dt_cell(const uint32_t *cell);

/* Number of entries of `reg`; false if it is missing, empty or torn. */
bool dt_reg_count(const struct device_tree *tree, int node, size_t *count, struct dt_error *error);

/* Entry `index` of `reg` as the CPU sees it. Not empty, does not wrap. */
bool dt_reg(const struct device_tree *tree, int node, size_t index, struct range *range,
        struct dt_error *error);
