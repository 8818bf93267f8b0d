/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/symbols.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/symbols_die.h"
#include "host-tools/lib/symbols_file.h"

const char *symbols_library(void)
{
    return dwfl_version(NULL);
}

struct symbols *symbols_open(const void *bytes, size_t size, struct error_report *error)
{
    struct symbols *symbols = calloc(1, sizeof(*symbols));

    if (symbols == NULL) {
        error_set(error, STATUS_FAILURE, "out of memory");
        return NULL;
    }
    elf_version(EV_CURRENT);
    symbols->bytes = bytes;
    symbols->size = size;
    symbols->elf = elf_memory((char *)(uintptr_t)bytes, size); /* it is only read */
    if (symbols->elf == NULL || elf_kind(symbols->elf) != ELF_K_ELF
            || gelf_getclass(symbols->elf) != ELFCLASS64) {
        error_set(error, STATUS_FAILURE, "this is no 64-bit ELF file");
        symbols_close(symbols);
        return NULL;
    }
    symbols->dwarf = dwarf_begin_elf(symbols->elf, DWARF_C_READ, NULL);
    return symbols;
}

void symbols_set_base(struct symbols *symbols, uint64_t base)
{
    symbols->base = base;
}

void symbols_close(struct symbols *symbols)
{
    if (symbols != NULL) {
        if (symbols->exception_frames != NULL) {
            dwarf_cfi_end(symbols->exception_frames);
        }
        dwarf_end(symbols->dwarf);
        elf_end(symbols->elf);
        free(symbols);
    }
}

bool symbols_has_types(const struct symbols *symbols)
{
    return symbols->dwarf != NULL;
}

/* --- variables --- */

static bool address_of(Dwarf_Die *die, uint64_t *address)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *operations;
    size_t count;

    if (dwarf_attr_integrate(die, DW_AT_location, &attribute) == NULL
            || dwarf_getlocation(&attribute, &operations, &count) != 0 || count != 1
            || operations[0].atom != DW_OP_addr) {
        return false;
    }
    *address = operations[0].number;
    return true;
}

/* `visit` may be given; false: stop. */
static bool take_variable(Dwarf_Die *die, struct c_variable *variable)
{
    Dwarf_Attribute attribute;
    Dwarf_Die type;
    const char *name;

    if (dwarf_tag(die) != DW_TAG_variable || !address_of(die, &variable->address)) {
        return false;
    }
    name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
    if (name == NULL || dwarf_attr_integrate(die, DW_AT_type, &attribute) == NULL
            || dwarf_formref_die(&attribute, &type) == NULL) {
        return false;
    }
    snprintf(variable->name, sizeof(variable->name), "%s", name);
    variable->type = type_from_die(&type);
    return true;
}

void symbols_each_variable(struct symbols *symbols,
        bool (*visit)(void *context, const struct c_variable *variable), void *context)
{
    struct c_variable variable;
    Dwarf_CU *unit = NULL;
    Dwarf_Die unit_die, die;
    uint8_t kind;

    while (symbols->dwarf != NULL
            && dwarf_get_units(symbols->dwarf, unit, &unit, NULL, &kind, &unit_die, NULL) == 0) {
        if (kind != DW_UT_compile || dwarf_child(&unit_die, &die) != 0) {
            continue;
        }
        do {
            if (!take_variable(&die, &variable)) {
                continue;
            }
            variable.address += symbols->base;
            if (!visit(context, &variable)) {
                return;
            }
        } while (dwarf_siblingof(&die, &die) == 0);
    }
}

struct wanted {
    const char *name;
    struct c_variable *variable;
    bool found;
};

static bool is_wanted(void *context, const struct c_variable *variable)
{
    struct wanted *wanted = context;

    if (strcmp(variable->name, wanted->name) == 0) {
        *wanted->variable = *variable;
        wanted->found = true;
    }
    return !wanted->found;
}

bool symbols_find_variable(struct symbols *symbols, const char *name, struct c_variable *variable)
{
    struct wanted wanted = { name, variable, false };

    symbols_each_variable(symbols, is_wanted, &wanted);
    return wanted.found;
}

/* --- contents --- */

const unsigned char *symbols_bytes(const struct symbols *symbols, uint64_t address, uint64_t size)
{
    size_t count;

    address -= symbols->base;
    if (elf_getphdrnum(symbols->elf, &count) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr segment;

        if (gelf_getphdr(symbols->elf, (int)i, &segment) == NULL || segment.p_type != PT_LOAD
                || address < segment.p_vaddr || size > segment.p_filesz
                || address - segment.p_vaddr > segment.p_filesz - size
                || segment.p_offset > symbols->size
                || segment.p_filesz > symbols->size - segment.p_offset) {
            continue;
        }
        return symbols->bytes + segment.p_offset + (address - segment.p_vaddr);
    }
    return NULL;
}

/* --- places --- */

/* The nearest function or object at or before the address that reaches to it. */
static bool find_symbol(
        const struct symbols *symbols, uint64_t address, struct code_location *location)
{
    Elf_Scn *section = NULL;
    uint64_t best = 0;
    bool found = false;

    while ((section = elf_nextscn(symbols->elf, section)) != NULL) {
        GElf_Shdr header;
        Elf_Data *data;

        if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_SYMTAB
                || header.sh_entsize == 0 || (data = elf_getdata(section, NULL)) == NULL) {
            continue;
        }
        for (int i = 0; (uint64_t)i < header.sh_size / header.sh_entsize; i++) {
            GElf_Sym symbol;
            const char *name;

            if (gelf_getsym(data, i, &symbol) == NULL
                    || (GELF_ST_TYPE(symbol.st_info) != STT_FUNC
                            && GELF_ST_TYPE(symbol.st_info) != STT_OBJECT)
                    || address < symbol.st_value || address - symbol.st_value >= symbol.st_size
                    || (found && symbol.st_value < best)) {
                continue;
            }
            name = elf_strptr(symbols->elf, header.sh_link, symbol.st_name);
            if (name != NULL) {
                best = symbol.st_value;
                found = true;
                snprintf(location->symbol, sizeof(location->symbol), "%s", name);
                location->offset = address - best;
            }
        }
    }
    return found;
}

static bool find_line(struct symbols *symbols, uint64_t address, struct code_location *location)
{
    Dwarf_Die unit;
    Dwarf_Line *line;
    const char *file;

    if (symbols->dwarf == NULL || dwarf_addrdie(symbols->dwarf, address, &unit) == NULL
            || (line = dwarf_getsrc_die(&unit, address)) == NULL
            || (file = dwarf_linesrc(line, NULL, NULL)) == NULL
            || dwarf_lineno(line, &location->line) != 0) {
        return false;
    }
    snprintf(location->file, sizeof(location->file), "%s", file);
    return true;
}

bool symbols_locate(struct symbols *symbols, uint64_t address, struct code_location *location)
{
    bool symbol, line;

    memset(location, 0, sizeof(*location));
    symbol = find_symbol(symbols, address - symbols->base, location);
    line = find_line(symbols, address - symbols->base, location);
    return symbol || line;
}
