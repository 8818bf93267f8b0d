/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/board_facts/device_tree.h"

#include <inttypes.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ROOT           0
#define OLDEST_VERSION 17
#define CELL           sizeof(fdt32_t)

bool dt_fail(struct dt_error *error, const struct device_tree *tree, int node, const char *property,
        const char *format, ...)
{
    char path[192] = "";
    char message[256];
    va_list arguments;

    if (node >= 0 && fdt_get_path(tree->blob, node, path, sizeof(path)) != 0) {
        snprintf(path, sizeof(path), "%s", "(node with a long path)");
    }
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    snprintf(error->text, sizeof(error->text), "%s%s%s%s%s%s", path, node >= 0 ? ": " : "",
            property != NULL ? "property '" : "", property != NULL ? property : "",
            property != NULL ? "': " : "", message);
    return false;
}

/* libfdt 1.6 follows a property of 2 GiB backwards, and goes round for ever. */
static bool goes_forward(const void *blob)
{
    int next = 0, offset;

    do {
        offset = next;
        if (fdt_next_tag(blob, offset, &next) == FDT_END) {
            return true; /* or an error, which the complete check names */
        }
    } while (next > offset);
    return false;
}

bool dt_open(struct device_tree *tree, const void *blob, size_t bytes, struct dt_error *error)
{
    if (bytes < sizeof(struct fdt_header)) {
        return dt_fail(error, NULL, -1, NULL,
                "not a device tree: %zu bytes are less than its header", bytes);
    }
    if (fdt_magic(blob) == FDT_MAGIC && fdt_totalsize(blob) > bytes) {
        return dt_fail(error, NULL, -1, NULL,
                "the device tree is truncated: its header says %" PRIu32 " bytes, %zu are there",
                fdt_totalsize(blob), bytes);
    }

    /* In older formats a name is a path; libfdt 1.6 crashes when it checks a damaged one. */
    if (fdt_magic(blob) == FDT_MAGIC && fdt_version(blob) < OLDEST_VERSION) {
        return dt_fail(error, NULL, -1, NULL,
                "format version %" PRIu32 "; expected %d or later, as dtc writes it",
                fdt_version(blob), OLDEST_VERSION);
    }

    int status = fdt_check_header(blob);

    if (status == 0) {
        status = goes_forward(blob) ? fdt_check_full(blob, bytes) : -FDT_ERR_BADSTRUCTURE;
    }
    if (status != 0) {
        return dt_fail(error, NULL, -1, NULL,
                "not a sound device tree (%s); expected a DTB as dtc writes it",
                fdt_strerror(status));
    }
    tree->blob = blob;
    return true;
}

bool dt_has_string(
        const struct device_tree *tree, int node, const char *property, const char *value)
{
    int bytes;
    const char *list = fdt_getprop(tree->blob, node, property, &bytes);

    return list != NULL && fdt_stringlist_contains(list, bytes, value);
}

bool dt_is_enabled(const struct device_tree *tree, int node)
{
    return fdt_getprop(tree->blob, node, "status", NULL) == NULL
            || dt_has_string(tree, node, "status", "okay")
            || dt_has_string(tree, node, "status", "ok");
}

static bool is_compatible(const struct device_tree *tree, int node, const char *const names[])
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (dt_has_string(tree, node, "compatible", names[i])) {
            return true;
        }
    }
    return false;
}

int dt_find_only(const struct device_tree *tree, const char *const names[], struct dt_error *error)
{
    int found = -1;

    for (int node = ROOT; node >= 0; node = fdt_next_node(tree->blob, node, NULL)) {
        if (!is_compatible(tree, node, names) || !dt_is_enabled(tree, node)) {
            continue;
        }
        if (found >= 0) {
            dt_fail(error, tree, node, "compatible",
                    "a second device that is compatible with '%s'; give one of them "
                    "status = \"disabled\"",
                    names[0]);
            return -1;
        }
        found = node;
    }
    if (found < 0) {
        dt_fail(error, tree, -1, NULL, "no enabled node is compatible with '%s'", names[0]);
    }
    return found;
}

/* The path in an alias. libfdt would follow an alias of itself for ever. */
static const char *alias_target(const struct device_tree *tree, const char *name, int length)
{
    int aliases = fdt_subnode_offset(tree->blob, ROOT, "aliases");
    int bytes = 0;
    const char *target =
            aliases < 0 ? NULL : fdt_getprop_namelen(tree->blob, aliases, name, length, &bytes);

    if (target == NULL || bytes < 2 || target[0] != '/' || target[bytes - 1] != '\0') {
        return NULL;
    }
    return target;
}

int dt_follow_path(
        const struct device_tree *tree, int node, const char *property, struct dt_error *error)
{
    const char *path = fdt_stringlist_get(tree->blob, node, property, 0, NULL);

    if (path == NULL) {
        dt_fail(error, tree, node, property, "missing or not a string; expected a node's path");
        return -1;
    }

    int length = (int)strcspn(path, ":");
    const char *absolute = path;

    if (path[0] != '/') {
        absolute = alias_target(tree, path, length);
        if (absolute == NULL) {
            dt_fail(error, tree, node, property, "'%.*s' is neither a path nor in /aliases",
                    length > 80 ? 80 : length, path);
            return -1;
        }
        length = (int)strlen(absolute);
    }

    int target = fdt_path_offset_namelen(tree->blob, absolute, length);

    if (target < 0) {
        dt_fail(error, tree, node, property, "there is no node '%.*s'", length > 80 ? 80 : length,
                absolute);
    }
    return target;
}

uint32_t dt_cell(const uint32_t *cell)
{
    return fdt32_ld(cell);
}

const uint32_t *dt_cells(const struct device_tree *tree, int node, const char *property,
        size_t multiple, size_t *count, struct dt_error *error)
{
    int bytes;
    const uint32_t *cells = fdt_getprop(tree->blob, node, property, &bytes);

    if (cells == NULL) {
        dt_fail(error, tree, node, property, "missing");
        return NULL;
    }
    if (bytes == 0 || (size_t)bytes % (multiple * CELL) != 0) {
        dt_fail(error, tree, node, property,
                "%d bytes are not a whole number of entries of %zu cells (%zu bytes)", bytes,
                multiple, multiple * CELL);
        return NULL;
    }
    *count = (size_t)bytes / CELL;
    return cells;
}

bool dt_read_cell(const struct device_tree *tree, int node, const char *property, uint32_t *value,
        struct dt_error *error)
{
    size_t count;
    const uint32_t *cells = dt_cells(tree, node, property, 1, &count, error);

    if (cells == NULL) {
        return false;
    }
    if (count != 1) {
        return dt_fail(error, tree, node, property, "%zu cells, expected one", count);
    }
    *value = dt_cell(cells);
    return true;
}

int dt_interrupt_parent(const struct device_tree *tree, int node, struct dt_error *error)
{
    uint32_t phandle;
    int holder = node;

    while (fdt_getprop(tree->blob, holder, "interrupt-parent", NULL) == NULL) {
        holder = fdt_parent_offset(tree->blob, holder);
        if (holder < 0) {
            dt_fail(error, tree, node, "interrupt-parent", "missing here and in all ancestors");
            return -1;
        }
    }
    if (!dt_read_cell(tree, holder, "interrupt-parent", &phandle, error)) {
        return -1;
    }

    int controller = fdt_node_offset_by_phandle(tree->blob, phandle);

    if (controller < 0) {
        dt_fail(error, tree, holder, "interrupt-parent", "no node has the phandle 0x%" PRIx32,
                phandle);
    }
    return controller;
}

/* How many cells an address and a size take in the `reg` of a node's children. */
struct cell_counts {
    size_t address;
    size_t size;
};

static bool read_cell_counts(
        const struct device_tree *tree, int bus, struct cell_counts *counts, struct dt_error *error)
{
    int address = fdt_address_cells(tree->blob, bus);
    int size = fdt_size_cells(tree->blob, bus);

    if (address < 1 || address > 2) {
        return dt_fail(error, tree, bus, "#address-cells", "expected 1 or 2");
    }
    if (size < 1 || size > 2) {
        return dt_fail(error, tree, bus, "#size-cells", "expected 1 or 2");
    }
    counts->address = (size_t)address;
    counts->size = (size_t)size;
    return true;
}

static uint64_t read_number(const uint32_t *cells, size_t count)
{
    uint64_t value = 0;

    for (size_t i = 0; i < count; i++) {
        value = value << 32 | dt_cell(&cells[i]);
    }
    return value;
}

/* From a bus's addresses to those of the bus above it. */
static bool translate_once(const struct device_tree *tree, int bus, int above, struct range *range,
        struct dt_error *error)
{
    struct cell_counts inner;
    struct cell_counts outer;
    size_t count;
    int bytes;

    if (fdt_getprop(tree->blob, bus, "ranges", &bytes) == NULL) {
        return dt_fail(error, tree, bus, "ranges", "missing, so its devices have no CPU address");
    }
    if (bytes == 0) {
        return true; /* the same addresses on both sides */
    }
    if (!read_cell_counts(tree, bus, &inner, error)
            || !read_cell_counts(tree, above, &outer, error)) {
        return false;
    }

    size_t entry = inner.address + outer.address + inner.size;
    const uint32_t *cells = dt_cells(tree, bus, "ranges", entry, &count, error);

    if (cells == NULL) {
        return false;
    }
    for (; count >= entry; cells += entry, count -= entry) {
        uint64_t child = read_number(cells, inner.address);
        uint64_t parent = read_number(cells + inner.address, outer.address);
        uint64_t size = read_number(cells + inner.address + outer.address, inner.size);
        uint64_t length = range->end - range->start;

        if (range->start >= child && range->start - child <= size
                && length <= size - (range->start - child)
                && parent <= UINT64_MAX - (range->start - child) - length) {
            range->start = parent + (range->start - child);
            range->end = range->start + length;
            return true;
        }
    }
    return dt_fail(error, tree, bus, "ranges", "does not cover 0x%" PRIx64 "..0x%" PRIx64,
            range->start, range->end - 1);
}

static bool reg_cells(const struct device_tree *tree, int node, const uint32_t **cells,
        size_t *count, struct cell_counts *counts, struct dt_error *error)
{
    int bus = fdt_parent_offset(tree->blob, node);

    if (bus < 0) {
        return dt_fail(error, tree, node, "reg", "the root has no address");
    }
    if (!read_cell_counts(tree, bus, counts, error)) {
        return false;
    }
    *cells = dt_cells(tree, node, "reg", counts->address + counts->size, count, error);
    return *cells != NULL;
}

bool dt_reg_count(const struct device_tree *tree, int node, size_t *count, struct dt_error *error)
{
    const uint32_t *cells;
    struct cell_counts counts;

    if (!reg_cells(tree, node, &cells, count, &counts, error)) {
        return false;
    }
    *count /= counts.address + counts.size;
    return true;
}

bool dt_reg(const struct device_tree *tree, int node, size_t index, struct range *range,
        struct dt_error *error)
{
    const uint32_t *cells;
    size_t count;
    struct cell_counts counts;

    if (!reg_cells(tree, node, &cells, &count, &counts, error)) {
        return false;
    }

    size_t entry = counts.address + counts.size;

    if (index >= count / entry) {
        return dt_fail(error, tree, node, "reg", "%zu entries, expected at least %zu",
                count / entry, index + 1);
    }
    cells += index * entry;

    uint64_t start = read_number(cells, counts.address);
    uint64_t size = read_number(cells + counts.address, counts.size);

    if (size == 0 || start > UINT64_MAX - size) {
        return dt_fail(error, tree, node, "reg",
                "entry %zu, start 0x%" PRIx64 " and size 0x%" PRIx64 ", is no range of addresses",
                index, start, size);
    }
    *range = (struct range){ start, start + size };
    for (int bus = fdt_parent_offset(tree->blob, node); bus != ROOT;) {
        int above = fdt_parent_offset(tree->blob, bus);

        if (!translate_once(tree, bus, above, range, error)) {
            return false;
        }
        bus = above;
    }
    return true;
}
