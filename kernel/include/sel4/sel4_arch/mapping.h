/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Which table was missing after a failed mapping: bits not translated. */
#include <sel4/functions.h>

#define SEL4_MAPPING_LOOKUP_LEVEL  2
#define SEL4_MAPPING_LOOKUP_NO_PT  21
#define SEL4_MAPPING_LOOKUP_NO_PD  30
#define SEL4_MAPPING_LOOKUP_NO_PUD 39

/* Valid directly after seL4_ARM_Page_Map failed with seL4_FailedLookup. */
LIBSEL4_INLINE_FUNC seL4_Word seL4_MappingFailedLookupLevel(void)
{
    return seL4_GetMR(SEL4_MAPPING_LOOKUP_LEVEL);
}
