/* SPDX-License-Identifier: BSD-2-Clause */
/* C types out of DWARF. */
#include <dwarf.h>
#include <stdio.h>
#include <string.h>

#include "host-tools/lib/symbols_die.h"

#define QUALIFIERS_MAX 16 /* typedefs of typedefs; a ring of them is damage */
#define ANONYMOUS_MAX  4  /* structures inside each other */

_Static_assert(sizeof(Dwarf_Die) <= sizeof(((struct c_type *)NULL)->die), "it is kept in there");

static Dwarf_Die die_of(const struct c_type *type)
{
    Dwarf_Die die;

    memcpy(&die, type->die, sizeof(die));
    return die;
}

static bool type_attribute(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attribute;

    return dwarf_attr_integrate(die, DW_AT_type, &attribute) != NULL
            && dwarf_formref_die(&attribute, type) != NULL;
}

static void copy_name(Dwarf_Die *die, char *name, size_t size)
{
    const char *known = dwarf_diename(die);

    snprintf(name, size, "%s", known != NULL ? known : "");
}

/* Sees through typedefs and qualifiers; the first name on the way is the type's. */
static bool peel(Dwarf_Die *die, char *name, size_t size)
{
    for (int i = 0; i < QUALIFIERS_MAX; i++) {
        int tag = dwarf_tag(die);

        if (name[0] == '\0') {
            copy_name(die, name, size);
        }
        if (tag != DW_TAG_typedef && tag != DW_TAG_const_type && tag != DW_TAG_volatile_type
                && tag != DW_TAG_restrict_type && tag != DW_TAG_atomic_type) {
            return true;
        }
        if (!type_attribute(die, die)) {
            return false;
        }
    }
    return false;
}

static bool is_plain_char(Dwarf_Die *die)
{
    const char *name = dwarf_diename(die);

    return name != NULL && strcmp(name, "char") == 0;
}

static enum type_kind base_kind(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Word encoding;

    if (dwarf_attr(die, DW_AT_encoding, &attribute) == NULL
            || dwarf_formudata(&attribute, &encoding) != 0) {
        return TYPE_UNKNOWN;
    }
    switch (encoding) {
    case DW_ATE_boolean:
        return TYPE_BOOLEAN;
    case DW_ATE_float:
        return TYPE_FLOAT;
    case DW_ATE_signed:
        return TYPE_SIGNED;
    case DW_ATE_signed_char: /* plain char is text; int8_t and uint8_t are numbers */
        return is_plain_char(die) ? TYPE_CHARACTER : TYPE_SIGNED;
    case DW_ATE_unsigned_char:
        return is_plain_char(die) ? TYPE_CHARACTER : TYPE_UNSIGNED;
    case DW_ATE_unsigned:
        return TYPE_UNSIGNED;
    default:
        return TYPE_UNKNOWN;
    }
}

static enum type_kind kind_of(Dwarf_Die *die)
{
    switch (dwarf_tag(die)) {
    case DW_TAG_base_type:
        return base_kind(die);
    case DW_TAG_pointer_type:
        return TYPE_POINTER;
    case DW_TAG_enumeration_type:
        return TYPE_ENUM;
    case DW_TAG_structure_type:
        return TYPE_STRUCT;
    case DW_TAG_union_type:
        return TYPE_UNION;
    case DW_TAG_array_type:
        return TYPE_ARRAY;
    case DW_TAG_subroutine_type:
        return TYPE_FUNCTION;
    default:
        return TYPE_UNKNOWN;
    }
}

struct c_type type_from_die(const Dwarf_Die *die)
{
    struct c_type type = { .kind = TYPE_UNKNOWN };
    Dwarf_Die peeled = *die;
    Dwarf_Word size;

    if (!peel(&peeled, type.name, sizeof(type.name))) {
        return type;
    }
    memcpy(type.die, &peeled, sizeof(peeled));
    type.kind = kind_of(&peeled);
    if (type.kind == TYPE_STRUCT || type.kind == TYPE_UNION || type.kind == TYPE_ENUM) {
        copy_name(&peeled, type.tag, sizeof(type.tag));
    }
    if (type.kind == TYPE_POINTER) {
        type.size = 8;
    } else if (dwarf_aggregate_size(&peeled, &size) == 0) {
        type.size = size;
    }
    return type;
}

/* --- members --- */

static bool number_attribute(Dwarf_Die *die, unsigned name, uint64_t *number)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;

    if (dwarf_attr(die, name, &attribute) == NULL || dwarf_formudata(&attribute, &value) != 0) {
        return false;
    }
    *number = value;
    return true;
}

static bool take_member(Dwarf_Die *die, struct c_member *member)
{
    Dwarf_Die type;
    uint64_t bits = 0, at = 0;

    memset(member, 0, sizeof(*member));
    if (dwarf_tag(die) != DW_TAG_member || !type_attribute(die, &type)) {
        return false;
    }
    copy_name(die, member->name, sizeof(member->name));
    member->type = type_from_die(&type);
    number_attribute(die, DW_AT_data_member_location, &member->offset);
    if (number_attribute(die, DW_AT_bit_size, &bits) && bits <= 64
            && number_attribute(die, DW_AT_data_bit_offset, &at)) {
        member->bit_size = (unsigned)bits;
        member->bit_offset = (unsigned)(at % 8);
        member->offset = at / 8;
    }
    return true;
}

void type_each_member(const struct c_type *type,
        bool (*visit)(void *context, const struct c_member *member), void *context)
{
    Dwarf_Die parent, die;
    struct c_member member;

    if (type->kind != TYPE_STRUCT && type->kind != TYPE_UNION) {
        return;
    }
    parent = die_of(type);
    if (dwarf_child(&parent, &die) != 0) {
        return;
    }
    do {
        if (take_member(&die, &member) && !visit(context, &member)) {
            return;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
}

struct member_search {
    const char *name;
    struct c_member *member;
    unsigned depth;
    bool found;
};

static bool find_member(
        const struct c_type *type, const char *name, struct c_member *member, unsigned depth);

static bool is_member(void *context, const struct c_member *member)
{
    struct member_search *search = context;

    if (strcmp(member->name, search->name) == 0) {
        *search->member = *member;
        search->found = true;
    } else if (member->name[0] == '\0' && search->depth < ANONYMOUS_MAX
            && find_member(&member->type, search->name, search->member, search->depth + 1)) {
        search->member->offset += member->offset;
        search->found = true;
    }
    return !search->found;
}

static bool find_member(
        const struct c_type *type, const char *name, struct c_member *member, unsigned depth)
{
    struct member_search search = { name, member, depth, false };

    type_each_member(type, is_member, &search);
    return search.found;
}

bool type_find_member(const struct c_type *type, const char *name, struct c_member *member)
{
    return find_member(type, name, member, 0);
}

/* --- arrays, pointers, enumerations --- */

/* How many elements one dimension has; 0: not known. */
static uint64_t dimension(Dwarf_Die *die)
{
    uint64_t count = 0;

    if (number_attribute(die, DW_AT_count, &count)) {
        return count;
    }
    return number_attribute(die, DW_AT_upper_bound, &count) && count < UINT64_MAX ? count + 1 : 0;
}

bool type_element(const struct c_type *type, struct c_type *element, uint64_t *count)
{
    Dwarf_Die array, die;

    if (type->kind != TYPE_ARRAY) {
        return false;
    }
    array = die_of(type);
    if (!type_attribute(&array, &die)) {
        return false;
    }
    *element = type_from_die(&die);
    *count = 0;
    if (dwarf_child(&array, &die) == 0) {
        /* Several dimensions count as one long row. */
        *count = 1;
        do {
            *count *= dwarf_tag(&die) == DW_TAG_subrange_type ? dimension(&die) : 1;
        } while (dwarf_siblingof(&die, &die) == 0);
    }
    if (element->size != 0 && *count > type->size / element->size) {
        *count = type->size / element->size;
    }
    return true;
}

bool type_pointee(const struct c_type *type, struct c_type *pointee)
{
    Dwarf_Die pointer, die;

    if (type->kind != TYPE_POINTER) {
        return false;
    }
    pointer = die_of(type);
    if (!type_attribute(&pointer, &die)) {
        return false;
    }
    *pointee = type_from_die(&die);
    return true;
}

bool type_enumerator(const struct c_type *type, uint64_t value, char *name, size_t size)
{
    Dwarf_Die parent, die;
    uint64_t known;

    if (type->kind != TYPE_ENUM) {
        return false;
    }
    parent = die_of(type);
    if (dwarf_child(&parent, &die) != 0) {
        return false;
    }
    do {
        if (dwarf_tag(&die) == DW_TAG_enumerator
                && number_attribute(&die, DW_AT_const_value, &known) && known == value) {
            copy_name(&die, name, size);
            return true;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}
