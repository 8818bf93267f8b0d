/* SPDX-License-Identifier: BSD-2-Clause */
/* A program whose variables the tests of symbols look at. Never run. */
#include <stdbool.h>
#include <stdint.h>

enum colour {
    RED,
    GREEN = 5
};

struct inner {
    uint16_t tail;
    uint16_t head;
    struct {
        int8_t hidden;
    };
};

typedef struct outer {
    uint64_t wide;
    int32_t negative;
    bool yes;
    enum colour colour;
    char text[16];
    struct inner parts[3];
    struct inner *pointer;
    unsigned low  : 3;
    unsigned high : 5;
    double ratio;
    void (*function)(void);
} outer_t;

void _start(void);

struct inner shared = { 7, 3, { -1 } };
outer_t specimen = { .wide = 0x1122334455667788,
    .negative = -5,
    .yes = true,
    .colour = GREEN,
    .text = "he\033llo",
    .parts = { { 1, 2, { 3 } }, { 4, 5, { -6 } } },
    .pointer = &shared,
    .low = 5,
    .high = 17,
    .ratio = 2.5,
    .function = _start };
static volatile int counter = 42;

/* As the network library declares them; only the names of types and members matter. */
typedef struct region_resource {
    void *vaddr;
    uint64_t size;
} region_resource_t;

typedef struct net_connection_resource {
    region_resource_t free_queue;
    region_resource_t active_queue;
    uint16_t num_buffers;
    uint8_t id;
} net_connection_resource_t;

typedef struct net_client_config {
    char magic[5];
    net_connection_resource_t rx;
    net_connection_resource_t tx;
} net_client_config_t;

net_client_config_t config = {
    .rx = { { (void *)0x3000000, 0x1000 }, { (void *)0x3004000, 0x1000 }, 256, 1 },
    .tx = { { (void *)0x3008000, 0x1000 }, { (void *)0x300c000, 0x1000 }, 128, 2 },
};

struct ring {
    uint32_t in, out;
    uint32_t asleep;
};
struct ring ring;

void _start(void)
{
    counter++;
    ring.in++;
    specimen.wide++;
    config.rx.id++;
}
