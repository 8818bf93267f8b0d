/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/symbols_code.h"

#include <dwarf.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/symbols_file.h"

/* DWARF for the Arm 64-bit Architecture, 4.1 */
#define REGISTER_FP 29
#define REGISTER_LR 30
#define REGISTER_SP 31

/* --- functions --- */

static void call_site(Dwarf_Die *unit, Dwarf_Die *inlined, struct code_frame *caller)
{
    Dwarf_Attribute attribute;
    Dwarf_Word number;
    Dwarf_Files *files;
    size_t count;
    const char *file;

    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &number) == 0) {
        caller->line = (int)number;
    }
    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &number) == 0
            && dwarf_getsrcfiles(unit, &files, &count) == 0 && number < count
            && (file = dwarf_filesrc(files, number, NULL, NULL)) != NULL) {
        snprintf(caller->file, sizeof(caller->file), "%s", file);
    }
}

/* The innermost scope of the address, and all that it is inside of. */
static int scopes_of(Dwarf_Die *unit, uint64_t address, Dwarf_Die **scopes)
{
    Dwarf_Die innermost, *found;
    int count = dwarf_getscopes(unit, address, &found);

    if (count <= 0) {
        return 0;
    }
    innermost = found[0];
    free(found);
    count = dwarf_getscopes_die(&innermost, scopes);
    return count > 0 ? count : 0;
}

size_t symbols_frames(
        struct symbols *symbols, uint64_t address, struct code_frame *frames, size_t max)
{
    Dwarf_Die unit, *scopes;
    struct code_location location;
    size_t depth = 0;
    int count;

    address -= symbols->base;
    if (symbols->dwarf == NULL || dwarf_addrdie(symbols->dwarf, address, &unit) == NULL
            || (count = scopes_of(&unit, address, &scopes)) == 0) {
        return 0;
    }
    symbols_locate(symbols, address + symbols->base, &location);
    memset(frames, 0, max * sizeof(*frames));
    memcpy(frames[0].file, location.file, sizeof(location.file));
    frames[0].line = location.line;
    for (int i = 0; i < count && depth < max; i++) {
        int tag = dwarf_tag(&scopes[i]);
        const char *name = dwarf_diename(&scopes[i]);

        if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine) {
            continue;
        }
        snprintf(frames[depth].function, sizeof(frames[depth].function), "%s",
                tag == DW_TAG_subprogram && location.symbol[0] != '\0' ? location.symbol
                        : name != NULL                                 ? name
                                                                       : "?");
        depth++;
        if (tag == DW_TAG_subprogram) {
            break;
        }
        if (depth < max) {
            call_site(&unit, &scopes[i], &frames[depth]);
        }
    }
    free(scopes);
    return depth;
}

bool symbols_function(struct symbols *symbols, uint64_t address, char *name, size_t size,
        uint64_t *start, uint64_t *length)
{
    Elf_Scn *section = NULL;

    address -= symbols->base;
    while ((section = elf_nextscn(symbols->elf, section)) != NULL) {
        GElf_Shdr header;
        Elf_Data *data;

        if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_SYMTAB
                || header.sh_entsize == 0 || (data = elf_getdata(section, NULL)) == NULL) {
            continue;
        }
        for (int i = 0; (uint64_t)i < header.sh_size / header.sh_entsize; i++) {
            GElf_Sym symbol;
            const char *found;

            if (gelf_getsym(data, i, &symbol) != NULL && GELF_ST_TYPE(symbol.st_info) == STT_FUNC
                    && address >= symbol.st_value && address - symbol.st_value < symbol.st_size
                    && (found = elf_strptr(symbols->elf, header.sh_link, symbol.st_name)) != NULL) {
                snprintf(name, size, "%s", found);
                *start = symbol.st_value + symbols->base;
                *length = symbol.st_size;
                return true;
            }
        }
    }
    return false;
}

/* --- callers --- */

/* The rule says "saved at the canonical frame address plus *offset". */
static bool saved_at(Dwarf_Frame *frame, int number, int64_t *offset)
{
    Dwarf_Op memory[3], *operations;
    size_t count;

    if (dwarf_frame_register(frame, number, memory, &operations, &count) != 0 || count == 0
            || count > 2 || operations[0].atom != DW_OP_call_frame_cfa
            || (count == 2 && operations[1].atom != DW_OP_plus_uconst)) {
        return false;
    }
    *offset = count == 2 ? (int64_t)operations[1].number : 0;
    return true;
}

/* The canonical frame address is a register plus *offset. */
static bool frame_address(Dwarf_Frame *frame, unsigned *number, int64_t *offset)
{
    Dwarf_Op *operations;
    size_t count;

    if (dwarf_frame_cfa(frame, &operations, &count) != 0 || count != 1) {
        return false;
    }
    if (operations[0].atom == DW_OP_bregx) {
        *number = (unsigned)operations[0].number;
        *offset = (int64_t)operations[0].number2;
        return true;
    }
    if (operations[0].atom < DW_OP_breg0 || operations[0].atom > DW_OP_breg31) {
        return false;
    }
    *number = operations[0].atom - DW_OP_breg0;
    *offset = (int64_t)operations[0].number;
    return true;
}

static struct caller_rule rule_of(Dwarf_Frame *frame)
{
    struct caller_rule rule = { .place = CALLER_ON_STACK };
    Dwarf_Op memory[3], *operations;
    int64_t lr_at, fp_at, offset;
    unsigned base;
    size_t count;

    if (dwarf_frame_register(frame, REGISTER_LR, memory, &operations, &count) != 0) {
        return (struct caller_rule){ .place = CALLER_UNKNOWN };
    }
    if (count == 0) { /* libdw: memory is "undefined", NULL is "as it was" */
        rule.place = operations == memory ? CALLER_NONE : CALLER_IN_LR;
        return rule;
    }
    if (!saved_at(frame, REGISTER_LR, &lr_at) || !saved_at(frame, REGISTER_FP, &fp_at)
            || lr_at != fp_at + 8 || !frame_address(frame, &base, &offset)) {
        return rule;
    }
    rule.place = CALLER_IN_RECORD;
    rule.record_known = base == REGISTER_SP;
    rule.record_offset = offset + fp_at;
    return rule;
}

struct caller_rule symbols_caller(struct symbols *symbols, uint64_t address)
{
    struct caller_rule rule = { .place = CALLER_UNKNOWN };
    Dwarf_CFI *sources[2] = { NULL, NULL };

    if (!symbols->tried_frames) {
        symbols->tried_frames = true;
        symbols->exception_frames = dwarf_getcfi_elf(symbols->elf);
    }
    sources[0] = symbols->dwarf != NULL ? dwarf_getcfi(symbols->dwarf) : NULL;
    sources[1] = symbols->exception_frames;
    for (int i = 0; i < 2 && rule.place == CALLER_UNKNOWN; i++) {
        Dwarf_Frame *frame;

        if (sources[i] != NULL
                && dwarf_cfi_addrframe(sources[i], address - symbols->base, &frame) == 0) {
            rule = rule_of(frame);
            free(frame);
        }
    }
    return rule;
}
