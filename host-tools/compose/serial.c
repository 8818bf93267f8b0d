/* SPDX-License-Identifier: BSD-2-Clause */
/* Serial class: driver, Tx virtualiser, Rx virtualiser, and a pair of queues for each client. */
#include <string.h>

#include "host-tools/compose/serial_link.h"
#include "monitor/include/monitor/config.h"

#define DATA_SIZE         0x10000
#define DATA_SIZE_LEAST   0x1000
#define DATA_SIZE_MOST    0x1000000
#define DEFAULT_BAUD      115200
#define MOST_BAUD         10000000
#define DEFAULT_BEGIN     "Begin input\r\n"
#define DEFAULT_SWITCH    28 /* Ctrl-\ */
#define DEFAULT_TERMINATE '\r'

static const char magic[SDDF_MAGIC_LEN] = SDDF_SERIAL_MAGIC;

/* What the user wants of a serial device. */
struct wishes {
    bool colour;
    uint64_t data_size;
};

/* A monitor's link is binary; colours among its frames would only cost time. */
static bool has_monitor(const struct instance *instance)
{
    list_for_each(client, &instance->clients) {
        if (client->pd->monitor != NULL) {
            return true;
        }
    }
    return false;
}

static struct wishes read_wishes(struct composition *composition, const struct instance *instance)
{
    const struct xml_element *element = instance->element;
    struct wishes wishes = { .colour = boolean_or(
                                     composition, element, "colour", !has_monitor(instance)),
        .data_size = number_or(
                composition, element, "data_size", DATA_SIZE, DATA_SIZE_LEAST, DATA_SIZE_MOST) };

    if ((wishes.data_size & (wishes.data_size - 1)) != 0) {
        report_error(composition->diagnostics, attribute_position(element, "data_size"),
                "data_size=\"%s\" on element 'serial' is not a power of two",
                xml_attribute(element, "data_size")->value);
        wishes.data_size = DATA_SIZE;
    }
    return wishes;
}

void serial_make_components(struct composition *composition, struct instance *instance)
{
    static const char *const attributes[] = { "device", "name", "parent", "baud", "rx", "colour",
        "begin", "switch_char", "terminate_char", "data_size", NULL };
    static const char *const children[] = { "driver", "virt_tx", "virt_rx", NULL };
    const struct component driver = { .role = "driver",
        .program = instance->driver != NULL ? instance->driver->program : "",
        .priority = 100 };
    static const struct component virt_tx = {
        .role = "virt_tx",
        .program = "serial_virt_tx.elf",
        .priority = 99,
        .module_kind = "serial_virt_tx",
        .config_bytes = sizeof(serial_virt_tx_config_t),
        .hand_over_size =
                0x9000 /* lionsos/components/serial/line_writer.h: a line of each client */
    };
    static const struct component virt_rx = {
        .role = "virt_rx", .program = "serial_virt_rx.elf", .priority = 99
    };
    const struct xml_element *unused = child_of(instance->element, "virt_rx");

    xml_allow_attributes(instance->element, attributes, composition->diagnostics);
    allow_children(composition, instance->element, children);
    instance->driver_pd = instance_component(composition, instance, &driver);
    instance->virt_tx = instance_component(composition, instance, &virt_tx);
    if (boolean_or(composition, instance->element, "rx", true)) {
        instance->virt_rx = instance_component(composition, instance, &virt_rx);
    } else if (unused != NULL) {
        report_error(composition->diagnostics, unused->position,
                "'%s' has rx=\"false\" and therefore no virt_rx", instance->name);
    }
}

static struct serial_link make_link(struct composition *composition,
        const struct instance *instance, struct position position, const struct pd *server,
        const struct pd *client, uint64_t size)
{
    struct serial_link link = { .queue = region_add(composition, position, SERIAL_QUEUE_SIZE,
                                        "%s/serial/queue/%s/%s", instance->node_name, server->name,
                                        client->name),
        .data = region_add(composition, position, size, "%s/serial/data/%s/%s", instance->node_name,
                server->name, client->name) };

    link.queue->is_queue = true;
    return link;
}

serial_connection_resource_t serial_link_map(struct composition *composition,
        struct position position, struct pd *pd, const struct serial_link *link,
        const char *permissions, uint8_t id)
{
    uint64_t queue = map_add(composition, position, pd, link->queue, "rw", true);
    uint64_t data = map_add(composition, position, pd, link->data, permissions, true);

    return (serial_connection_resource_t){
        .queue = { (void *)(uintptr_t)queue, link->queue->size },
        .data = { (void *)(uintptr_t)data, link->data->size },
        .id = id,
    };
}

/* One direction between a server and its client; who reads the data may only read it. */
static void connect_both(struct composition *composition, const struct instance *instance,
        struct position position, struct pd *server, struct pd *client, bool client_writes,
        uint64_t size, serial_connection_resource_t *at_server,
        serial_connection_resource_t *at_client)
{
    struct serial_link link = make_link(composition, instance, position, server, client, size);
    struct channel_ids ids = channel_add(composition, position, server, client, false);

    *at_server = serial_link_map(
            composition, position, server, &link, client_writes ? "r" : "rw", ids.first);
    *at_client = serial_link_map(
            composition, position, client, &link, client_writes ? "rw" : "r", ids.second);
}

static void connect_client(struct composition *composition, struct instance *instance,
        const struct client *client, bool rx, uint64_t size, serial_virt_tx_config_t *virt_tx,
        serial_virt_rx_config_t *virt_rx)
{
    serial_client_config_t *config = client->pd->monitor != NULL
            ? &client->pd->monitor->serial
            : section_add(composition, client->pd, "serial_client_config", sizeof(*config),
                    "%sserial_client_%s.data", instance_folder(composition, instance),
                    client->pd->name);
    serial_virt_tx_client_config_t *entry = &virt_tx->clients[virt_tx->num_clients++];

    memcpy(config->magic, magic, sizeof(magic));
    if (rx) {
        connect_both(composition, instance, client->position, instance->virt_rx, client->pd, false,
                size, &virt_rx->clients[virt_rx->num_clients++], &config->rx);
    }
    connect_both(composition, instance, client->position, instance->virt_tx, client->pd, true, size,
            &entry->conn, &config->tx);
    strncpy(entry->name, client->pd->name, sizeof(entry->name) - 1);
}

/* Whether a client gets input: as the device does, unless it says otherwise. */
static bool gets_rx(struct composition *composition, const struct instance *instance,
        const struct client *client)
{
    return instance->virt_rx != NULL && !client_is_network_link(client)
            && boolean_or(composition, client->element, "rx", true);
}

/*
 * Those with input come first, so that a client's number is the same in both virtualisers: by it the
 * user chooses who gets the input.
 */
static void connect_clients(struct composition *composition, struct instance *instance,
        uint64_t size, serial_virt_tx_config_t *virt_tx, serial_virt_rx_config_t *virt_rx)
{
    for (int rx = 1; rx >= 0; rx--) {
        list_for_each(client, &instance->clients) {
            if (gets_rx(composition, instance, client) == (rx == 1)
                    && virt_tx->num_clients < SDDF_SERIAL_MAX_CLIENTS) {
                connect_client(composition, instance, client, rx == 1, size, virt_tx, virt_rx);
            }
        }
    }
}

static void check_client(struct composition *composition, const struct instance *instance,
        const struct client *client)
{
    static const char *const attributes[] = { "serial", "rx", NULL };
    const struct xml_attribute *rx = xml_attribute(client->element, "rx");

    if (client->pd->monitor == NULL && !client_is_network_link(client)) {
        xml_allow_attributes(client->element, attributes, composition->diagnostics);
    }
    if (rx != NULL && strcmp(rx->value, "true") == 0 && instance->virt_rx == NULL) {
        report_error(composition->diagnostics, rx->position,
                "'%s' wants input of '%s', which has rx=\"false\" at line %u", client->pd->name,
                instance->name, instance->element->position.line);
    }
}

/* The link of a monitor is binary: the switch character may occur in it. */
static void check_clients(struct composition *composition, const struct instance *instance)
{
    const struct client *monitor = NULL;
    size_t with_rx = 0;

    list_for_each(client, &instance->clients) {
        check_client(composition, instance, client);
        with_rx += gets_rx(composition, instance, client);
        monitor = client->pd->monitor != NULL ? client : monitor;
    }
    if (monitor != NULL && with_rx > 1) {
        report_warning(composition->diagnostics, monitor->position,
                "'%s' shares the input of '%s' with other clients; give them rx=\"false\", else the "
                "switch character disturbs its link",
                monitor->pd->name, instance->name);
    }
    if (monitor != NULL && instance->virt_rx == NULL) {
        report_error(composition->diagnostics, monitor->position,
                "'%s' needs the input of '%s', which has rx=\"false\" at line %u",
                monitor->pd->name, instance->name, instance->element->position.line);
    }
    if (!instance->maybe_more
            && (instance->virt_rx != NULL ? with_rx == 0 : instance->clients.count == 0)) {
        report_error(composition->diagnostics, instance->element->position,
                instance->virt_rx != NULL
                        ? "'%s' has no client with input; add 'serial_client' to a protection "
                          "domain, or set rx=\"false\""
                        : "'%s' has no client; add 'serial_client' to a protection domain",
                instance->name);
    }
}

static void set_begin(struct composition *composition, const struct instance *instance,
        serial_virt_tx_config_t *virt_tx)
{
    const struct xml_attribute *begin = xml_attribute(instance->element, "begin");
    const char *text = begin != NULL ? begin->value : DEFAULT_BEGIN;

    if (strlen(text) >= sizeof(virt_tx->begin_str)) {
        report_error(composition->diagnostics, begin->position,
                "begin=\"...\" on element 'serial' has %zu bytes; there is room for %zu",
                strlen(text), sizeof(virt_tx->begin_str) - 1);
        return;
    }
    strcpy(virt_tx->begin_str, text);
}

static void connect_driver(struct composition *composition, struct instance *instance,
        const struct wishes *wishes, serial_virt_tx_config_t *virt_tx,
        serial_virt_rx_config_t *virt_rx)
{
    const struct xml_element *element = instance->element;
    const char *folder = instance_folder(composition, instance);
    serial_driver_config_t *driver = section_add(composition, instance->driver_pd,
            "serial_driver_config", sizeof(*driver), "%sserial_driver_config.data", folder);
    /* Colours make what the clients wrote longer. */
    uint64_t tx_size = wishes->colour ? 2 * wishes->data_size : wishes->data_size;

    memcpy(driver->magic, magic, sizeof(magic));
    driver->default_baud = number_or(composition, element, "baud", DEFAULT_BAUD, 1, MOST_BAUD);
    driver->rx_enabled = instance->virt_rx != NULL;
    if (instance->virt_rx != NULL) {
        connect_both(composition, instance, element->position, instance->driver_pd,
                instance->virt_rx, false, wishes->data_size, &driver->rx, &virt_rx->driver);
    }
    connect_both(composition, instance, element->position, instance->driver_pd, instance->virt_tx,
            true, tx_size, &driver->tx, &virt_tx->driver);
}

void serial_connect(struct composition *composition, struct instance *instance)
{
    const struct xml_element *element = instance->element;
    const char *folder = instance_folder(composition, instance);
    struct wishes wishes = read_wishes(composition, instance);
    serial_virt_tx_config_t *virt_tx = section_add(composition, instance->virt_tx,
            "serial_virt_tx_config", sizeof(*virt_tx), "%sserial_virt_tx.data", folder);
    serial_virt_rx_config_t *virt_rx = NULL;

    memcpy(virt_tx->magic, magic, sizeof(magic));
    virt_tx->enable_colour = wishes.colour;
    virt_tx->enable_rx = instance->virt_rx != NULL;
    set_begin(composition, instance, virt_tx);
    if (instance->virt_rx != NULL) {
        virt_rx = section_add(composition, instance->virt_rx, "serial_virt_rx_config",
                sizeof(*virt_rx), "%sserial_virt_rx.data", folder);
        memcpy(virt_rx->magic, magic, sizeof(magic));
        virt_rx->switch_char =
                (char)number_or(composition, element, "switch_char", DEFAULT_SWITCH, 0, UINT8_MAX);
        virt_rx->terminate_num_char = (char)number_or(
                composition, element, "terminate_char", DEFAULT_TERMINATE, 0, UINT8_MAX);
    }
    device_connect(composition, instance);
    connect_driver(composition, instance, &wishes, virt_tx, virt_rx);
    check_clients(composition, instance);
    connect_clients(composition, instance, wishes.data_size, virt_tx, virt_rx);
}
