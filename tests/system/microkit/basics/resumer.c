/* SPDX-License-Identifier: BSD-2-Clause */
/* Resumes a child whose id no child can have. */
#include "support/test.h"

void init(void)
{
    microkit_pd_resume(62);
}

void notified(microkit_channel ch)
{
    (void)ch;
}
