/* SPDX-License-Identifier: BSD-2-Clause */
/* Passive: it works on the time of its clients. */
#include <microkit.h>

#include "tests/system/profiler/truth/burn.h"

__attribute__((noinline, noclone)) static void serve(uint64_t parts)
{
    burn(parts * 300);
}

void init(void)
{
}

void notified(microkit_channel channel)
{
    (void)channel;
}

microkit_msginfo protected(microkit_channel channel, microkit_msginfo message)
{
    (void)channel;
    (void)message;
    serve(microkit_mr_get(0));
    return microkit_msginfo_new(0, 0);
}
