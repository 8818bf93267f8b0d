/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#define CHANNEL 1
#define MAGIC   0x4c696f6e73636f70UL
