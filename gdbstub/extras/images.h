/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD that gets another image while it is debugged: what a target tells its stub. */
#pragma once

#include "gdbstub/core/stub.h"

/* The client wants to know when this PD is going to run another image, and it runs. */
bool gdbstub_follows(const struct gdbstub *stub, unsigned pd);
/*
 * A claimed PD is going to run another image, of which it has not executed anything yet. A client that knows of
 * libraries is told, and lets it go on when it has put its breakpoints in.
 */
void gdbstub_replaced(struct gdbstub *stub, unsigned pd);
/* A client that knows of libraries takes breakpoints in an image that a PD has left for gone: they are taken out. */
void gdbstub_left(struct gdbstub *stub, unsigned pd, const struct target_region *image);
/* Something else is going to lie there: breakpoints, and what stood in their place, are forgotten. */
void gdbstub_overwritten(struct gdbstub *stub, unsigned pd, const struct target_region *image);
/* True if the PD, which is at an instruction that stops it, is there because the client wanted it to be stopped there. */
bool gdbstub_has_breakpoint(const struct gdbstub *stub, unsigned pd, uint64_t address);
