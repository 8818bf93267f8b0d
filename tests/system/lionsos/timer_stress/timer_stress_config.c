/* SPDX-License-Identifier: BSD-2-Clause */
/* What the components of timer_stress.system are told; the ids are those of the system description. */
#include <sddf/resources/blob.h>
#include <sddf/resources/device.h>
#include <sddf/timer/config.h>

SDDF_BLOB("timer_driver_device_resources")
const device_resources_t device_resources = {
    .magic = DEVICE_RESOURCES_MAGIC,
    .num_irqs = 1,
    .irqs = { { .id = 0 } },
};

SDDF_BLOB("timer_client")
const timer_client_config_t client = {
    .magic = SDDF_TIMER_MAGIC,
    .driver_id = 0,
};
