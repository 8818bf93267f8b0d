/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What counts.c needs of QEMU's interface for plugins, version 1 (QEMU 4.2 to 8.2): names and types as QEMU exports
 * them. The distribution's package has the programs, but no header.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PLUGIN_VERSION       1
#define PLUGIN_INLINE_ADD_64 0

struct qemu_plugin_tb;   /* a block of instructions, while it is translated */
struct qemu_plugin_insn; /* one of them */

typedef uint64_t qemu_plugin_id_t;

void qemu_plugin_register_vcpu_tb_trans_cb(
        qemu_plugin_id_t id, void (*callback)(qemu_plugin_id_t id, struct qemu_plugin_tb *block));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
/* Where it lies in this process: tells instructions of the same address in two address spaces apart. */
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *instruction);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
/* Each time that the instruction is executed, `value` is added to *number; operation: PLUGIN_INLINE_ADD_64. */
void qemu_plugin_register_vcpu_insn_exec_inline(
        struct qemu_plugin_insn *instruction, int operation, void *number, uint64_t value);
