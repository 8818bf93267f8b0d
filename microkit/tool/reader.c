/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/reader.h"

#include <string.h>

#include "microkit/tool/numbers.h"

const struct xml_attribute *require_attribute(
        struct reader *reader, const struct xml_element *element, const char *name)
{
    const struct xml_attribute *attribute = xml_attribute(element, name);

    if (attribute == NULL) {
        report_error(reader->diagnostics, element->position,
                "missing required attribute '%s' on element '%s'", name, element->name);
    }
    return attribute;
}

struct position attribute_position(const struct xml_element *element, const char *name)
{
    const struct xml_attribute *attribute = xml_attribute(element, name);

    return attribute != NULL ? attribute->position : element->position;
}

static bool read_any_number(struct reader *reader, const struct xml_element *element,
        const char *name, bool decimal_only, uint64_t *value)
{
    const struct xml_attribute *attribute = xml_attribute(element, name);

    if (attribute == NULL) {
        return false;
    }

    enum number_result result = parse_number(attribute->value, decimal_only, value);

    if (result == NUMBER_TOO_LARGE) {
        report_error(reader->diagnostics, attribute->position,
                "%s=\"%s\" on element '%s' does not fit into 64 bits", name, attribute->value,
                element->name);
    } else if (result == NUMBER_MALFORMED) {
        report_error(reader->diagnostics, attribute->position,
                "%s=\"%s\" on element '%s' is not a number: expected %s", name, attribute->value,
                element->name,
                decimal_only ? "decimal digits" : "decimal digits, or 0x and hexadecimal ones");
    }
    return result == NUMBER_GOOD;
}

bool read_number(
        struct reader *reader, const struct xml_element *element, const char *name, uint64_t *value)
{
    return read_any_number(reader, element, name, false, value);
}

bool read_decimal(
        struct reader *reader, const struct xml_element *element, const char *name, uint64_t *value)
{
    return read_any_number(reader, element, name, true, value);
}

bool read_boolean(
        struct reader *reader, const struct xml_element *element, const char *name, bool *value)
{
    const struct xml_attribute *attribute = xml_attribute(element, name);

    if (attribute == NULL) {
        return false;
    }
    if (strcmp(attribute->value, "true") != 0 && strcmp(attribute->value, "false") != 0) {
        report_error(reader->diagnostics, attribute->position,
                "%s=\"%s\" on element '%s': expected true or false", name, attribute->value,
                element->name);
        return false;
    }
    *value = attribute->value[0] == 't';
    return true;
}

void read_permissions(struct reader *reader, const struct xml_element *element, const char *allowed,
        unsigned *permissions)
{
    static const char letters[] = "rwx";
    const struct xml_attribute *attribute = xml_attribute(element, "perms");
    unsigned found = 0;

    if (attribute == NULL) {
        return;
    }
    for (const char *letter = attribute->value; *letter != 0; letter++) {
        const char *known = strchr(letters, *letter);

        if (known == NULL || strchr(allowed, *letter) == NULL) {
            report_error(reader->diagnostics, attribute->position,
                    "perms=\"%s\" on element '%s': '%c' is not one of the letters %s",
                    attribute->value, element->name, *letter, allowed);
            return;
        }
        found |= 1U << (known - letters);
    }
    if (found == PERMISSION_WRITE) {
        report_error(reader->diagnostics, attribute->position,
                "perms=\"%s\" on element '%s': memory that can only be written does not exist; "
                "use rw",
                attribute->value, element->name);
        return;
    }
    *permissions = found;
}

const char *read_text(
        struct reader *reader, const struct xml_element *element, const char *name, bool required)
{
    const struct xml_attribute *attribute =
            required ? require_attribute(reader, element, name) : xml_attribute(element, name);

    if (attribute == NULL) {
        return NULL;
    }
    if (attribute->value[0] == 0) {
        report_error(reader->diagnostics, attribute->position, "%s on element '%s' is empty", name,
                element->name);
        return NULL;
    }
    return attribute->value;
}

void read_id(struct reader *reader, const struct xml_element *element, uint64_t *id,
        struct position *position)
{
    const struct xml_attribute *attribute = require_attribute(reader, element, "id");

    if (attribute == NULL) {
        return;
    }
    if (!read_decimal(reader, element, "id", id)) {
        return;
    }
    *position = attribute->position;
    if (*id > MAX_CHANNEL_ID) {
        report_error(reader->diagnostics, attribute->position,
                "id=\"%s\" on element '%s': ids must be < %d", attribute->value, element->name,
                MAX_CHANNEL_ID + 1);
        *id = 0;
        position->line = 0; /* not worth comparing with others */
    }
}

struct setvar *read_setvar(struct reader *reader, struct protection_domain *pd,
        const struct xml_element *element, const char *attribute_name, enum setvar_kind kind)
{
    const char *symbol = read_text(reader, element, attribute_name, false);

    if (symbol == NULL) {
        return NULL;
    }

    struct setvar *setvar = list_add(reader->diagnostics->arena, &pd->setvars);

    setvar->kind = kind;
    setvar->symbol = symbol;
    setvar->position = attribute_position(element, attribute_name);
    setvar->region = NONE;
    setvar->window = NONE;
    return setvar;
}

void unknown_element(
        struct reader *reader, const struct xml_element *element, const char *const *known)
{
    const char *near = nearest_word(element->name, known);
    const char *in = element->parent != NULL ? element->parent->name : "the file";

    if (near != NULL) {
        report_error(reader->diagnostics, element->position,
                "unknown element '%s' in '%s'; did you mean '%s'?", element->name, in, near);
    } else {
        report_error(reader->diagnostics, element->position,
                "element '%s' is not allowed in '%s'; it can have: %s", element->name, in,
                join_words(reader->diagnostics->arena, known));
    }
}

void no_children(struct reader *reader, const struct xml_element *element)
{
    list_for_each(child, &element->children) {
        report_error(reader->diagnostics, (*child)->position,
                "element '%s' is not allowed in '%s', which has no children", (*child)->name,
                element->name);
    }
}
