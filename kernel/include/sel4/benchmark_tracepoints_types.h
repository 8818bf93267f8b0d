/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Trace points in a log buffer, on kernels that have one. */
#include <sel4/simple_types.h>

typedef struct benchmark_tracepoint_log_entry {
    seL4_Word id;
    seL4_Word duration; /* cycles */
} benchmark_tracepoint_log_entry_t;
