/* SPDX-License-Identifier: BSD-2-Clause */
/* Logs what it hears, and tells the judge once for each batch of notifications. */
#include "notifications/log.h"
#include "support/test.h"

#define JUDGE 0

volatile struct log *shared_log;

void init(void)
{
}

void notified(microkit_channel ch)
{
    unsigned count = shared_log->count;

    if (count < LOG_ENTRIES) {
        shared_log->entries[count].listener = microkit_name[0];
        shared_log->entries[count].channel = ch;
    }
    shared_log->count = count + 1;
    microkit_deferred_notify(JUDGE);
}
