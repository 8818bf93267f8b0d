/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings of a link: what a target sent, and what was sent to it, with times. They are read back
 * through the target file:PATH.
 *
 *   "LIONREC1", then records: microseconds since the start (8 bytes), length (4 bytes, at most
 *   RECORD_MAX; bit 31 set: sent to the target), the bytes. Little endian.
 */
#pragma once

#include <stdint.h>

#include "host-tools/lib/transport.h"

#define RECORDING_MAGIC   "LIONREC1"
#define RECORD_MAX        65536
#define RECORD_TO_TARGET  UINT32_C(0x80000000)
#define RECORD_HEAD_BYTES 12

/*
 * A transport that passes everything through to `inner`, which it takes over, and writes it to `path` on
 * the way. NULL: *error says why, and `inner` is as it was.
 */
struct transport *recording_transport(
        struct transport *inner, const char *path, struct error_report *error);
