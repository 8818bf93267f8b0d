/* SPDX-License-Identifier: BSD-2-Clause */
/* lwIP includes it, and prints with sddf_printf() in this configuration. */
#pragma once

#include <stddef.h>
