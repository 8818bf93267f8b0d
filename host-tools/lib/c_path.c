/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths to values. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/c_value.h"

#define NAME_MAX_BYTES 96
#define POINTER_BYTES  8

/* A walk along a path. */
struct walk {
    struct symbols *symbols;
    const char *path; /* all of it, for messages */
    const char *at;
    memory_read_fn read;
    void *context;
    struct c_place *place;
    struct error_report *error;
};

static bool wrong(struct walk *walk, const char *what)
{
    error_set(walk->error, STATUS_USAGE, "%s: %s", walk->path, what);
    error_advise(walk->error, "a path is VARIABLE, then .MEMBER, ->MEMBER or [INDEX]");
    return false;
}

static bool take_name(struct walk *walk, char *name)
{
    size_t length = 0;

    while (isalnum((unsigned char)walk->at[length]) || walk->at[length] == '_'
            || walk->at[length] == '$') {
        length++;
    }
    if (length == 0 || length >= NAME_MAX_BYTES) {
        return wrong(walk, "a name is missing");
    }
    memcpy(name, walk->at, length);
    name[length] = '\0';
    walk->at += length;
    return true;
}

static bool follow(struct walk *walk)
{
    unsigned char pointer[POINTER_BYTES];
    struct c_type pointee;

    if (!type_pointee(&walk->place->type, &pointee)) {
        return wrong(walk, "what is followed there is no pointer to anything known");
    }
    if (!walk->read(walk->context, walk->place->address, pointer, sizeof(pointer), walk->error)) {
        return false;
    }
    walk->place->address = value_number(pointer, sizeof(pointer));
    walk->place->type = pointee;
    return walk->place->address != 0 || wrong(walk, "the pointer there is NULL");
}

static bool step_to_member(struct walk *walk)
{
    char name[NAME_MAX_BYTES];
    struct c_member member;

    if (!take_name(walk, name)) {
        return false;
    }
    if (walk->place->type.kind == TYPE_POINTER && !follow(walk)) {
        return false;
    }
    if (!type_find_member(&walk->place->type, name, &member)) {
        return error_set(walk->error, STATUS_USAGE, "%s: '%s' has no member '%s'", walk->path,
                walk->place->type.name[0] != '\0' ? walk->place->type.name : "what is there", name);
    }
    walk->place->address += member.offset;
    walk->place->type = member.type;
    walk->place->bit_offset = member.bit_offset;
    walk->place->bit_size = member.bit_size;
    return true;
}

static bool step_to_element(struct walk *walk)
{
    struct c_type element;
    uint64_t count = 0;
    uint64_t index;
    char *end;

    index = strtoull(walk->at, &end, 0);
    if (!isdigit((unsigned char)*walk->at) || *end != ']') {
        return wrong(walk, "an index is a number in brackets");
    }
    walk->at = end + 1;
    if (walk->place->type.kind == TYPE_POINTER) {
        if (!follow(walk)) {
            return false;
        }
        element = walk->place->type;
    } else if (!type_element(&walk->place->type, &element, &count)) {
        return wrong(walk, "what has an index there is no array");
    }
    if (count != 0 && index >= count) {
        return wrong(walk, "the index is beyond the end of the array");
    }
    walk->place->address += index * element.size;
    walk->place->type = element;
    return true;
}

static bool step(struct walk *walk)
{
    walk->place->bit_size = 0;
    if (walk->at[0] == '[') {
        walk->at++;
        return step_to_element(walk);
    }
    if (walk->at[0] == '.') {
        walk->at++;
        return step_to_member(walk);
    }
    if (walk->at[0] == '-' && walk->at[1] == '>') {
        walk->at += 2;
        return step_to_member(walk);
    }
    return wrong(walk, "this is no path");
}

static bool find_root(struct walk *walk)
{
    char name[NAME_MAX_BYTES];
    struct c_variable variable;

    if (!take_name(walk, name)) {
        return false;
    }
    if (!symbols_find_variable(walk->symbols, name, &variable)) {
        return error_set(walk->error, STATUS_USAGE, "%s: the program has no variable '%s'%s",
                walk->path, name,
                symbols_has_types(walk->symbols) ? "" : " (it is built without -g)");
    }
    *walk->place = (struct c_place){ .address = variable.address, .type = variable.type };
    return true;
}

bool path_resolve(struct symbols *symbols, const char *path, memory_read_fn read, void *context,
        struct c_place *place, struct error_report *error)
{
    struct walk walk = { symbols, path, path, read, context, place, error };
    unsigned stars = (unsigned)strspn(path, "*");

    walk.at += stars;
    if (!find_root(&walk)) {
        return false;
    }
    while (*walk.at != '\0') {
        if (!step(&walk)) {
            return false;
        }
    }
    for (; stars > 0; stars--) {
        if (!follow(&walk)) {
            return false;
        }
    }
    return true;
}
