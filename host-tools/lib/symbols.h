/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an ELF file with DWARF says: variables, their types, where code comes from. The file is input:
 * whatever is wrong with it makes things unknown, and nothing worse. Values hold pointers into the file;
 * they are valid until symbols_close.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host-tools/lib/error_report.h"

struct symbols;

/* Version of elfutils. */
const char *symbols_library(void);

/*
 * Opens an ELF file in memory, which has to stay there. NULL: *error says why. Without debug information
 * it still has the symbol table.
 */
struct symbols *symbols_open(const void *bytes, size_t size, struct error_report *error);
/* The file lies at `base`, to which all its addresses are relative; they are given and taken with it added. */
void symbols_set_base(struct symbols *symbols, uint64_t base);
/* NULL is allowed. */
void symbols_close(struct symbols *symbols);
/* True if there is DWARF. */
bool symbols_has_types(const struct symbols *symbols);

/* --- types --- */

enum type_kind {
    TYPE_UNKNOWN, /* incomplete, damaged, or of another language */
    TYPE_SIGNED,
    TYPE_UNSIGNED,
    TYPE_BOOLEAN,
    TYPE_CHARACTER,
    TYPE_FLOAT,
    TYPE_POINTER,
    TYPE_ENUM,
    TYPE_STRUCT,
    TYPE_UNION,
    TYPE_ARRAY,
    TYPE_FUNCTION,
};

/* typedefs and qualifiers are seen through. */
struct c_type {
    enum type_kind kind;
    uint64_t size;   /* bytes; 0: not known */
    char name[64];   /* as declared, the outermost name: net_queue_t */
    char tag[64];    /* of a structure, union or enumeration: net_queue */
    uint64_t die[4]; /* where it stands in the file */
};

struct c_member {
    char name[64]; /* "" for an anonymous structure */
    uint64_t offset;
    unsigned bit_offset, bit_size; /* bit_size 0: no bit field */
    struct c_type type;
};

/* Calls `visit` for each member until it returns false. */
void type_each_member(const struct c_type *type,
        bool (*visit)(void *context, const struct c_member *member), void *context);
/* Also finds members of anonymous structures inside. */
bool type_find_member(const struct c_type *type, const char *name, struct c_member *member);
/* Of an array: its elements and how many (0: not known). */
bool type_element(const struct c_type *type, struct c_type *element, uint64_t *count);
/* What a pointer points to; false for void. */
bool type_pointee(const struct c_type *type, struct c_type *pointee);
/* The enumerator with this value; false if there is none. */
bool type_enumerator(const struct c_type *type, uint64_t value, char *name, size_t size);

/* --- variables and places --- */

struct c_variable {
    char name[96];
    uint64_t address;
    struct c_type type;
};

/* A global or file-local variable. */
bool symbols_find_variable(struct symbols *symbols, const char *name, struct c_variable *variable);
/* Calls `visit` for each variable with an address until it returns false. */
void symbols_each_variable(struct symbols *symbols,
        bool (*visit)(void *context, const struct c_variable *variable), void *context);

/* The bytes that the file has for an address; NULL if it has not all of them (.bss, outside). */
const unsigned char *symbols_bytes(const struct symbols *symbols, uint64_t address, uint64_t size);

struct code_location {
    char symbol[96]; /* function or object; "" if not known */
    uint64_t offset; /* from its begin */
    char file[160];  /* "" if not known */
    int line;
};

/* Where an address is. False: nothing is known of it. */
bool symbols_locate(struct symbols *symbols, uint64_t address, struct code_location *location);
