/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a component has to do so that its image can be replaced while the system runs: say what it is
 * (LIONS_MODULE), and attach (lions_reload_attach) instead of starting from nothing when it takes over. Queues lie
 * in shared regions and outlive an image; so does the hand-over region, where the component keeps whatever else
 * must live on. Used from one thread, the component's own.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sddf/resources/common.h>

/* ---- what an image says of itself ---- */

#define LIONS_MODULE_MAGIC    0x4d4e4f49 /* "IONM" */
#define LIONS_MODULE_KIND_MAX 32

/* The first thing in the data segment of a module: section .module_header. */
struct lions_module_header {
    uint32_t magic;
    uint32_t interface;               /* of the component with its neighbours: must be equal */
    uint32_t schema;                  /* of the hand-over region that it writes */
    uint32_t oldest_schema;           /* that it can take over */
    uint32_t version;                 /* of the image; goes back only on request */
    uint32_t config_bytes;            /* of its configuration's layout: must be equal */
    char kind[LIONS_MODULE_KIND_MAX]; /* of the component, as "net_virt_tx": must be equal */
};

extern const struct lions_module_header lions_module_header;

/* Once in an image, outside functions. */
#define LIONS_MODULE(kind_, interface_, schema_, oldest_, version_, config_bytes_)        \
    __attribute__((section(".module_header"), used))                                      \
    const struct lions_module_header lions_module_header = { .magic = LIONS_MODULE_MAGIC, \
        .interface = (interface_),                                                        \
        .schema = (schema_),                                                              \
        .oldest_schema = (oldest_),                                                       \
        .version = (version_),                                                            \
        .config_bytes = (config_bytes_),                                                  \
        .kind = kind_ }

/* ---- section .reload_client_config ---- */

/* Initialiser of the magic field. */
#define LIONS_RELOAD_MAGIC_CLASS 82
#define LIONS_RELOAD_MAGIC                           \
    {                                                \
        's', 'D', 'D', 'F', LIONS_RELOAD_MAGIC_CLASS \
    }

/* Not filled in in a system without reload: then every start is from nothing. */
typedef struct lions_reload_config {
    char magic[SDDF_MAGIC_LEN];
    region_resource_t hand_over; /* zero at boot */
} lions_reload_config_t;

/* ---- the hand-over region ---- */

struct lions_hand_over {
    uint32_t schema;  /* of `state`; 0: nothing yet */
    uint32_t starts;  /* images that have started */
    uint64_t started; /* ticks of the counter, at the first instruction of lions_reload_attach() */
    uint64_t ready;   /* ... of lions_reload_ready(); 0 until then */
    uint32_t bytes;   /* of `state` in use */
    uint32_t live;    /* of them, from the first on: what stays if an image fails */
    uint8_t state[] __attribute__((aligned(16)));
};

/*
 * Call first in init(). Where the component's state of `bytes` bytes is to be kept; *takes_over tells whether it
 * holds what another image has left, of schema *schema. Without a configuration, or if the region is too
 * small, `own`, from nothing.
 */
void *lions_reload_attach(const lions_reload_config_t *config,
        const struct lions_module_header *module, void *own, uint32_t bytes, bool *takes_over,
        uint32_t *schema);

/*
 * The first `live` bytes of the state say how the shared queues stand: who holds which buffer. If this image fails on
 * probation they stay as it left them, like the queues; the rest goes back to what it was before. So they have one layout
 * in all schemas. Call it before the first look at a queue; none, unless called.
 */
void lions_reload_live(uint32_t live);

/* Call last in init(): the state is of this image's schema, and the event loop begins. */
void lions_reload_ready(void);
