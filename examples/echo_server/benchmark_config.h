/* SPDX-License-Identifier: BSD-2-Clause */
/* The benchmark's configuration has moved into the SDK's headers. */
#pragma once

#include <sddf/benchmark/config.h>
