/* SPDX-License-Identifier: BSD-2-Clause */
/* Does nothing, and gets nothing: what the others are compared with. */
#include "tests/system/net/neighbours/neighbour.h"

void misbehave(void)
{
}
