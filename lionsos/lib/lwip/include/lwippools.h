/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mem_malloc() gives out, smallest first: headers of datagrams, small segments, and frames.
 * (no #pragma once: lwIP includes this several times)
 */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(1024, 160)
LWIP_MALLOC_MEMPOOL(256, 640)
LWIP_MALLOC_MEMPOOL(1024, 1664)
LWIP_MALLOC_MEMPOOL_END
