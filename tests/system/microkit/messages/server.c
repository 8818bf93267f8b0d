/* SPDX-License-Identifier: BSD-2-Clause */
/* Both servers of the system `messages`. */
#include "messages/requests.h"
#include "support/test.h"

void init(void)
{
}

void notified(microkit_channel ch)
{
    (void)ch;
}

static microkit_msginfo echo(microkit_msginfo request)
{
    seL4_Word count = microkit_msginfo_get_count(request);

    for (seL4_Word i = 0; i < count; i++) {
        microkit_mr_set((seL4_Uint8)i, echo_of(microkit_mr_get((seL4_Uint8)i)));
    }
    return microkit_msginfo_new(microkit_msginfo_get_label(request) + 1, (seL4_Uint16)count);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo request)
{
    switch (microkit_msginfo_get_label(request)) {
    case REQUEST_CHANNEL:
        microkit_mr_set(0, ch);
        return microkit_msginfo_new(0, 1);
    case REQUEST_NESTED_ECHO:
        return microkit_ppcall(NESTED_CHANNEL,
                microkit_msginfo_new(
                        FIRST_ECHO_LABEL, (seL4_Uint16)microkit_msginfo_get_count(request)));
    case REQUEST_NOTIFY_WITH_REPLY:
        for (seL4_Uint8 i = 0; i < 6; i++) {
            microkit_mr_set(i, 1000 + i);
        }
        microkit_deferred_notify(NOTIFY_CHANNEL);
        return microkit_msginfo_new(REQUEST_NOTIFY_WITH_REPLY, 6);
    default:
        return echo(request);
    }
}
