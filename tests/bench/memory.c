/* SPDX-License-Identifier: BSD-2-Clause */
/* Retype, mapping, revocation. */
#include "tests/bench/bench.h"

#define OBJECTS 200
#define REVOKED 1000

static word retype_many(const char *name, word type, word count)
{
    word first = slots_new(count);
    word start = counter();

    for (word i = 0; i < count; i++) {
        seL4_Untyped_Retype(bench_untyped(), type, 0, ROOT_CNODE, 0, 0, first + i, 1);
    }
    report(name, counter() - start, count, 0);
    return first;
}

static void map_all(const char *name, word first, word vaddr, seL4_CapRights_t rights)
{
    word start = counter();

    for (word i = 0; i < OBJECTS; i++) {
        seL4_ARM_Page_Map(
                first + i, ROOT_VSPACE, vaddr + i * 4096, rights, seL4_ARM_Default_VMAttributes);
    }
    report(name, counter() - start, OBJECTS, 0);
}

static void revoke_copies(void)
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word first = slots_new(REVOKED);

    for (word i = 0; i < REVOKED; i++) {
        must("copy",
                seL4_CNode_Copy(
                        ROOT_CNODE, first + i, 64, ROOT_CNODE, endpoint, 64, seL4_AllRights));
    }

    word start = counter();

    seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64);
    report("revoke_1000_capabilities", counter() - start, 1, 0);
}

void bench_memory(void)
{
    word vaddr = 0x10800000;
    word table = object_new(seL4_ARM_PageTableObject, 0);

    must("table", seL4_ARM_PageTable_Map(table, ROOT_VSPACE, vaddr, 0));

    word frames = retype_many("retype_frame_4k", seL4_ARM_SmallPageObject, OBJECTS);

    map_all("map_frame_4k", frames, vaddr, seL4_ReadWrite);
    map_all("change_frame_rights", frames, vaddr, seL4_CanRead);
    retype_many("retype_tcb", seL4_TCBObject, OBJECTS);
    retype_many("retype_frame_2m", seL4_ARM_LargePageObject, 4);
    revoke_copies();
}
