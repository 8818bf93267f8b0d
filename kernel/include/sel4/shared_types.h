/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Structures that user and kernel share: message info, rights, CNode data, the IPC buffer. */
#include <sel4/constants.h>
#include <sel4/macros.h>
#include <sel4/simple_types.h>

/*
 * Defines the accessors of one field of a one-word structure T: T_get_f(v), T_set_f(v, x) (which
 * returns the changed value), T_ptr_get_f(p), T_ptr_set_f(p, x).
 */
#define SEL4_FIELD(T, f, shift, bits)                                \
    LIBSEL4_INLINE_FUNC seL4_Word T##_get_##f(T##_t v)               \
    {                                                                \
        return (v.words[0] >> (shift)) & ((1UL << (bits)) - 1);      \
    }                                                                \
    LIBSEL4_INLINE_FUNC T##_t T##_set_##f(T##_t v, seL4_Word x)      \
    {                                                                \
        seL4_Word mask = ((1UL << (bits)) - 1) << (shift);           \
        v.words[0] = (v.words[0] & ~mask) | ((x << (shift)) & mask); \
        return v;                                                    \
    }                                                                \
    LIBSEL4_INLINE_FUNC seL4_Word T##_ptr_get_##f(const T##_t *p)    \
    {                                                                \
        return T##_get_##f(*p);                                      \
    }                                                                \
    LIBSEL4_INLINE_FUNC void T##_ptr_set_##f(T##_t *p, seL4_Word x)  \
    {                                                                \
        *p = T##_set_##f(*p, x);                                     \
    }

/* ---- message info word ---- */

typedef struct seL4_MessageInfo {
    seL4_Word words[1];
} seL4_MessageInfo_t;

SEL4_FIELD(seL4_MessageInfo, label, 12, 52)
SEL4_FIELD(seL4_MessageInfo, capsUnwrapped, 9, 3)
SEL4_FIELD(seL4_MessageInfo, extraCaps, 7, 2)
SEL4_FIELD(seL4_MessageInfo, length, 0, 7)

/* label: 52 bits; capsUnwrapped: bit mask; extraCaps: 0..3; length: words, 0..120. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_MessageInfo_new(
        seL4_Word label, seL4_Word capsUnwrapped, seL4_Word extraCaps, seL4_Word length)
{
    seL4_MessageInfo_t info;

    info.words[0] = label << 12 | (capsUnwrapped & 7) << 9 | (extraCaps & 3) << 7 | (length & 0x7f);
    return info;
}

LIBSEL4_INLINE_FUNC void seL4_MessageInfo_ptr_new(seL4_MessageInfo_t *p, seL4_Word label,
        seL4_Word capsUnwrapped, seL4_Word extraCaps, seL4_Word length)
{
    *p = seL4_MessageInfo_new(label, capsUnwrapped, extraCaps, length);
}

/* ---- rights ---- */

typedef struct seL4_CapRights {
    seL4_Word words[1];
} seL4_CapRights_t;

SEL4_FIELD(seL4_CapRights, capAllowGrantReply, 3, 1)
SEL4_FIELD(seL4_CapRights, capAllowGrant, 2, 1)
SEL4_FIELD(seL4_CapRights, capAllowRead, 1, 1)
SEL4_FIELD(seL4_CapRights, capAllowWrite, 0, 1)

/* Each argument is 0 or 1. */
LIBSEL4_INLINE_FUNC seL4_CapRights_t seL4_CapRights_new(
        seL4_Word grantReply, seL4_Word grant, seL4_Word read, seL4_Word write)
{
    seL4_CapRights_t rights;

    rights.words[0] = (grantReply & 1) << 3 | (grant & 1) << 2 | (read & 1) << 1 | (write & 1);
    return rights;
}

LIBSEL4_INLINE_FUNC void seL4_CapRights_ptr_new(
        seL4_CapRights_t *p, seL4_Word grantReply, seL4_Word grant, seL4_Word read, seL4_Word write)
{
    *p = seL4_CapRights_new(grantReply, grant, read, write);
}

#define seL4_CapRightsBits 4
#define seL4_ReadWrite     seL4_CapRights_new(0, 0, 1, 1)
#define seL4_AllRights     seL4_CapRights_new(1, 1, 1, 1)
#define seL4_CanRead       seL4_CapRights_new(0, 0, 1, 0)
#define seL4_CanWrite      seL4_CapRights_new(0, 0, 0, 1)
#define seL4_CanGrant      seL4_CapRights_new(0, 1, 0, 0)
#define seL4_CanGrantReply seL4_CapRights_new(1, 0, 0, 0)
#define seL4_NoWrite       seL4_CapRights_new(1, 1, 1, 0)
#define seL4_NoRead        seL4_CapRights_new(1, 1, 0, 1)
#define seL4_NoRights      seL4_CapRights_new(0, 0, 0, 0)

/* ---- CNode capability data: guard and its size in bits ---- */

typedef struct seL4_CNode_CapData {
    seL4_Word words[1];
} seL4_CNode_CapData_t;

SEL4_FIELD(seL4_CNode_CapData, guard, 6, 58)
SEL4_FIELD(seL4_CNode_CapData, guardSize, 0, 6)

LIBSEL4_INLINE_FUNC seL4_CNode_CapData_t seL4_CNode_CapData_new(
        seL4_Word guard, seL4_Word guardSize)
{
    seL4_CNode_CapData_t data;

    data.words[0] = guard << 6 | (guardSize & 0x3f);
    return data;
}

LIBSEL4_INLINE_FUNC void seL4_CNode_CapData_ptr_new(
        seL4_CNode_CapData_t *p, seL4_Word guard, seL4_Word guardSize)
{
    *p = seL4_CNode_CapData_new(guard, guardSize);
}

/* ---- IPC buffer: 1 KiB, aligned to its size ---- */

typedef struct seL4_IPCBuffer_ {
    seL4_MessageInfo_t tag; /* the kernel never touches it */
    seL4_Word msg[seL4_MsgMaxLength];
    seL4_Word userData;
    seL4_Word caps_or_badges[seL4_MsgMaxExtraCaps];
    seL4_CPtr receiveCNode;
    seL4_CPtr receiveIndex;
    seL4_Word receiveDepth;
} seL4_IPCBuffer __attribute__((aligned(1024)));

SEL4_COMPILE_ASSERT(seL4_IPCBuffer_is_1_KiB, sizeof(seL4_IPCBuffer) == 1024)
