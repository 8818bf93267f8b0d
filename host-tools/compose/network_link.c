/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor's network listener: a client of serial device, timer and network, with random numbers of its
 * own, two queues to the monitor, and a key. Without a key there is none.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "host-tools/compose/serial_link.h"
#include "host-tools/compose/watcher.h"
#include "monitor/include/monitor/config.h"
#include "monitor/include/monitor/listener_config.h"
#include "monitor/secure_channel/key_file.h"

#define DEFAULT_PORT  4321
#define TO_MONITOR    0x4000
#define FROM_MONITOR  0x10000
#define COUNTERS_SIZE 0x1000
#define SECTION       "link_listener_config"

static const char magic[SDDF_MAGIC_LEN] = LINK_LISTENER_MAGIC;
static const char serial_magic[SDDF_MAGIC_LEN] = SDDF_SERIAL_MAGIC;

/* Below the monitor and the drivers that it calls, above what is watched; a fifth of the time at most. */
static const struct watcher watcher = {
    .element = "network_link",
    .name = "link_listener",
    .program = "link_listener.elf",
    .priority = 105,
    .budget = 2000,
    .period = 10000,
};

bool network_link_wanted(const struct xml_element *element)
{
    const struct xml_attribute *key = xml_attribute(element, "key");

    return key != NULL && key->value[0] != 0;
}

bool client_is_network_link(const struct client *client)
{
    return strcmp(client->element->name, watcher.element) == 0;
}

/* ---- key ---- */

static void read_key(
        struct composition *composition, const struct pd *pd, uint8_t key[LINK_KEY_BYTES])
{
    const struct xml_attribute *path = xml_attribute(pd->wishes, "key");

    switch (key_file_read(path->value, key)) {
    case KEY_FILE_GOOD:
        break;
    case KEY_FILE_UNREADABLE:
        report_error(composition->diagnostics, path->position,
                "key=\"%s\": %s; make one with 'lionscope keygen FILE'", path->value,
                strerror(errno));
        break;
    case KEY_FILE_OPEN_TO_OTHERS:
        report_error(composition->diagnostics, path->position,
                "key=\"%s\": others can read or write this file; chmod 600 it", path->value);
        break;
    case KEY_FILE_NO_KEY:
        report_error(composition->diagnostics, path->position,
                "key=\"%s\": this is no key: expected 64 hexadecimal digits, as 'lionscope "
                "keygen' makes them",
                path->value);
        break;
    }
}

/* ---- address ---- */

static uint32_t read_address(struct composition *composition, const struct pd *pd, const char *name)
{
    const struct xml_attribute *text = xml_attribute(pd->wishes, name);
    struct in_addr address = { 0 };

    if (text != NULL && inet_pton(AF_INET, text->value, &address) != 1) {
        report_error(composition->diagnostics, text->position,
                "%s=\"%s\" on element 'network_link': expected an address like 192.168.1.20", name,
                text->value);
    }
    return address.s_addr;
}

/* ---- the whole ---- */

void network_link_read(struct composition *composition, struct pd *pd)
{
    static const char *const others[] = { "key", "port", "address", "netmask", "gateway", "mac",
        "entropy_device", NULL };

    watcher_read(composition, pd, &watcher, others);
    pd->secret = SECTION;
}

static struct serial_link make_queue(
        struct composition *composition, const struct pd *pd, const char *name, uint64_t size)
{
    struct serial_link link = {
        .queue = region_add(
                composition, pd->position, SERIAL_QUEUE_SIZE, "%s/queue/%s", pd->name, name),
        .data = region_add(composition, pd->position, size, "%s/data/%s", pd->name, name),
    };

    link.queue->is_queue = true;
    return link;
}

/* One channel for both directions: whoever is notified looks at both. */
static void connect_monitor(
        struct composition *composition, struct pd *pd, link_listener_config_t *config)
{
    struct pd *monitor = composition->monitor;
    struct channel_ids ids = channel_add(composition, pd->position, monitor, pd, false);
    struct serial_link to = make_queue(composition, pd, "to_monitor", TO_MONITOR);
    struct serial_link from = make_queue(composition, pd, "from_monitor", FROM_MONITOR);
    struct region *counters =
            region_add(composition, pd->position, COUNTERS_SIZE, "%s/counters", pd->name);
    serial_client_config_t *at_monitor = &monitor->monitor->network;
    uint64_t vaddr;

    memcpy(at_monitor->magic, serial_magic, sizeof(serial_magic));
    memcpy(config->monitor.magic, serial_magic, sizeof(serial_magic));
    at_monitor->rx = serial_link_map(composition, pd->position, monitor, &to, "r", ids.first);
    at_monitor->tx = serial_link_map(composition, pd->position, monitor, &from, "rw", ids.first);
    config->monitor.rx = serial_link_map(composition, pd->position, pd, &from, "r", ids.second);
    config->monitor.tx = serial_link_map(composition, pd->position, pd, &to, "rw", ids.second);
    vaddr = map_add(composition, pd->position, pd, counters, "rw", true);
    config->counters = (region_resource_t){ (void *)(uintptr_t)vaddr, counters->size };
    vaddr = map_add(composition, pd->position, monitor, counters, "r", true);
    monitor->monitor->listener = (region_resource_t){ (void *)(uintptr_t)vaddr, counters->size };
}

void network_link_connect(struct composition *composition)
{
    struct pd *pd = composition->network_link;
    link_listener_config_t *config;

    if (pd == NULL) {
        return;
    }
    config = section_add(composition, pd, SECTION, sizeof(*config), "%s_config.data", pd->name);
    memcpy(config->magic, magic, sizeof(magic));
    read_key(composition, pd, config->key);
    config->port =
            (uint16_t)number_or(composition, pd->wishes, "port", DEFAULT_PORT, 1, UINT16_MAX);
    config->address = read_address(composition, pd, "address");
    config->netmask = read_address(composition, pd, "netmask");
    config->gateway = read_address(composition, pd, "gateway");
    if (composition->monitor == NULL) {
        report_error(composition->diagnostics, pd->wishes->position,
                "'%s' carries the link of a monitor, but the composition has none", pd->name);
        return;
    }
    connect_monitor(composition, pd, config);
}
