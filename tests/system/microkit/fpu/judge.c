/* SPDX-License-Identifier: BSD-2-Clause */
/* FPU registers are private to a PD, and fpu="false" takes the FPU away. */
#include "support/test.h"

#define FIRST   1
#define SECOND  2
#define WITHOUT 3

#define CLASS_FPU 0x07

static unsigned good;

void init(void)
{
    begin_case("fpu: registers keep their values while other PDs use them");
}

void notified(microkit_channel ch)
{
    EXPECT(ch == FIRST || ch == SECOND);
    if (++good == 2) {
        begin_case("fpu: a PD with fpu=\"false\" faults");
        microkit_notify(WITHOUT);
    }
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    (void)reply;
    EXPECT_EQUAL(2, good);
    EXPECT_EQUAL(0, child);
    EXPECT_EQUAL(seL4_Fault_UserException, microkit_msginfo_get_label(message));
    EXPECT_EQUAL(CLASS_FPU, microkit_mr_get(seL4_UserException_Number) >> 26);
    finish_run();
    return seL4_False;
}
