/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/queue_discovery.h"

#include <stdio.h>
#include <string.h>

#include "console/model/memory_map.h"
#include "console/model/queue_sources.h"
#include "host-tools/lib/c_value.h"

#define DEPTH_MAX 6 /* structures inside each other */

/* What a member of a configuration structure says about its PD: true, it puts filled entries in. */
static const struct {
    const char *structure;
    const char *member;
    bool produces;
} roles[] = {
    { "net_driver_config", "virt_rx", true },
    { "net_driver_config", "virt_tx", false },
    { "net_virt_rx_config", "driver", false },
    { "net_virt_rx_client_config", "conn", true },
    { "net_virt_tx_config", "driver", true },
    { "net_virt_tx_client_config", "conn", false },
    { "net_copy_config", "rx", false },
    { "net_copy_config", "client", true },
    { "net_client_config", "rx", false },
    { "net_client_config", "tx", true },
    { "serial_driver_config", "rx", true },
    { "serial_driver_config", "tx", false },
    { "serial_virt_rx_config", "driver", false },
    { "serial_virt_rx_config", "clients", true },
    { "serial_virt_tx_config", "driver", true },
    { "serial_virt_tx_client_config", "conn", false },
    { "serial_client_config", "rx", false },
    { "serial_client_config", "tx", true },
};

enum role {
    ROLE_UNKNOWN,
    ROLE_PRODUCES,
    ROLE_CONSUMES
};

static enum role role_of(const char *structure, const char *member)
{
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        if (strcmp(roles[i].structure, structure) == 0 && strcmp(roles[i].member, member) == 0) {
            return roles[i].produces ? ROLE_PRODUCES : ROLE_CONSUMES;
        }
    }
    return ROLE_UNKNOWN;
}

/* The walk through one program. */
struct discovery {
    struct model *model;
    struct symbols *symbols;
    const struct archive_pd *pd;
    const struct c_type *structure; /* whose members are visited */
    uint64_t address;               /* of it */
    enum role role;                 /* of the member that led here */
    unsigned depth;
};

/* --- queues --- */

/* "net/queue/driver/virt_rx/free" is shown as "net/driver/virt_rx/free". */
static void name_queue(const char *region, uint64_t offset, char *name, size_t size)
{
    const char *queue = strstr(region, "/queue/");
    int length;

    if (queue != NULL) {
        length = snprintf(
                name, size, "%.*s%s", (int)(queue - region), region, queue + strlen("/queue"));
    } else {
        length = snprintf(name, size, "%s", region);
    }
    if (offset != 0 && length > 0 && (size_t)length < size) {
        snprintf(name + length, size - (size_t)length, "+0x%llx", (unsigned long long)offset);
    }
}

static struct model_queue *find_queue(struct model *model, const char *region, uint64_t offset)
{
    for (unsigned i = 0; i < model->queue_count; i++) {
        if (strcmp(model->queues[i].region, region) == 0
                && model->queues[i].region_offset == offset) {
            return &model->queues[i];
        }
    }
    return NULL;
}

static struct model_queue *add_queue(
        struct model *model, const char *kind, const char *region, uint64_t offset)
{
    struct model_queue queue = { .producer = -1, .consumer = -1, .region_offset = offset };

    if (strlen(region) >= sizeof(queue.region) || !queue_layout_find(kind, &queue.layout)) {
        return NULL;
    }
    strcpy(queue.region, region);
    name_queue(region, offset, queue.name, sizeof(queue.name));
    return model_add_queue(model, &queue) ? &model->queues[model->queue_count - 1] : NULL;
}

static void take_queue(const struct discovery *discovery, const char *layout, const char *kind,
        uint64_t address, uint64_t capacity, enum role role)
{
    const struct archive_mapping *mapping = memory_mapping(discovery->pd, address);
    struct model_queue *queue;
    uint64_t offset;

    if (mapping == NULL || capacity == 0) {
        return;
    }
    offset = memory_region_offset(discovery->pd, mapping, address);
    queue = find_queue(discovery->model, mapping->what, offset);
    if (queue == NULL) {
        queue = add_queue(discovery->model, layout, mapping->what, offset);
    }
    if (queue == NULL) {
        return;
    }
    snprintf(queue->kind, sizeof(queue->kind), "%s", kind);
    /* Ends that disagree: the smaller one is what both can rely on. */
    queue->capacity =
            queue->capacity == 0 || capacity < queue->capacity ? capacity : queue->capacity;
    if (role == ROLE_PRODUCES) {
        queue->producer = (int)discovery->pd->index;
    } else if (role == ROLE_CONSUMES) {
        queue->consumer = (int)discovery->pd->index;
    }
}

/* The number in a member (a path of two names at most) of the structure at `address`. */
static uint64_t number_in(const struct discovery *discovery, const struct c_type *type,
        uint64_t address, const char *outer, const char *inner)
{
    struct c_member member;
    const unsigned char *bytes;

    if (!type_find_member(type, outer, &member)) {
        return 0;
    }
    address += member.offset;
    if (inner != NULL) {
        struct c_type structure = member.type;

        if (!type_find_member(&structure, inner, &member)) {
            return 0;
        }
        address += member.offset;
    }
    bytes = symbols_bytes(discovery->symbols, address, member.type.size);
    return bytes != NULL ? value_number(bytes, member.type.size) : 0;
}

static enum role opposite(enum role role)
{
    return role == ROLE_PRODUCES ? ROLE_CONSUMES : role == ROLE_CONSUMES ? ROLE_PRODUCES : role;
}

static void take_net(const struct discovery *discovery, const struct c_type *type, uint64_t address,
        enum role role)
{
    uint64_t capacity = number_in(discovery, type, address, "num_buffers", NULL);

    take_queue(discovery, "net", "net active",
            number_in(discovery, type, address, "active_queue", "vaddr"), capacity, role);
    take_queue(discovery, "net", "net free",
            number_in(discovery, type, address, "free_queue", "vaddr"), capacity, opposite(role));
}

static void take_serial(const struct discovery *discovery, const struct c_type *type,
        uint64_t address, enum role role)
{
    take_queue(discovery, "serial", "serial", number_in(discovery, type, address, "queue", "vaddr"),
            number_in(discovery, type, address, "data", "size"), role);
}

/* --- the walk --- */

static bool is_net(const struct c_type *type)
{
    return strcmp(type->tag, "net_connection_resource") == 0;
}

static bool is_serial(const struct c_type *type)
{
    return strcmp(type->tag, "serial_connection_resource") == 0;
}

struct contents {
    bool found;
    unsigned depth;
};

static bool has_connection(const struct c_type *type, unsigned depth);

static bool look_into_member(void *context, const struct c_member *member)
{
    struct contents *contents = context;

    contents->found = has_connection(&member->type, contents->depth + 1);
    return !contents->found;
}

/* Most structures of a program have none in them, and need not be walked. */
static bool has_connection(const struct c_type *type, unsigned depth)
{
    struct contents contents = { false, depth };
    struct c_type element = *type;
    uint64_t count;

    while (element.kind == TYPE_ARRAY) {
        struct c_type array = element;

        if (!type_element(&array, &element, &count)) {
            return false;
        }
    }
    if (is_net(&element) || is_serial(&element)) {
        return true;
    }
    if (depth < DEPTH_MAX && element.kind == TYPE_STRUCT) {
        type_each_member(&element, look_into_member, &contents);
    }
    return contents.found;
}

static void walk(const struct discovery *from, const struct c_type *type, uint64_t address,
        enum role role, unsigned depth);

static bool walk_member(void *context, const struct c_member *member)
{
    const struct discovery *discovery = context;

    if (has_connection(&member->type, discovery->depth)) {
        walk(discovery, &member->type, discovery->address + member->offset,
                role_of(discovery->structure->tag, member->name), discovery->depth + 1);
    }
    return true;
}

static void walk(const struct discovery *from, const struct c_type *type, uint64_t address,
        enum role role, unsigned depth)
{
    struct discovery discovery = *from;
    struct c_type element;
    uint64_t count;

    if (depth > DEPTH_MAX) {
        return;
    }
    discovery.structure = type;
    discovery.address = address;
    discovery.depth = depth;
    if (is_net(type)) {
        take_net(&discovery, type, address, role);
    } else if (is_serial(type)) {
        take_serial(&discovery, type, address, role);
    } else if (type->kind == TYPE_STRUCT) {
        type_each_member(type, walk_member, &discovery);
    } else if (type_element(type, &element, &count) && has_connection(&element, depth)) {
        for (uint64_t i = 0; i < count; i++) {
            walk(&discovery, &element, address + i * element.size, role, depth + 1);
        }
    }
}

static bool walk_variable(void *context, const struct c_variable *variable)
{
    const struct discovery *discovery = context;

    if (symbols_bytes(discovery->symbols, variable->address, 1) != NULL
            && has_connection(&variable->type, 0)) {
        walk(discovery, &variable->type, variable->address, ROLE_UNKNOWN, 0);
    }
    return true;
}

/* The name without device and class: of "virtio@a000000/net/copy0/client0/free" what begins with "copy0". */
static const char *short_name(const char *name)
{
    const char *slash = strchr(name, '/');

    if (slash == NULL || memchr(name, '@', (size_t)(slash - name)) == NULL) {
        return name;
    }
    name = slash + 1;
    slash = strchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

/* Devices are named only where that tells queues apart. */
static void shorten_names(struct model *model)
{
    for (unsigned i = 0; i < model->queue_count; i++) {
        for (unsigned j = 0; j < i; j++) {
            if (strcmp(short_name(model->queues[i].name), short_name(model->queues[j].name)) == 0) {
                return;
            }
        }
    }
    for (unsigned i = 0; i < model->queue_count; i++) {
        char *name = model->queues[i].name;

        memmove(name, short_name(name), strlen(short_name(name)) + 1);
    }
}

void queue_discovery_run(struct model *model, struct programs *programs)
{
    for (unsigned i = 0; i < model->names.archive.pd_count && i < PROTOCOL_PDS_MAX; i++) {
        struct discovery discovery = { .model = model, .pd = &model->names.archive.pds[i] };

        discovery.symbols = programs_open(programs, i);
        if (discovery.symbols != NULL) {
            symbols_each_variable(discovery.symbols, walk_variable, &discovery);
        }
    }
    shorten_names(model);
}

/* --- types of the user's own --- */

struct user_search {
    struct model *model;
    const struct archive_pd *pd;
    const struct user_queue_type *wanted;
    unsigned added;
};

static bool member_at(const struct c_type *type, const char *name, uint32_t *at, uint8_t *bytes)
{
    struct c_member member;

    if (!type_find_member(type, name, &member) || member.offset > UINT32_MAX) {
        return false;
    }
    *at = (uint32_t)member.offset;
    *bytes = (uint8_t)member.type.size;
    return true;
}

static bool take_user_variable(void *context, const struct c_variable *variable)
{
    struct user_search *search = context;
    const struct user_queue_type *wanted = search->wanted;
    struct model_queue queue = { .producer = -1, .consumer = -1, .capacity = wanted->capacity };
    uint8_t head_bytes;

    if (strcmp(variable->type.tag, wanted->type) != 0
            && strcmp(variable->type.name, wanted->type) != 0) {
        return true;
    }
    if (!member_at(&variable->type, wanted->tail, &queue.layout.tail_at, &queue.layout.index_bytes)
            || !member_at(&variable->type, wanted->head, &queue.layout.head_at, &head_bytes)
            || head_bytes != queue.layout.index_bytes) {
        return true;
    }
    queue.layout.has_flag = wanted->flag[0] != '\0'
            && member_at(
                    &variable->type, wanted->flag, &queue.layout.flag_at, &queue.layout.flag_bytes);
    queue.layout.flag_asleep = wanted->flag_asleep;
    snprintf(queue.name, sizeof(queue.name), "%.40s.%.50s", search->pd->name, variable->name);
    snprintf(queue.kind, sizeof(queue.kind), "%.23s", wanted->type);
    snprintf(queue.region, sizeof(queue.region), "window on %.50s", search->pd->name);
    queue.region_offset = variable->address - search->pd->image_low;
    search->added += model_add_queue(search->model, &queue);
    return true;
}

unsigned queue_discovery_user_type(
        struct model *model, struct programs *programs, const struct user_queue_type *wanted)
{
    struct user_search search = { model, NULL, wanted, 0 };

    for (unsigned i = 0; i < model->names.archive.pd_count && i < PROTOCOL_PDS_MAX; i++) {
        struct symbols *symbols = programs_open(programs, i);

        search.pd = &model->names.archive.pds[i];
        if (symbols != NULL) {
            symbols_each_variable(symbols, take_user_variable, &search);
        }
    }
    return search.added;
}
