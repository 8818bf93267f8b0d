/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Configuration of the kernel this program is built for: CONFIG_... macros. */
#include <sel4/gen_config.h>
