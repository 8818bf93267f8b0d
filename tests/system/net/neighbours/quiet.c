/* SPDX-License-Identifier: BSD-2-Clause */
/* Does nothing, and gets nothing: what the others are compared with. */
#include "neighbour.h"

void misbehave(void)
{
}
