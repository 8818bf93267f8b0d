/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* All labels stand in one file, because each group follows the one before. */
#include <sel4/invocation.h>
