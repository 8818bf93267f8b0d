/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which queues a system has and where. Descriptions are lines of a file:
 *
 *   # name              kind      producer     consumer    place                capacity
 *   queue uart.tx       serial    hello        serial_virt  tx_queue+0          4096
 *   queue work          u32,u32   producer     consumer    shared+0x40          256
 *
 * A kind is the layout of the indices: serial, net, block_request, block_response or TYPE,TYPE (tail and
 * head as they lie in memory, u8 to u64); `place` a memory region of the system description, with an
 * offset. Producer and consumer are PDs, or -.
 */
#pragma once

#include "console/model/model.h"

/* Reads a file of descriptions into the model. False: *error names file and line. */
bool queue_sources_read(struct model *model, const char *path, struct error_report *error);

/*
 * Now that the monitor's windows are known: where it sees each queue. A queue that it does not see
 * becomes `refused`.
 */
void queue_sources_place(struct model *model);
