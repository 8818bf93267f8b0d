/* SPDX-License-Identifier: BSD-2-Clause */
#include "gdbstub/arch/step.h"

#define INSTRUCTION 4
#define SEQUENCE_MAX \
    16 /* instructions: longer ones are not sure to end, either (Arm ARM, B2.9.5) */

/* Arm ARM, C4.1: branches with an offset in instructions. */
static const struct branch {
    uint32_t mask;
    uint32_t value;
    uint8_t low; /* first bit of the offset */
    uint8_t bits;
    bool conditional;
} branches[] = {
    { 0x7c000000, 0x14000000, 0, 26, false }, /* b, bl */
    { 0xff000010, 0x54000000, 5, 19, true },  /* b.cond */
    { 0x7e000000, 0x34000000, 5, 19, true },  /* cbz, cbnz */
    { 0x7e000000, 0x36000000, 5, 14, true },  /* tbz, tbnz */
};

static const struct branch *branch_of(uint32_t instruction)
{
    for (unsigned i = 0; i < sizeof(branches) / sizeof(branches[0]); i++) {
        if ((instruction & branches[i].mask) == branches[i].value) {
            return &branches[i];
        }
    }
    return NULL;
}

static uint64_t target_of(const struct branch *branch, uint32_t instruction, uint64_t pc)
{
    uint64_t field = instruction >> branch->low & ((UINT64_C(1) << branch->bits) - 1);
    uint64_t sign = UINT64_C(1) << (branch->bits - 1);

    return pc + ((field ^ sign) - sign) * INSTRUCTION;
}

/* br, blr and ret. */
static bool is_register_branch(uint32_t instruction)
{
    return (instruction & 0xff9ffc1f) == 0xd61f0000;
}

/* ldxr, ldaxr, ldxp and ldaxp; stxr and its like differ in bit 22. */
bool aarch64_is_load_exclusive(uint32_t instruction)
{
    return (instruction & 0x3fc00000) == 0x08400000;
}

static bool is_store_exclusive(uint32_t instruction)
{
    return (instruction & 0x3fc00000) == 0x08000000;
}

unsigned aarch64_successors(const struct aarch64_registers *registers, uint32_t instruction,
        uint64_t next[AARCH64_SUCCESSORS_MAX])
{
    const struct branch *branch = branch_of(instruction);
    unsigned count = 0;

    if (is_register_branch(instruction)) {
        unsigned number = instruction >> 5 & 31;

        next[count++] = number < 31 ? registers->x[number] : 0;
        return count;
    }
    if (branch == NULL || branch->conditional) {
        next[count++] = registers->pc + INSTRUCTION;
    }
    if (branch != NULL) {
        next[count++] = target_of(branch, instruction, registers->pc);
    }
    return count;
}

unsigned aarch64_sequence_exits(
        uint64_t pc, aarch64_fetch_t *fetch, void *context, uint64_t exits[AARCH64_SUCCESSORS_MAX])
{
    unsigned count = 1; /* the first place is for what comes after the store */
    uint32_t instruction;

    for (uint64_t at = pc + INSTRUCTION; at < pc + SEQUENCE_MAX * INSTRUCTION; at += INSTRUCTION) {
        const struct branch *branch;

        if (!fetch(context, at, &instruction) || is_register_branch(instruction)) {
            return 0;
        }
        if (is_store_exclusive(instruction)) {
            exits[0] = at + INSTRUCTION;
            return count;
        }
        branch = branch_of(instruction);
        if (branch != NULL && (!branch->conditional || count == AARCH64_SUCCESSORS_MAX)) {
            return 0;
        }
        if (branch != NULL) {
            exits[count++] = target_of(branch, instruction, at);
        }
    }
    return 0;
}
