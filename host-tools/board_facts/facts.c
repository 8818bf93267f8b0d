/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/board_facts/facts.h"

#include <inttypes.h>
#include <libfdt.h>

#define PAGE UINT64_C(0x1000)
/* The loader maps the kernel with 2 MiB blocks (sel4-abi.md, 17.2). */
#define KERNEL_ALIGNMENT UINT64_C(0x200000)
/* The kernel's linear window reaches this far (sel4-abi.md, 17.1: PPTR_TOP - PPTR_BASE). */
#define LINEAR_WINDOW (UINT64_C(255) << 30)
/* Interrupt ids of the architecture: 16 private ones from 16, shared ones from 32, to 1019. */
#define FIRST_PRIVATE_INTERRUPT 16
#define PRIVATE_INTERRUPTS      16
#define FIRST_SHARED_INTERRUPT  32
#define LAST_INTERRUPT          1019
/* An entry of `interrupts` of a GIC: kind, number, flags. Kind 1 is a private interrupt. */
#define INTERRUPT_CELLS 3
#define PRIVATE_KIND    1
/* Position of the virtual timer in the `interrupts` of arm,armv8-timer. */
#define VIRTUAL_TIMER 2

/* What the kernel keeps of a GIC for itself; the rest of its addresses goes to user programs. */
struct gic_kind {
    unsigned version;
    const char *const *names;
    uint64_t distributor_bytes;
    uint64_t per_core_bytes;
};

static const char *const gic_v2_names[] = { "arm,cortex-a15-gic", "arm,gic-400", NULL };
static const char *const gic_v3_names[] = { "arm,gic-v3", NULL };
static const char *const any_gic[] = { "arm,gic-v3", "arm,cortex-a15-gic", "arm,gic-400", NULL };
static const char *const timer_names[] = { "arm,armv8-timer", NULL };

static const struct gic_kind gic_kinds[] = {
    { 2, gic_v2_names, 0x1000, 0x1000 },
    { 3, gic_v3_names, 0x10000, 0x20000 },
};

static bool add_memory(const struct device_tree *tree, int node, struct range range,
        uint64_t device_top, struct board_facts *facts, struct dt_error *error)
{
    uint64_t limit = device_top < LINEAR_WINDOW ? device_top : LINEAR_WINDOW;

    if (range.start % PAGE != 0 || range.end % PAGE != 0) {
        return dt_fail(error, tree, node, "reg",
                "0x%" PRIx64 "..0x%" PRIx64 " does not consist of whole 4 KiB pages", range.start,
                range.end - 1);
    }
    if (range.end > limit) {
        return dt_fail(error, tree, node, "reg",
                "memory up to 0x%" PRIx64 ", the kernel reaches up to 0x%" PRIx64, range.end - 1,
                limit - 1);
    }
    if (range_list_touches(&facts->memory, range)) {
        return dt_fail(error, tree, node, "reg",
                "0x%" PRIx64 "..0x%" PRIx64 " overlaps other memory", range.start, range.end - 1);
    }
    if (!range_list_add(&facts->memory, range)) {
        return dt_fail(error, tree, node, "reg", "more than %d memory ranges", RANGES_MAX);
    }
    return true;
}

static bool read_memory(const struct device_tree *tree, uint64_t device_top,
        struct board_facts *facts, struct dt_error *error)
{
    int node;

    fdt_for_each_subnode(node, tree->blob, 0)
    {
        size_t count;
        struct range range;

        if (!dt_has_string(tree, node, "device_type", "memory") || !dt_is_enabled(tree, node)) {
            continue;
        }
        if (!dt_reg_count(tree, node, &count, error)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (!dt_reg(tree, node, i, &range, error)
                    || !add_memory(tree, node, range, device_top, facts, error)) {
                return false;
            }
        }
    }
    if (facts->memory.count == 0) {
        return dt_fail(error, tree, 0, NULL, "no enabled child has device_type = \"memory\"");
    }
    return true;
}

/* Whole pages around the range, because a page with one reserved byte is nobody's. */
static bool add_reserved(const struct device_tree *tree, int node, const char *property,
        struct range range, struct board_facts *facts, struct dt_error *error)
{
    range.start &= ~(PAGE - 1);
    if (range.end > UINT64_MAX - PAGE) {
        return dt_fail(error, tree, node, property, "reserved memory reaches 2^64");
    }
    range.end = (range.end + PAGE - 1) & ~(PAGE - 1);
    if (!range_list_add(&facts->reserved, range)) {
        return dt_fail(error, tree, node, property, "more than %d reserved ranges", RANGES_MAX);
    }
    return true;
}

static bool read_reserved_nodes(const struct device_tree *tree, int parent,
        struct board_facts *facts, struct dt_error *error)
{
    int node;

    fdt_for_each_subnode(node, tree->blob, parent)
    {
        size_t count;
        struct range range;

        if (!dt_is_enabled(tree, node)) {
            continue;
        }
        /* A node without `reg` would leave the choice of a place to us: not supported. */
        if (!dt_reg_count(tree, node, &count, error)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (!dt_reg(tree, node, i, &range, error)
                    || !add_reserved(tree, node, "reg", range, facts, error)) {
                return false;
            }
        }
    }
    return true;
}

static bool read_reserved(
        const struct device_tree *tree, struct board_facts *facts, struct dt_error *error)
{
    int parent = fdt_subnode_offset(tree->blob, 0, "reserved-memory");

    for (int i = 0; i < fdt_num_mem_rsv(tree->blob); i++) {
        uint64_t start;
        uint64_t size;

        if (fdt_get_mem_rsv(tree->blob, i, &start, &size) != 0 || start > UINT64_MAX - size) {
            return dt_fail(error, tree, -1, NULL, "/memreserve/ %d is no range of addresses", i);
        }
        if (size != 0
                && !add_reserved(tree, 0, "/memreserve/", (struct range){ start, start + size },
                        facts, error)) {
            return false;
        }
    }
    return parent < 0 || read_reserved_nodes(tree, parent, facts, error);
}

/* Takes what is reserved out of the memory. */
static bool exclude_reserved(
        const struct device_tree *tree, struct board_facts *facts, struct dt_error *error)
{
    struct range_list left = { .count = 0 };

    for (size_t i = 0; i < facts->memory.count; i++) {
        struct range_list gaps;
        bool fits = range_list_gaps(&facts->reserved, facts->memory.at[i], &gaps);

        for (size_t j = 0; fits && j < gaps.count; j++) {
            fits = range_list_add(&left, gaps.at[j]);
        }
        if (!fits) {
            return dt_fail(error, tree, -1, NULL,
                    "reserved memory leaves more than %d memory ranges", RANGES_MAX);
        }
    }
    facts->memory = left;
    if (left.count == 0) {
        return dt_fail(error, tree, -1, NULL, "all memory is reserved");
    }
    if (left.at[0].start % KERNEL_ALIGNMENT != 0) {
        return dt_fail(error, tree, -1, NULL,
                "the kernel is put where memory begins, and 0x%" PRIx64
                " is not a multiple of 2 MiB",
                left.at[0].start);
    }
    return true;
}

/* The first `bytes` of an entry of the GIC's `reg`. */
static bool read_gic_range(const struct device_tree *tree, int gic, size_t index, uint64_t bytes,
        struct range *range, struct dt_error *error)
{
    if (!dt_reg(tree, gic, index, range, error)) {
        return false;
    }
    if (range->start % PAGE != 0 || range->end - range->start < bytes) {
        return dt_fail(error, tree, gic, "reg",
                "entry %zu, 0x%" PRIx64 "..0x%" PRIx64
                ": expected whole pages and at least 0x%" PRIx64 " bytes",
                index, range->start, range->end - 1, bytes);
    }
    range->end = range->start + bytes;
    return true;
}

static const struct gic_kind *gic_kind_of(const struct device_tree *tree, int gic)
{
    for (size_t i = 0; i < sizeof(gic_kinds) / sizeof(gic_kinds[0]); i++) {
        for (size_t j = 0; gic_kinds[i].names[j] != NULL; j++) {
            if (dt_has_string(tree, gic, "compatible", gic_kinds[i].names[j])) {
                return &gic_kinds[i];
            }
        }
    }
    return NULL;
}

static bool read_gic(const struct device_tree *tree, int gic, unsigned version,
        struct board_facts *facts, struct dt_error *error)
{
    const struct gic_kind *kind = gic_kind_of(tree, gic);
    const char *limit = "lionscope,highest-interrupt";

    if (kind == NULL || kind->version != version) {
        return dt_fail(error, tree, gic, "compatible",
                "a GICv%u, but the kernel is built for GICv%u; choose with KERNEL_GIC",
                kind != NULL ? kind->version : 0, version);
    }
    facts->gic_version = version;
    if (!read_gic_range(tree, gic, 0, kind->distributor_bytes, &facts->gic_distributor, error)
            || !read_gic_range(tree, gic, 1, kind->per_core_bytes, &facts->gic_per_core, error)
            || !dt_read_cell(tree, gic, limit, &facts->highest_interrupt, error)) {
        return false;
    }
    if (ranges_overlap(facts->gic_distributor, facts->gic_per_core)) {
        return dt_fail(error, tree, gic, "reg", "its first two entries overlap");
    }
    if (facts->highest_interrupt < FIRST_SHARED_INTERRUPT
            || facts->highest_interrupt > LAST_INTERRUPT) {
        return dt_fail(error, tree, gic, limit, "%" PRIu32 " is not between %d and %d",
                facts->highest_interrupt, FIRST_SHARED_INTERRUPT, LAST_INTERRUPT);
    }
    return true;
}

static bool read_timer_interrupt(const struct device_tree *tree, int timer, int gic,
        struct board_facts *facts, struct dt_error *error)
{
    uint32_t cells_per_interrupt;
    size_t count;
    int parent = dt_interrupt_parent(tree, timer, error);

    if (parent < 0 || !dt_read_cell(tree, gic, "#interrupt-cells", &cells_per_interrupt, error)) {
        return false;
    }
    if (parent != gic) {
        return dt_fail(error, tree, timer, "interrupt-parent", "is not the GIC");
    }
    if (cells_per_interrupt < INTERRUPT_CELLS || cells_per_interrupt > INTERRUPT_CELLS + 1) {
        return dt_fail(error, tree, gic, "#interrupt-cells", "%" PRIu32 ", expected 3 or 4",
                cells_per_interrupt);
    }

    const uint32_t *cells = dt_cells(tree, timer, "interrupts", cells_per_interrupt, &count, error);

    if (cells == NULL) {
        return false;
    }
    if (count / cells_per_interrupt <= VIRTUAL_TIMER) {
        return dt_fail(error, tree, timer, "interrupts",
                "%zu entries; the virtual timer's is number %d", count / cells_per_interrupt,
                VIRTUAL_TIMER + 1);
    }
    cells += VIRTUAL_TIMER * cells_per_interrupt;
    if (dt_cell(&cells[0]) != PRIVATE_KIND || dt_cell(&cells[1]) >= PRIVATE_INTERRUPTS) {
        return dt_fail(error, tree, timer, "interrupts",
                "entry %d (kind %" PRIu32 ", number %" PRIu32
                ") is no private interrupt: kind 1, number below 16",
                VIRTUAL_TIMER + 1, dt_cell(&cells[0]), dt_cell(&cells[1]));
    }
    facts->timer_interrupt = FIRST_PRIVATE_INTERRUPT + dt_cell(&cells[1]);
    return true;
}

static bool read_timer(
        const struct device_tree *tree, int gic, struct board_facts *facts, struct dt_error *error)
{
    int timer = dt_find_only(tree, timer_names, error);

    if (timer < 0 || !read_timer_interrupt(tree, timer, gic, facts, error)
            || !dt_read_cell(tree, timer, "clock-frequency", &facts->timer_hz, error)) {
        return false;
    }
    /* The kernel computes in ticks per microsecond and per millisecond. */
    if (facts->timer_hz < 1000000) {
        return dt_fail(error, tree, timer, "clock-frequency",
                "%" PRIu32 " Hz; the kernel needs at least 1 MHz", facts->timer_hz);
    }
    return true;
}

static bool read_uart(
        const struct device_tree *tree, struct board_facts *facts, struct dt_error *error)
{
    struct range range;
    int chosen = fdt_subnode_offset(tree->blob, 0, "chosen");

    if (chosen < 0) {
        return dt_fail(error, tree, 0, NULL, "no child 'chosen'; its stdout-path names the UART");
    }

    int uart = dt_follow_path(tree, chosen, "stdout-path", error);

    if (uart < 0) {
        return false;
    }
    if (!dt_has_string(tree, uart, "compatible", "arm,pl011")) {
        return dt_fail(error, tree, uart, "compatible", "the console has to be an 'arm,pl011'");
    }
    if (!dt_reg(tree, uart, 0, &range, error)) {
        return false;
    }
    if (range.start % PAGE != 0 || range_list_touches(&facts->memory, range)) {
        return dt_fail(error, tree, uart, "reg",
                "0x%" PRIx64 " is not the start of a page outside memory", range.start);
    }
    facts->uart = range.start;
    return true;
}

/* Whatever the kernel does not keep and is not memory. */
static bool find_devices(const struct device_tree *tree, int gic, uint64_t device_top,
        struct board_facts *facts, struct dt_error *error)
{
    struct range_list used = facts->memory;
    bool fits = true;

    if (range_list_touches(&facts->memory, facts->gic_distributor)
            || range_list_touches(&facts->memory, facts->gic_per_core)) {
        return dt_fail(error, tree, gic, "reg", "overlaps memory");
    }
    for (size_t i = 0; i < facts->reserved.count; i++) {
        fits = fits && range_list_add(&used, facts->reserved.at[i]);
    }
    fits = fits && range_list_add(&used, facts->gic_distributor)
            && range_list_add(&used, facts->gic_per_core)
            && range_list_gaps(&used, (struct range){ 0, device_top }, &facts->devices);
    if (!fits) {
        return dt_fail(error, tree, -1, NULL,
                "memory, reserved memory and the GIC make more than %d ranges", RANGES_MAX);
    }
    return true;
}

bool board_facts_read(const struct device_tree *tree, unsigned gic_version, uint64_t device_top,
        struct board_facts *facts, struct dt_error *error)
{
    *facts = (struct board_facts){ .gic_version = 0 };

    int gic = dt_find_only(tree, any_gic, error);

    return gic >= 0 && read_memory(tree, device_top, facts, error)
            && read_reserved(tree, facts, error) && exclude_reserved(tree, facts, error)
            && read_gic(tree, gic, gic_version, facts, error) && read_timer(tree, gic, facts, error)
            && read_uart(tree, facts, error) && find_devices(tree, gic, device_top, facts, error);
}
