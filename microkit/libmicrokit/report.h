/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* The PD's name on the debug console, also if it fills all its 64 bytes. */
void microkit_internal_put_name(void);
