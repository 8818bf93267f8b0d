/* SPDX-License-Identifier: BSD-2-Clause */
/* What a module of net_virt_tx needs that the image which is booted has no section for. */
#include <sddf/network/config.h>
#include <sddf/resources/blob.h>

#include "lionsos/components/network/token_bucket_config.h"

/* Client 0 unlimited, client 1 as fast as a wire of 100 Mb/s. */
SDDF_BLOB("net_tx_token_bucket")
const token_bucket_config_t net_tx_token_bucket = {
    .magic = SDDF_NET_MAGIC,
    .clients = { { .bytes_per_second = 0 },
            { .bytes_per_second = 12500000, .burst_bytes = 65536 } },
};
