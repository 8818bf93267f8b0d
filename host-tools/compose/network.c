/* SPDX-License-Identifier: BSD-2-Clause */
/* Network class: driver, two virtualisers, and for each client a copier and its queues and buffers. */
#include <string.h>

#include <sddf/network/config.h>
#include <sddf/network/lib_sddf_lwip.h>
#include <sddf/network/queue.h>

#include "host-tools/compose/composition.h"
#include "host-tools/compose/mac_address.h"
#include "lionsos/components/network/token_bucket_config.h"
#include "microkit/tool/numbers.h"

#define DEFAULT_BUFFERS 512
#define MOST_BURST      UINT64_C(0x100000000)

static const char magic[SDDF_MAGIC_LEN] = SDDF_NET_MAGIC;

static const char *const policies[] = { "round_robin", "strict_priority", "token_bucket", NULL };

static const char *const client_attributes[] = { "network", "mac", "buffers", "lwip", "pbufs",
    "copier", "rate", "burst", "arp_setvar_id", NULL };

/* Queues of one connection. */
struct link {
    struct region *free;
    struct region *active;
    uint16_t capacity;
};

/* A network while it is connected. */
struct network {
    struct composition *composition;
    struct instance *instance;
    uint16_t buffers; /* that the device fills */
    struct region *rx_data;
    struct mac_list macs;
    struct pd *arp; /* NULL: none */
    net_virt_tx_config_t *virt_tx;
    net_virt_rx_config_t *virt_rx;
    token_bucket_config_t *token_bucket; /* NULL: no policy that it ever has keeps limits */
};

/* ---- reading ---- */

/* One of the SDK's, or a new one of the user's; what looks like the former misspelt is an error. */
static const char *read_policy(struct composition *composition, const struct instance *instance)
{
    const struct xml_attribute *policy = xml_attribute(instance->element, "policy");

    if (policy == NULL) {
        return policies[0];
    }
    for (const char *const *known = policies; *known != NULL; known++) {
        if (strcmp(policy->value, *known) == 0) {
            return *known;
        }
    }
    if (nearest_word(policy->value, policies) != NULL) {
        report_error(composition->diagnostics, policy->position,
                "policy=\"%s\" on element 'network' is unknown%s; the SDK has: %s", policy->value,
                suggestion(composition->arena, policy->value, policies),
                join_words(composition->arena, policies));
        return policies[0];
    }
    return is_file_name(composition, policy->position, "policy", policy->value) ? policy->value
                                                                                : policies[0];
}

/* A power of two, as the queues want it. */
static uint16_t read_buffers(
        struct composition *composition, const struct xml_element *element, uint16_t otherwise)
{
    uint64_t buffers =
            number_or(composition, element, "buffers", otherwise, 2, NET_QUEUE_CAPACITY_MAX);

    if ((buffers & (buffers - 1)) != 0) {
        report_error(composition->diagnostics, attribute_position(element, "buffers"),
                "buffers=\"%s\" on element '%s' is not a power of two",
                xml_attribute(element, "buffers")->value, element->name);
        return otherwise;
    }
    return (uint16_t)buffers;
}

/* ---- components ---- */

/* The ARP responder is a client like any other, but of the SDK. */
static struct pd *make_arp(struct composition *composition, struct instance *instance)
{
    static const struct component arp = {
        .role = "arp", .program = "network_arp.elf", .priority = 98
    };
    const struct xml_element *element = child_of(instance->element, "arp");

    if (element == NULL) {
        return NULL;
    }

    struct pd *pd = instance_component(composition, instance, &arp);

    instance_add_client(composition, instance, pd, element);
    return pd;
}

/* Each client has its own, unless copier="false". */
static void make_copier(
        struct composition *composition, struct instance *instance, struct client *client)
{
    static const struct component copier = {
        .role = "copier", .program = "network_copy.elf", .priority = 98
    };
    const struct xml_element *wishes = child_of(client->element, "copier");

    client->copier = NULL;
    if (boolean_or(composition, client->element, "copier", true)) {
        client->copier = component_add(composition, instance, &copier, wishes,
                arena_format(composition->arena, "%s_copy_%s", instance->name, client->pd->name));
    }
}

void network_make_components(struct composition *composition, struct instance *instance)
{
    static const char *const attributes[] = { "device", "name", "parent", "policy", "buffers",
        "timer", NULL };
    static const char *const children[] = { "driver", "virt_tx", "virt_rx", "arp", NULL };
    const char *policy = read_policy(composition, instance);
    const struct component driver = { .role = "driver",
        .program = instance->driver != NULL ? instance->driver->program : "",
        .priority = 101,
        .budget = 100,
        .period = 400 };
    const struct component virt_tx = { .role = "virt_tx",
        .program = arena_format(composition->arena, "network_virt_tx_%s.elf", policy),
        .priority = 100,
        .budget = 20000,
        .module_kind = "net_virt_tx",
        .config_bytes = sizeof(net_virt_tx_config_t) };
    static const struct component virt_rx = { .role = "virt_rx",
        .program = "network_virt_rx.elf",
        .priority = 99,
        .module_kind = "net_virt_rx",
        .config_bytes = sizeof(net_virt_rx_config_t) };

    xml_allow_attributes(instance->element, attributes, composition->diagnostics);
    allow_children(composition, instance->element, children);
    instance->driver_pd = instance_component(composition, instance, &driver);
    instance->virt_tx = instance_component(composition, instance, &virt_tx);
    instance->virt_rx = instance_component(composition, instance, &virt_rx);
    make_arp(composition, instance);
    list_for_each(client, &instance->clients) {
        make_copier(composition, instance, client);
    }
    instance->token_bucket = strcmp(policy, "token_bucket") == 0;
    if (instance->token_bucket || xml_attribute(instance->element, "timer") != NULL) {
        struct instance *timer =
                instance_for(composition, CLASS_TIMER, instance->element, instance->name);

        if (timer != NULL) {
            instance_add_client(composition, timer, instance->virt_tx, instance->element);
        }
    }
}

/* ---- queues ---- */

static struct link make_link(const struct network *network, struct position position,
        const struct pd *server, const struct pd *client, uint16_t capacity)
{
    struct composition *composition = network->composition;
    const char *device = network->instance->node_name;
    uint64_t size = sizeof(net_queue_t) + (uint64_t)capacity * sizeof(net_buff_desc_t);
    struct link link = { .free = region_add(composition, position, size, "%s/net/queue/%s/%s/free",
                                 device, server->name, client->name),
        .active = region_add(composition, position, size, "%s/net/queue/%s/%s/active", device,
                server->name, client->name),
        .capacity = capacity };

    link.free->is_queue = true;
    link.active->is_queue = true;
    return link;
}

static net_connection_resource_t connect(struct composition *composition, struct position position,
        struct pd *pd, const struct link *link, uint8_t id)
{
    uint64_t free = map_add(composition, position, pd, link->free, "rw", true);
    uint64_t active = map_add(composition, position, pd, link->active, "rw", true);

    return (net_connection_resource_t){
        .free_queue = { (void *)(uintptr_t)free, link->free->size },
        .active_queue = { (void *)(uintptr_t)active, link->active->size },
        .num_buffers = link->capacity,
        .id = id,
    };
}

static void connect_both(const struct network *network, struct position position, struct pd *server,
        struct pd *client, uint16_t capacity, net_connection_resource_t *at_server,
        net_connection_resource_t *at_client)
{
    struct composition *composition = network->composition;
    struct link link = make_link(network, position, server, client, capacity);
    struct channel_ids ids = channel_add(composition, position, server, client, false);

    *at_server = connect(composition, position, server, &link, ids.first);
    *at_client = connect(composition, position, client, &link, ids.second);
}

static region_resource_t map_data(const struct network *network, struct position position,
        struct pd *pd, const struct region *region, const char *permissions)
{
    uint64_t vaddr = map_add(network->composition, position, pd, region, permissions, true);

    return (region_resource_t){ (void *)(uintptr_t)vaddr, region->size };
}

/* ---- clients ---- */

static void set_addresses(const struct network *network, const struct client *client,
        net_client_config_t *config, net_virt_rx_client_config_t *virt_rx)
{
    list_for_each(address, &network->macs.items) {
        if (strcmp(address->pd, client->pd->name) == 0 && virt_rx->num_macs < SDDF_NET_MAX_MACS) {
            memcpy(virt_rx->mac_addrs[virt_rx->num_macs++], address->bytes, ETH_HWADDR_LEN);
        }
    }
    memcpy(config->mac_addr, virt_rx->mac_addrs[0], ETH_HWADDR_LEN);
}

/* From the Rx virtualiser through the copier to the client. */
static void connect_rx_copied(const struct network *network, const struct client *client,
        uint16_t buffers, net_client_config_t *config, net_virt_rx_client_config_t *virt_rx)
{
    struct composition *composition = network->composition;
    struct instance *instance = network->instance;
    struct position position = client->position;
    net_copy_config_t *copy = section_add(composition, client->copier, "net_copy_config",
            sizeof(*copy), "%snet_copy_%s.data", instance_folder(composition, instance),
            client->copier->name);
    struct region *data = region_add(composition, position, (uint64_t)buffers * NET_BUFFER_SIZE,
            "%s/net/rx/data/client/%s", instance->node_name, client->pd->name);

    memcpy(copy->magic, magic, sizeof(magic));
    connect_both(network, position, instance->virt_rx, client->copier, network->buffers,
            &virt_rx->conn, &copy->rx);
    connect_both(
            network, position, client->copier, client->pd, buffers, &copy->client, &config->rx);
    copy->rx_data[0] = map_data(network, position, client->copier, network->rx_data, "r");
    copy->client_data = map_data(network, position, client->copier, data, "rw");
    config->rx_data = map_data(network, position, client->pd, data, "rw");
}

/* Without a copier the client sees what the device received for everybody. */
static void connect_rx_shared(const struct network *network, const struct client *client,
        net_client_config_t *config, net_virt_rx_client_config_t *virt_rx)
{
    report_warning(network->composition->diagnostics, client->position,
            "'%s' has no copier: it can read the packets of all clients of '%s'", client->pd->name,
            network->instance->name);
    connect_both(network, client->position, network->instance->virt_rx, client->pd,
            network->buffers, &virt_rx->conn, &config->rx);
    config->rx_data = map_data(network, client->position, client->pd, network->rx_data, "r");
}

static void connect_tx(const struct network *network, const struct client *client, uint16_t buffers,
        net_client_config_t *config)
{
    struct composition *composition = network->composition;
    struct instance *instance = network->instance;
    net_virt_tx_client_config_t *virt_tx =
            &network->virt_tx->clients[network->virt_tx->num_clients++];
    struct region *data =
            region_add_dma(composition, client->position, (uint64_t)buffers * NET_BUFFER_SIZE,
                    "%s/net/tx/data/client/%s", instance->node_name, client->pd->name);

    connect_both(network, client->position, instance->virt_tx, client->pd, buffers, &virt_tx->conn,
            &config->tx);
    virt_tx->num_regions = 1;
    virt_tx->regions[0].num_buffers = buffers;
    virt_tx->regions[0].data.io_addr = data->paddr;
    virt_tx->regions[0].data.region =
            map_data(network, client->position, instance->virt_tx, data, "r");
    config->tx_data = map_data(network, client->position, client->pd, data, "rw");
}

static void add_lwip(const struct network *network, const struct client *client, uint16_t buffers)
{
    static const char lwip_magic[SDDF_MAGIC_LEN] = LIB_SDDF_LWIP_MAGIC;
    struct composition *composition = network->composition;
    const struct xml_attribute *pbufs = xml_attribute(client->element, "pbufs");
    lib_sddf_lwip_config_t *config;
    struct region *pool;

    if (!boolean_or(composition, client->element, "lwip", client_is_network_link(client))) {
        if (pbufs != NULL) {
            report_error(composition->diagnostics, pbufs->position,
                    "pbufs=\"%s\" on element '%s' without lwip=\"true\"", pbufs->value,
                    client->element->name);
        }
        return;
    }
    config = section_add(composition, client->pd, "lib_sddf_lwip_config", sizeof(*config),
            "%slib_sddf_lwip_config_%s.data", instance_folder(composition, network->instance),
            client->pd->name);
    memcpy(config->magic, lwip_magic, sizeof(lwip_magic));
    config->num_pbufs =
            number_or(composition, client->element, "pbufs", 2 * (uint64_t)buffers, 1, 1 << 20);
    pool = region_add(composition, client->position, config->num_pbufs * LIB_SDDF_LWIP_PBUF_SIZE,
            "%s/pbuf_pool", client->pd->name);
    config->pbuf_pool = map_data(network, client->position, client->pd, pool, "rw");
}

/* Another policy may be chosen for a comparison, so this is no error. */
static void set_limit(const struct network *network, const struct client *client)
{
    static const char *const names[] = { "rate", "burst", NULL };
    struct composition *composition = network->composition;
    token_bucket_limit_t *limit;

    if (network->token_bucket == NULL) {
        for (const char *const *name = names; *name != NULL; name++) {
            if (xml_attribute(client->element, *name) != NULL) {
                report_warning(composition->diagnostics, client->position,
                        "%s=\"%s\" on element '%s' of '%s': only policy=\"token_bucket\" keeps "
                        "it",
                        *name, xml_attribute(client->element, *name)->value, client->element->name,
                        client->pd->name);
            }
        }
        return;
    }
    limit = &network->token_bucket->clients[network->virt_tx->num_clients];
    limit->bytes_per_second = number_or(composition, client->element, "rate", 0, 0, UINT64_MAX / 2);
    limit->burst_bytes = number_or(composition, client->element, "burst", 0, 0, MOST_BURST);
}

static void connect_arp(const struct network *network, const struct client *client)
{
    struct composition *composition = network->composition;
    const char *symbol = text_or(composition, client->element, "arp_setvar_id", NULL);

    if (symbol == NULL) {
        return;
    }
    if (network->arp == NULL) {
        report_error(composition->diagnostics, attribute_position(client->element, "arp_setvar_id"),
                "arp_setvar_id=\"%s\" on element '%s', but '%s' of line %u has no 'arp'", symbol,
                client->element->name, network->instance->name,
                network->instance->element->position.line);
        return;
    }
    channel_add_for_symbol(composition, client->position, network->arp, client->pd, true, symbol);
}

static void connect_client(const struct network *network, const struct client *client)
{
    struct composition *composition = network->composition;
    uint16_t buffers = read_buffers(composition, client->element, DEFAULT_BUFFERS);
    net_client_config_t *config = section_add(composition, client->pd, "net_client_config",
            sizeof(*config), "%snet_client_%s.data",
            instance_folder(composition, network->instance), client->pd->name);
    net_virt_rx_client_config_t *virt_rx =
            &network->virt_rx->clients[network->virt_rx->num_clients++];

    memcpy(config->magic, magic, sizeof(magic));
    set_addresses(network, client, config, virt_rx);
    set_limit(network, client);
    if (client->copier != NULL) {
        connect_rx_copied(network, client, buffers, config, virt_rx);
    } else {
        connect_rx_shared(network, client, config, virt_rx);
    }
    connect_tx(network, client, buffers, config);
    add_lwip(network, client, buffers);
    connect_arp(network, client);
}

/* ---- the whole ---- */

/* The driver's queue for sending has room for every buffer of every client. */
static uint16_t tx_capacity(const struct network *network)
{
    struct composition *composition = network->composition;
    const struct instance *instance = network->instance;
    uint64_t sum = 0;
    uint32_t capacity = 2;

    list_for_each(client, &instance->clients) {
        uint64_t buffers = DEFAULT_BUFFERS;

        /* What is wrong with it is reported where it is used. */
        if (xml_attribute(client->element, "buffers") != NULL) {
            parse_number(xml_attribute(client->element, "buffers")->value, false, &buffers);
        }
        sum += buffers <= NET_QUEUE_CAPACITY_MAX ? buffers : 0;
    }
    while (capacity < sum && capacity < NET_QUEUE_CAPACITY_MAX) {
        capacity *= 2;
    }
    if (sum > NET_QUEUE_CAPACITY_MAX) {
        report_error(composition->diagnostics, instance->element->position,
                "the clients of '%s' have %llu buffers to send from; its driver's queue has room for "
                "%d",
                instance->name, (unsigned long long)sum, NET_QUEUE_CAPACITY_MAX);
    }
    return (uint16_t)capacity;
}

static void connect_components(struct network *network)
{
    struct composition *composition = network->composition;
    struct instance *instance = network->instance;
    struct position position = instance->element->position;
    net_driver_config_t *driver = section_add(composition, instance->driver_pd, "net_driver_config",
            sizeof(*driver), "%snet_driver.data", instance_folder(composition, instance));
    struct region *metadata;

    memcpy(driver->magic, magic, sizeof(magic));
    connect_both(network, position, instance->driver_pd, instance->virt_rx, network->buffers,
            &driver->virt_rx, &network->virt_rx->driver);
    connect_both(network, position, instance->driver_pd, instance->virt_tx, tx_capacity(network),
            &driver->virt_tx, &network->virt_tx->driver);
    network->rx_data =
            region_add_dma(composition, position, (uint64_t)network->buffers * NET_BUFFER_SIZE,
                    "%s/net/rx/data/device", instance->node_name);
    network->virt_rx->data.io_addr = network->rx_data->paddr;
    network->virt_rx->data.region =
            map_data(network, position, instance->virt_rx, network->rx_data, "r");
    metadata = region_add(composition, position, (uint64_t)network->buffers * sizeof(uint64_t),
            "%s/net/rx/buffer_metadata", instance->node_name);
    network->virt_rx->buffer_metadata =
            map_data(network, position, instance->virt_rx, metadata, "rw");
}

/* It begins with the policy that does, or may be reloaded with it. */
static bool may_keep_limits(const struct composition *composition, const struct instance *instance)
{
    bool has_timer = xml_attribute(instance->element, "timer") != NULL;

    return instance->token_bucket
            || (has_timer && reload_is_possible(composition, instance->virt_tx));
}

static void make_configs(struct network *network)
{
    struct composition *composition = network->composition;
    struct instance *instance = network->instance;
    const char *folder = instance_folder(composition, instance);
    bool coherent = instance->node >= 0 && board_is_coherent(composition->board, instance->node);

    network->virt_tx = section_add(composition, instance->virt_tx, "net_virt_tx_config",
            sizeof(*network->virt_tx), "%snet_virt_tx.data", folder);
    network->virt_rx = section_add(composition, instance->virt_rx, "net_virt_rx_config",
            sizeof(*network->virt_rx), "%snet_virt_rx.data", folder);
    memcpy(network->virt_tx->magic, magic, sizeof(magic));
    memcpy(network->virt_rx->magic, magic, sizeof(magic));
    network->virt_tx->dma_coherent = coherent;
    network->virt_rx->dma_coherent = coherent;
    if (may_keep_limits(composition, instance)) {
        network->token_bucket = section_add(composition, instance->virt_tx,
                instance->token_bucket ? "net_tx_token_bucket_config" : NULL,
                sizeof(*network->token_bucket), "%snet_tx_token_bucket.data", folder);
        memcpy(network->token_bucket->magic, magic, sizeof(magic));
    }
}

static void read_clients(struct network *network)
{
    struct composition *composition = network->composition;
    struct instance *instance = network->instance;

    list_for_each(client, &instance->clients) {
        if (strcmp(client->element->name, "arp") == 0) {
            network->arp = client->pd;
        } else if (!client_is_network_link(client)) {
            xml_allow_attributes(client->element, client_attributes, composition->diagnostics);
        }
        mac_list_read(composition, &network->macs, client);
    }
    list_for_each(client, &instance->clients) {
        mac_list_choose(composition, &network->macs, client);
    }
    if (instance->clients.count == 0 && !instance->maybe_more) {
        report_error(composition->diagnostics, instance->element->position,
                "'%s' has no client; add 'network_client' to a protection domain", instance->name);
    }
}

void network_connect(struct composition *composition, struct instance *instance)
{
    struct network network = { .composition = composition,
        .instance = instance,
        .buffers = read_buffers(composition, instance->element, DEFAULT_BUFFERS) };

    make_configs(&network);
    read_clients(&network);
    device_connect(composition, instance);
    connect_components(&network);
    list_for_each(client, &instance->clients) {
        if (network.virt_tx->num_clients < SDDF_NET_MAX_CLIENTS) {
            connect_client(&network, client);
        }
    }
}
