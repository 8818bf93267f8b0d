/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reload does to a PD, by the capabilities that the monitor holds. */
#pragma once

#include "monitor/reload/transaction.h"

/* After targets_init(). PDs are named by their index. */
const struct reload_target *reload_target(void);
