/* SPDX-License-Identifier: BSD-2-Clause */
/* The invented system of fake_target.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FAKE_PDS      7
#define FAKE_MONITOR  6
#define FAKE_ID_BYTE  0xa7
#define FAKE_ID_BYTES 16
#define FAKE_IMAGE_AT UINT64_C(0x3800000) /* where the monitor sees the image of client0 */

struct fake_pd {
    const char *name;
    unsigned priority;
    uint64_t budget_us, period_us;
    bool passive;
    bool expires;
    int parent;
    unsigned permille; /* of the processor */
    unsigned switches; /* a second */
    unsigned calls;    /* a second */
    unsigned faults;
    unsigned state; /* enum protocol_pd_state */
};

extern const struct fake_pd fake_pds[FAKE_PDS];

/* The system's archive. False: it cannot be written. */
bool fake_write_archive(const char *path);
