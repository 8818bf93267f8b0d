/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* QEMU virt: nothing beyond the architecture's constants. */
#include <sel4/sel4_arch/constants.h>
