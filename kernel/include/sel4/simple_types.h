/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Integer types of the interface. A word is 64 bits. */

typedef signed char seL4_Int8;
typedef unsigned char seL4_Uint8;
typedef signed short seL4_Int16;
typedef unsigned short seL4_Uint16;
typedef signed int seL4_Int32;
typedef unsigned int seL4_Uint32;
typedef signed long seL4_Int64;
typedef unsigned long seL4_Uint64;

typedef unsigned long seL4_Word;
typedef seL4_Int8 seL4_Bool;
typedef seL4_Word seL4_CPtr; /* address of a capability in a CSpace */
typedef seL4_Word seL4_NodeId;
typedef seL4_Word seL4_PAddr;
typedef seL4_Word seL4_Domain;
typedef seL4_Uint64 seL4_Time; /* microseconds */

#ifndef seL4_Null
#define seL4_Null ((void *)0)
#endif
#define seL4_True  1
#define seL4_False 0

/* printf formats for a word. */
#define SEL4_PRIu_word "lu"
#define SEL4_PRIx_word "lx"
#define SEL4_PRId_word "ld"
#define SEL4_PRIi_word "li"
