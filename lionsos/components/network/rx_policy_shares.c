/* SPDX-License-Identifier: BSD-2-Clause */
/* Equal shares, one of them the driver's: no client is ever without because of another. */
#include <lions/rx_policy.h>
#include <sddf/util/util.h>

static uint32_t share;

void rx_policy_init(uint32_t buffers, uint32_t clients)
{
    share = MAX(buffers / (clients + 1), 1u);
}

bool rx_policy_may_hold(uint32_t own, uint32_t held)
{
    (void)held;
    return own < share;
}
