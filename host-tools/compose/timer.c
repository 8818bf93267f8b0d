/* SPDX-License-Identifier: BSD-2-Clause */
/* Timer class: a passive driver that its clients call. */
#include <string.h>

#include <sddf/timer/config.h>

#include "host-tools/compose/composition.h"
#include "monitor/include/monitor/config.h"

static const char magic[SDDF_MAGIC_LEN] = SDDF_TIMER_MAGIC;

void timer_make_components(struct composition *composition, struct instance *instance)
{
    static const char *const attributes[] = { "device", "name", "parent", NULL };
    static const char *const children[] = { "driver", NULL };
    const struct component driver = { .role = "driver",
        .program = instance->driver != NULL ? instance->driver->program : "",
        .priority = 120,
        .passive = true };

    xml_allow_attributes(instance->element, attributes, composition->diagnostics);
    allow_children(composition, instance->element, children);
    instance->driver_pd = instance_component(composition, instance, &driver);
}

static void connect_client(
        struct composition *composition, struct instance *instance, const struct client *client)
{
    static const char *const attributes[] = { "timer", NULL };
    timer_client_config_t *config = client->pd->monitor != NULL
            ? &client->pd->monitor->timer
            : section_add(composition, client->pd, "timer_client_config", sizeof(*config),
                    "%stimer_client_%s.data", instance_folder(composition, instance),
                    client->pd->name);

    /* Other elements are clients for a reason of their own and have their own attributes. */
    if (strcmp(client->element->name, "timer_client") == 0) {
        xml_allow_attributes(client->element, attributes, composition->diagnostics);
    }
    memcpy(config->magic, magic, sizeof(magic));
    config->driver_id =
            channel_add(composition, client->position, instance->driver_pd, client->pd, true)
                    .second;
}

void timer_connect(struct composition *composition, struct instance *instance)
{
    device_connect(composition, instance);
    if (instance->clients.count == 0 && !instance->maybe_more) {
        report_error(composition->diagnostics, instance->element->position,
                "'%s' has no client; add 'timer_client' to a protection domain", instance->name);
    }
    list_for_each(client, &instance->clients) {
        connect_client(composition, instance, client);
    }
}
