/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protected() and fault() of programs that do not define them. They are reached only if the system
 * description says that the PD is called or has children.
 */
#include <microkit.h>

#include "microkit/libmicrokit/report.h"

static void missing_entry_point(const char *name)
{
    microkit_internal_put_name();
    microkit_dbg_puts(" is missing the '");
    microkit_dbg_puts(name);
    microkit_dbg_puts("' entry point\n");
    microkit_internal_crash(seL4_NoError);
}

__attribute__((weak)) microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
    (void)ch;
    (void)msginfo;
    missing_entry_point("protected");
    return seL4_MessageInfo_new(0, 0, 0, 0);
}

__attribute__((weak)) seL4_Bool fault(
        microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
    (void)child;
    (void)msginfo;
    (void)reply_msginfo;
    missing_entry_point("fault");
    return 0;
}
