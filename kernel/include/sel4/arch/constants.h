/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Arm: nothing beyond the AArch64 constants. */
#include <sel4/sel4_arch/constants.h>
