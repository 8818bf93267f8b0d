/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#define CHANNEL 1 /* to the other one: both ends have this number */
#define ROUNDS  3
