/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profiler: samples all PDs by the performance monitor's interrupt, walks their stacks, and hands the
 * samples to the monitor, which calls it.
 */
#include <string.h>

#include "host-tools/compose/watcher.h"
#include "profiler/include/profiler/config.h"

#define DEFAULT_DEVICE "pmu"
#define RING_SIZE      0x200000 /* one page; a large one, for records of switches */
#define DEFAULT_STREAM 0x10000
#define STREAM_LEAST   0x1000
#define STREAM_MOST    0x1000000
#define FIRST_GRANT    2 /* slot 1 is the ring's */

static const char magic[SDDF_MAGIC_LEN] = PROFILER_MAGIC;

/*
 * Its priority is above that of all it samples, and it has all the budget that it may need, so that nothing runs between
 * a sample and its stack. What it takes is bounded by the least period that the kernel allows.
 */
static const struct watcher watcher = {
    .element = "profiler",
    .name = "profiler",
    .program = "profiler.elf",
    .priority = 254,
    .budget = 5000,
    .period = 5000,
};

void profiler_read(struct composition *composition, struct pd *pd)
{
    static const char *const others[] = { "device", "stream_size", NULL };

    watcher_read(composition, pd, &watcher, others);
    if (composition->profiler != NULL) {
        report_error(composition->diagnostics, pd->wishes->position,
                "a system has one profiler; '%s' is at line %u", composition->profiler->name,
                composition->profiler->wishes->position.line);
        return;
    }
    composition->profiler = pd;
}

/* The interrupt of the performance monitor; who has it may sample. */
static uint8_t connect_interrupt(struct composition *composition, struct pd *pd)
{
    static const char *const known[] = { "arm,armv8-pmuv3", "arm,cortex-a53-pmu", NULL };
    const char *device = text_or(composition, pd->wishes, "device", DEFAULT_DEVICE);
    struct position position = attribute_position(pd->wishes, "device");
    const struct board *board = composition->board;
    struct board_interrupt interrupt;
    struct dt_error error;
    int node;

    if (board_find(board, device, &node) != BOARD_FOUND) {
        report_error(composition->diagnostics, position,
                "device \"%s\" of the profiler is not in the device tree '%s'%s", device,
                board->path, board_suggest(board, composition->arena, device));
        return 0;
    }
    if (!dt_has_string(&board->tree, node, "compatible", known[0])
            && !dt_has_string(&board->tree, node, "compatible", known[1])) {
        report_error(composition->diagnostics, position,
                "device \"%s\" of the profiler is no performance monitor; expected a node "
                "compatible with one of: %s",
                device, join_words(composition->arena, known));
        return 0;
    }
    if (!board_interrupt(board, node, 0, &interrupt, &error)) {
        report_error(composition->diagnostics, position, "device of the profiler: %s: %s",
                board->path, error.text);
        return 0;
    }
    return interrupt_add(composition, pd->position, pd, interrupt);
}

static region_resource_t map_region(
        struct composition *composition, struct pd *pd, const struct region *region)
{
    uint64_t vaddr = map_add(composition, pd->position, pd, region, "rw", true);

    return (region_resource_t){ (void *)(uintptr_t)vaddr, region->size };
}

static void connect_monitor(struct composition *composition, struct pd *pd,
        const struct region *stream, profiler_config_t *config)
{
    struct pd *monitor = composition->monitor;
    profiler_client_config_t *client;
    struct channel_ids ids;

    if (monitor == NULL) {
        report_error(composition->diagnostics, pd->wishes->position,
                "'%s' hands its samples to a monitor, but the composition has none", pd->name);
        return;
    }
    client = section_add(composition, monitor, "profiler_client_config", sizeof(*client),
            "profiler_client_%s.data", monitor->name);
    memcpy(client->magic, magic, sizeof(magic));
    client->stream = map_region(composition, monitor, stream);
    ids = channel_add(composition, pd->position, pd, monitor, true);
    config->monitor = ids.first;
    client->profiler = ids.second;
}

static void add_ring_frame(struct composition *composition, const struct pd *pd,
        struct xml_element *cspace, const struct region *ring)
{
    struct xml_element *grant = element_add(composition, cspace, "cap_frame", pd->position);

    attribute_add(composition, grant, "slot", "1");
    attribute_add(composition, grant, "mr", "%s", ring->name);
}

void profiler_connect(struct composition *composition)
{
    struct pd *pd = composition->profiler;
    profiler_config_t *config;
    struct region *ring;
    struct region *stream;
    struct xml_element *cspace;

    if (pd == NULL) {
        return;
    }
    config = section_add(
            composition, pd, "profiler_config", sizeof(*config), "profiler_config.data");
    memcpy(config->magic, magic, sizeof(magic));
    ring = region_add(composition, pd->position, RING_SIZE, "%s/ring", pd->name);
    stream = region_add(composition, pd->position,
            number_or(composition, pd->wishes, "stream_size", DEFAULT_STREAM, STREAM_LEAST,
                    STREAM_MOST),
            "%s/stream", pd->name);
    config->ring = map_region(composition, pd, ring);
    config->stream = map_region(composition, pd, stream);
    config->irq = connect_interrupt(composition, pd);
    connect_monitor(composition, pd, stream, config);
    cspace = watcher_grant_all(composition, pd, FIRST_GRANT);
    if (cspace != NULL) {
        add_ring_frame(composition, pd, cspace, ring);
    }
    watcher_see_images(composition, pd, "r");
}
