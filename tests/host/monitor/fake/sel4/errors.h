/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

typedef enum {
    seL4_NoError = 0,
    seL4_InvalidArgument = 1,
    seL4_IllegalOperation = 3,
} seL4_Error;
