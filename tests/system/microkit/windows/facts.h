/* SPDX-License-Identifier: BSD-2-Clause */
/* Page that all PDs of the system share. */
#pragma once

#include <microkit.h>

#define VARIABLE_BEFORE 0x1111111111111111UL
#define VARIABLE_AFTER  0x2222222222222222UL
#define LOCAL_BEFORE    0x3333333333333333UL
#define LOCAL_AFTER     0x4444444444444444UL

enum try {
    TRY_READ,
    TRY_READ_STACK,
    TRY_WRITE,
    TRY_WRITE_CODE,
    TRY_READ_GAP,
    TRY_NUMBER,
};

struct facts {
    seL4_Word variable; /* where it is in the target */
    seL4_Word local;    /* on the target's stack */
    seL4_Word try;      /* what the viewer is to do: enum try */
    seL4_Word value;    /* what it read */
};
