/* SPDX-License-Identifier: BSD-2-Clause */
/* Who heard what, in the order in which it was heard. All PDs share one core: no locks. */
#pragma once

#include <microkit.h>

#define LOG_ENTRIES 32

struct log_entry {
    char listener; /* first letter of its name */
    microkit_channel channel;
};

struct log {
    unsigned count;
    struct log_entry entries[LOG_ENTRIES];
};
