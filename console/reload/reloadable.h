/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be reloaded, as the system was built: the monitor's own table, out of the archive. No target is asked. */
#pragma once

#include "console/model/system_names.h"
#include "monitor/include/monitor/reload_config.h"

/* False: the PD cannot be reloaded, or there is no archive that fits. config->kind ends with a zero. */
bool reloadable_find(const struct system_names *names, unsigned pd, monitor_reload_pd_t *config);
