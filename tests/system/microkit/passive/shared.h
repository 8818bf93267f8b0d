/* SPDX-License-Identifier: BSD-2-Clause */
/* Page that judge and server share. */
#pragma once

#include <microkit.h>

struct shared {
    seL4_Word spin_us; /* how long the server is to be busy when it is notified */
    seL4_Word heard;   /* notifications that the server has dealt with */
};
