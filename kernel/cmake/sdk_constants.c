/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants of the user interface for the SDK's JSON files (microkit.md, section 2). Compiled to
 * assembly only: kernel/cmake/sdk_json.cmake reads the lines `->file key value` back from it. So
 * the values are those that a user program of this configuration gets from the headers.
 */
#include <sel4/constants.h>
#include <sel4/invocation.h>

#define VALUE(file, key, value) __asm__ volatile("\n->" #file " " #key " %c0" ::"i"((long)(value)))
#define INVOCATION(name)        VALUE(invocations_all, name, name)

void sdk_constants(void)
{
    /* Sizes as powers of two, in bytes unless said otherwise. */
    VALUE(object_sizes, tcb, seL4_TCBBits);
    VALUE(object_sizes, endpoint, seL4_EndpointBits);
    VALUE(object_sizes, notification, seL4_NotificationBits);
    VALUE(object_sizes, small_page, seL4_PageBits);
    VALUE(object_sizes, large_page, seL4_LargePageBits);
    VALUE(object_sizes, huge_page, seL4_HugePageBits);
    VALUE(object_sizes, asid_pool, seL4_ASIDPoolBits);
    VALUE(object_sizes, asid_table, seL4_NumASIDPoolsBits); /* in pools */
    VALUE(object_sizes, slot, seL4_SlotBits);
    VALUE(object_sizes, min_untyped_bits, seL4_MinUntypedBits);
    VALUE(object_sizes, max_untyped_bits, seL4_MaxUntypedBits);
    VALUE(object_sizes, vspace, seL4_VSpaceBits);
    VALUE(object_sizes, reply, seL4_ReplyBits);
    VALUE(object_sizes, vcpu, seL4_VCPUBits);
    VALUE(object_sizes, page_table, seL4_PageTableBits);

    VALUE(address_space_constants, page_table_index_bits, seL4_PageTableIndexBits);
    VALUE(address_space_constants, vspace_user_top, seL4_UserVSpaceTop); /* last user address */
    VALUE(address_space_constants, vspace_index_bits, seL4_VSpaceIndexBits);

#include "sdk_invocations.inc"
}
