/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of `info os` from the archive: channels, interrupts, memory regions; and from the model: queues. */
#pragma once

#include <stdio.h>

#include "console/model/model.h"

/* Writes the document of a table; "" is the list of all. False: not a table of the host's. */
bool host_table_write(const struct model *model, const char *name, FILE *out);
