/* SPDX-License-Identifier: BSD-2-Clause */
/* The target description. Its registers are numbered in the order in which they stand here. */
#include "gdbstub/arch/aarch64.h"

/* clang-format off */
#define X(n) "<reg name='x" #n "' bitsize='64'/>"
#define V(n) "<reg name='v" #n "' bitsize='128' type='aarch64v'/>"
#define TEN(R, t) R(t##0) R(t##1) R(t##2) R(t##3) R(t##4) R(t##5) R(t##6) R(t##7) R(t##8) R(t##9)
#define ZERO_TO_29(R) R(0) R(1) R(2) R(3) R(4) R(5) R(6) R(7) R(8) R(9) TEN(R, 1) TEN(R, 2)
#define FLAG(name, bit) "<field name='" name "' start='" bit "' end='" bit "'/>"
#define MEMBER(name, type) "<field name='" name "' type='" type "'/>"
#define VECTOR(id, type, count) "<vector id='" id "' type='" type "' count='" count "'/>"

const char aarch64_description[] =
    "<?xml version='1.0'?><!DOCTYPE target SYSTEM 'gdb-target.dtd'>"
    "<target version='1.0'><architecture>aarch64</architecture>"

    "<feature name='org.gnu.gdb.aarch64.core'><flags id='cpsr_flags' size='4'>"
    FLAG("SP", "0") FLAG("nRW", "4") FLAG("F", "6") FLAG("I", "7") FLAG("A", "8") FLAG("D", "9")
    FLAG("SS", "21") FLAG("V", "28") FLAG("C", "29") FLAG("Z", "30") FLAG("N", "31")
    "</flags>" ZERO_TO_29(X) X(30)
    "<reg name='sp' bitsize='64' type='data_ptr'/><reg name='pc' bitsize='64' type='code_ptr'/>"
    "<reg name='cpsr' bitsize='32' type='cpsr_flags'/></feature>"

    "<feature name='org.gnu.gdb.aarch64.fpu'>"
    VECTOR("v2d", "ieee_double", "2") VECTOR("v2u", "uint64", "2") VECTOR("v2i", "int64", "2")
    VECTOR("v4f", "ieee_single", "4") VECTOR("v4u", "uint32", "4") VECTOR("v4i", "int32", "4")
    VECTOR("v8u", "uint16", "8") VECTOR("v8i", "int16", "8")
    VECTOR("v16u", "uint8", "16") VECTOR("v16i", "int8", "16")
    "<union id='vnd'>" MEMBER("f", "v2d") MEMBER("u", "v2u") MEMBER("s", "v2i") "</union>"
    "<union id='vns'>" MEMBER("f", "v4f") MEMBER("u", "v4u") MEMBER("s", "v4i") "</union>"
    "<union id='vnh'>" MEMBER("u", "v8u") MEMBER("s", "v8i") "</union>"
    "<union id='vnb'>" MEMBER("u", "v16u") MEMBER("s", "v16i") "</union>"
    "<union id='aarch64v'>"
    MEMBER("d", "vnd") MEMBER("s", "vns") MEMBER("h", "vnh") MEMBER("b", "vnb")
    "</union>" ZERO_TO_29(V) V(30) V(31)
    "<reg name='fpsr' bitsize='32'/><reg name='fpcr' bitsize='32'/></feature>"

    "<feature name='org.gnu.gdb.aarch64.tls'>"
    "<reg name='tpidr' bitsize='64' type='data_ptr'/></feature>"

    "<feature name='org.lionscope.aarch64.system'>"
    "<reg name='tpidrro' bitsize='64' type='data_ptr' group='system' save-restore='no'/>"
    "<reg name='esr' bitsize='64' group='system' save-restore='no'/>"
    "<reg name='far' bitsize='64' type='data_ptr' group='system' save-restore='no'/></feature>"
    "</target>";
/* clang-format on */
