/* SPDX-License-Identifier: BSD-2-Clause */
/* A system description as a tree of elements that know where they stand. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "microkit/tool/diagnostics.h"

/* Position: of the name. */
struct xml_attribute {
    const char *name;
    const char *value;
    struct position position;
};

/* Position: of the opening bracket. Children in the order of the file. */
struct xml_element {
    const char *name;
    struct position position;
    struct xml_element *parent;
    LIST(struct xml_attribute) attributes;
    LIST(struct xml_element *) children;
};

/*
 * Parses a whole file. NULL after a syntax error, which is reported with its place. Text other than
 * white space, document types and nesting deeper than 64 are refused.
 */
struct xml_element *xml_parse(const char *text, size_t length, struct diagnostics *diagnostics);

/* By name; NULL if the element has none of that name. */
const struct xml_attribute *xml_attribute(const struct xml_element *element, const char *name);

/* Reports each attribute that is not in the list (which ends with NULL), with the nearest name. */
void xml_allow_attributes(const struct xml_element *element, const char *const *names,
        struct diagnostics *diagnostics);
