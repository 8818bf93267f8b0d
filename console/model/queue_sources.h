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
 *
 *   type ring_t  tail=in  head=out  capacity=64  flag=asleep:1
 *
 * makes a queue of each variable of that type, by the names of its members; the flag may be left out.
 */
#pragma once

#include "console/model/model.h"
#include "console/model/programs.h"

/* Reads a file of descriptions into the model. False: *error names file and line. */
bool queue_sources_read(struct model *model, struct programs *programs, const char *path,
        struct error_report *error);

/* The layout that is called `kind`. False: there is none. */
bool queue_layout_find(const char *kind, struct queue_layout *layout);

/*
 * Now that the monitor's windows are known: where it sees each queue. A queue that it does not see
 * becomes `refused`.
 */
void queue_sources_place(struct model *model);
