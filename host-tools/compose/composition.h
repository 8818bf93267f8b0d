/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A composition while it is expanded into a system description.
 *
 * The tree of the file is changed step by step: what only a composition knows is taken out, protection
 * domains, regions, maps, channels and interrupts are put in, and in the end it is the tree of a
 * `.system` file. Each new element has the position of the element that asked for it, so that the checks
 * of the microkit tool, which then run over it, point into the user's file.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host-tools/compose/board.h"
#include "host-tools/compose/drivers.h"
#include "microkit/tool/reader.h"

struct benchmark_config;
struct monitor_config;

enum device_class {
    CLASS_SERIAL,
    CLASS_TIMER,
    CLASS_NETWORK,
    CLASS_ENTROPY,
    CLASS_COUNT
};

/* A section of a PD's image and the file with its new contents. */
struct section {
    const char *name; /* without the dot */
    const char *file;
};

/* One file of configuration. */
struct blob {
    const char *file; /* below the output folder */
    const void *bytes;
    size_t size;
};

struct pd {
    const char *name;
    struct position position;
    struct xml_element *element;
    struct pd *parent;                 /* NULL: top level */
    uint64_t ids;                      /* bit per id of a channel or an interrupt in use */
    uint64_t child_ids;                /* bit per id of a child in use */
    LIST(struct range) addresses;      /* in use by maps and windows */
    LIST(struct section) sections;     /* files of ours */
    LIST(struct section) own_sections; /* files that the user's makefile makes */
    const char *program;               /* file name of the ELF that the image is made of */
    bool of_sdk;                       /* the program is one of the SDK's components */
    struct xml_element *image;         /* its program_image; NULL: missing */
    const struct xml_element *client_of[CLASS_COUNT];
    struct monitor_config *monitor; /* its configuration; NULL: not a monitor */
    const struct xml_element
            *wishes; /* of a monitor, profiler or network link: the element as the user wrote it */
    const char *secret; /* section of the image that is in no file but the image; NULL: none */
};

struct region {
    const char *name;
    uint64_t size;
    uint64_t paddr; /* 0: wherever */
    bool is_queue;  /* indices and descriptors, no data */
};

/* A PD that uses a device class. */
struct client {
    struct pd *pd;
    const struct xml_element *element; /* that says so */
    struct position position;
    struct pd *copier; /* of a network client; NULL: none */
};

/* One device with its driver and everything that shares it out. */
struct instance {
    enum device_class device_class;
    const char *name;
    const struct xml_element *element;
    struct pd *parent;           /* of its PDs; NULL: top level */
    int node;                    /* in the device tree; -1: not found */
    const char *node_name;       /* "" if not found */
    const struct driver *driver; /* NULL: none found */
    LIST(struct client) clients;
    bool maybe_more; /* some client could not say whose it is: no word about missing ones */
    bool alone;      /* no other instance of its class: its files need no folder */
    struct pd *driver_pd;
    struct pd *virt_tx;
    struct pd *virt_rx;
    bool token_bucket; /* policy of a network */
};

/* A PD whose image can be replaced. */
struct reloadable {
    struct pd *pd;
    struct position position;
    const char *kind;
    uint32_t interface;
    uint32_t version; /* of the first image */
    uint32_t config_bytes;
    uint64_t text_size;
    uint64_t data_size;
    uint64_t hand_over_size;
};

/* A system that measures itself; without a PD that does, all is NULL. */
struct benchmark {
    struct pd *pd;
    const struct xml_element *element;
    struct pd *idle;
    const struct xml_element *idle_element;
    LIST(struct client) clients;
    const struct client *controller; /* who begins and ends a measurement */
    struct benchmark_config *config;
};

struct composition {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct reader reader; /* for reading attributes; has no system */
    const struct board *board;
    const struct driver_list *drivers;
    struct xml_element *root;
    LIST(struct pd *) pds;
    LIST(struct region *) regions;
    LIST(struct instance *) instances;
    LIST(struct xml_element *) new_regions; /* elements, in the order in which they were made */
    LIST(struct xml_element *) new_channels;
    LIST(struct blob) blobs;
    struct range dma; /* what is left of the memory for devices; taken from its end */
    struct benchmark benchmark;
    LIST(struct reloadable) reloadables;
    struct pd *monitor;       /* NULL: none */
    struct pd *profiler;      /* NULL: none */
    struct pd *network_link;  /* the monitor's network listener; NULL: none */
    LIST(struct range) fixed; /* physical addresses that regions of the user have */
};

/* ---- expanding a file ---- */

/*
 * Before compose(): sets an attribute of the PD or the device class of that name, as "net.policy=x"
 * says, or of an element in it: "client1.network_client.rate=x". False after writing to stderr what is wrong with it.
 */
bool composition_set(struct composition *composition, const char *setting);

/*
 * Everything: reads the tree, expands it, checks the result. What is wrong has been reported; the
 * tree and the blobs are whole only if nothing was.
 */
void compose(struct composition *composition);

/* The steps of each class, after all PDs of the file are known. Components first, then their links. */
void serial_make_components(struct composition *composition, struct instance *instance);
void serial_connect(struct composition *composition, struct instance *instance);
void timer_make_components(struct composition *composition, struct instance *instance);
void timer_connect(struct composition *composition, struct instance *instance);
void network_make_components(struct composition *composition, struct instance *instance);
void network_connect(struct composition *composition, struct instance *instance);
void entropy_make_components(struct composition *composition, struct instance *instance);
void entropy_connect(struct composition *composition, struct instance *instance);

/* ---- reading (read_composition.c) ---- */

/* Takes the composition's own elements out of the tree and notes PDs, instances and clients. */
void composition_read(struct composition *composition);

/* The instance that an element of a client names with the attribute, or the only one; NULL: reported. */
struct instance *instance_for(struct composition *composition, enum device_class device_class,
        const struct xml_element *element, const char *pd_name);
void instance_add_client(struct composition *composition, struct instance *instance, struct pd *pd,
        const struct xml_element *element);

const char *class_name(enum device_class device_class);
struct pd *pd_find(const struct composition *composition, const char *name);
/* "; did you mean 'x'?" for the name of a PD. */
const char *pd_suggest(const struct composition *composition, const char *name);

/* Number of an optional attribute, `least`..`most`; the default if it is missing or wrong. */
uint64_t number_or(struct composition *composition, const struct xml_element *element,
        const char *name, uint64_t otherwise, uint64_t least, uint64_t most);
bool boolean_or(struct composition *composition, const struct xml_element *element,
        const char *name, bool otherwise);
const char *text_or(struct composition *composition, const struct xml_element *element,
        const char *name, const char *otherwise);
/* The child of that name; NULL if there is none. */
const struct xml_element *child_of(const struct xml_element *element, const char *name);
/* Reports each child that is not in the list, and each that stands there twice. */
void allow_children(struct composition *composition, const struct xml_element *element,
        const char *const *names);
/* True if the name can be part of a file name; reports if not. `what` says whose name it is. */
bool is_file_name(struct composition *composition, struct position position, const char *what,
        const char *name);

/* ---- making things (parts.c) ---- */

/* What a component is unless the user says otherwise. */
struct component {
    const char *role; /* element of the instance with the user's wishes; also ends the PD's name */
    const char *program; /* file name of the ELF */
    unsigned priority;
    unsigned budget; /* us; 0: the Microkit's default */
    unsigned period; /* us; 0: the budget */
    bool passive;
    const char *module_kind; /* of its images, if they can be replaced; else NULL */
    size_t config_bytes;     /* size of the configuration that such images share */
    uint64_t hand_over_size; /* of the region for their state; 0: as usual */
};

/* A PD of the SDK's programs. `element`: the user's wishes, may be NULL; `name` if they name none. */
struct pd *component_add(struct composition *composition, const struct instance *instance,
        const struct component *component, const struct xml_element *element, const char *name);
/* The same, with the element and the name that belong to the role. */
struct pd *instance_component(struct composition *composition, const struct instance *instance,
        const struct component *component);

/* A region for queues or data, of whole pages, anywhere in memory. */
struct region *region_add(struct composition *composition, struct position position, uint64_t size,
        const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same, with a physical address that devices may be told. */
struct region *region_add_dma(struct composition *composition, struct position position,
        uint64_t size, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Registers: whole pages at a physical address; one region for all who name the same. */
struct region *region_add_device(struct composition *composition, struct position position,
        struct range pages, const char *name);

/* Maps a region where the PD has room; returns the address. */
uint64_t map_add(struct composition *composition, struct position position, struct pd *pd,
        const struct region *region, const char *permissions, bool cached);
/* The same at an address that has been taken. */
void map_add_at(struct composition *composition, struct position position, struct pd *pd,
        const struct region *region, uint64_t vaddr, const char *permissions, bool cached);
/* Room for `size` bytes in the PD's address space. */
uint64_t address_take(struct pd *pd, struct arena *arena, uint64_t size, uint64_t alignment);

struct channel_ids {
    uint8_t first;
    uint8_t second;
};

/* A channel between two PDs. `second` calls `first` if `calls`. */
struct channel_ids channel_add(struct composition *composition, struct position position,
        struct pd *first, struct pd *second, bool calls);
/* The same; a symbol of `second` gets its id. */
struct channel_ids channel_add_for_symbol(struct composition *composition, struct position position,
        struct pd *first, struct pd *second, bool calls, const char *symbol);
uint8_t interrupt_add(struct composition *composition, struct position position, struct pd *pd,
        struct board_interrupt interrupt);
/* An id that the PD has not used yet for a channel or an interrupt; 0 after reporting that all are. */
uint64_t id_take(struct composition *composition, struct position position, struct pd *pd);
/* The same for a child. */
uint64_t child_id_take(
        struct composition *composition, struct position position, struct pd *parent);

/* Zeroed memory for a configuration that goes into `section` of the PD's image; NULL: only into the file. */
void *section_add(struct composition *composition, struct pd *pd, const char *section, size_t size,
        const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The folder of an instance's files with its slash; "" if it is alone. */
const char *instance_folder(struct composition *composition, const struct instance *instance);

struct xml_element *element_add(struct composition *composition, struct xml_element *parent,
        const char *name, struct position position);
struct xml_element *element_new(
        struct composition *composition, const char *name, struct position position);
void attribute_add(struct composition *composition, struct xml_element *element, const char *name,
        const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * What the driver's config.json says it needs of its device: regions, interrupts, and its section
 * .device_resources.
 */
void device_connect(struct composition *composition, struct instance *instance);

/* ---- benchmark.c ---- */

/* Notes an element of a PD that has to do with measuring; false if it has not. */
bool benchmark_read(
        struct composition *composition, struct pd *pd, const struct xml_element *element);
void benchmark_connect(struct composition *composition);
/* Tells the PD that measures whom, once all children have their ids. */
void benchmark_finish(struct composition *composition);

/* ---- reload.c ---- */

/* Notes an element `reload` of a PD; false if it is another element. */
bool reload_read(struct composition *composition, struct pd *pd, const struct xml_element *element);
/* The same for a component of the SDK. */
void reload_note(struct composition *composition, struct pd *pd, const struct component *component);
/* True if the PD's image can be replaced. Once its components have been noted. */
bool reload_is_possible(const struct composition *composition, const struct pd *pd);
void reload_connect(struct composition *composition);

/* ---- the whole (monitor.c, profiler.c, network_link.c, choices.c) ---- */

/* Capabilities, windows and links of a monitor. */
void monitor_connect(struct composition *composition, struct pd *pd);
/*
 * Takes what only a composition knows off a monitor's element, which becomes that of a protection
 * domain. Sets pd->wishes and pd->monitor.
 */
void monitor_read(struct composition *composition, struct pd *pd);
/* Makes all PDs of the top level children of the monitor, if it wants that. */
void monitor_adopt(struct composition *composition, struct pd *pd);

/* The same for a profiler; nothing without one. */
void profiler_read(struct composition *composition, struct pd *pd);
void profiler_connect(struct composition *composition);
/*
 * A network link: whether it has a key, without which there is none; its PD, clients and devices as if the user
 * had written them; its queues to the monitor.
 */
bool network_link_wanted(const struct xml_element *element);
void network_link_read(struct composition *composition, struct pd *pd);
void network_link_connect(struct composition *composition);
/* True if a client of some class is a network link, which has no element for each class. */
bool client_is_network_link(const struct client *client);
/* Tells a monitor whom it may not stop, once the order of all PDs is known. */
void monitor_finish(struct composition *composition, struct pd *pd);

/* Notes ids and addresses that the user has chosen, then chooses those that are missing. */
void note_choices(struct composition *composition);
void fill_in_choices(struct composition *composition);
