/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits of the token bucket policy: section .net_tx_token_bucket_config of its virtualiser. */
#pragma once

#include <sddf/network/config.h>

typedef struct token_bucket_limit {
    uint64_t bytes_per_second; /* 0: unlimited */
    uint64_t burst_bytes;      /* what may be saved up; raised to one full frame */
} token_bucket_limit_t;

typedef struct token_bucket_config {
    char magic[SDDF_MAGIC_LEN];                         /* SDDF_NET_MAGIC */
    token_bucket_limit_t clients[SDDF_NET_MAX_CLIENTS]; /* in the order of net_virt_tx_config */
} token_bucket_config_t;

_Static_assert(
        sizeof(token_bucket_config_t) == 8 + 64 * 16, "written by the build, read by the PD");
