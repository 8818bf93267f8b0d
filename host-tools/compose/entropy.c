/* SPDX-License-Identifier: BSD-2-Clause */
/* Entropy class: a passive driver that its clients call. */
#include <string.h>

#include <lions/entropy_config.h>

#include "host-tools/compose/composition.h"

static const char magic[SDDF_MAGIC_LEN] = ENTROPY_MAGIC;

void entropy_make_components(struct composition *composition, struct instance *instance)
{
    const struct component driver = { .role = "driver",
        .program = instance->driver != NULL ? instance->driver->program : "",
        .priority = 119,
        .passive = true };

    instance->driver_pd = instance_component(composition, instance, &driver);
}

void entropy_connect(struct composition *composition, struct instance *instance)
{
    device_connect(composition, instance);
    list_for_each(client, &instance->clients) {
        entropy_client_config_t *config = section_add(composition, client->pd,
                "entropy_client_config", sizeof(*config), "%sentropy_client_%s.data",
                instance_folder(composition, instance), client->pd->name);

        memcpy(config->magic, magic, sizeof(magic));
        config->driver_id =
                channel_add(composition, client->position, instance->driver_pd, client->pd, true)
                        .second;
    }
}
