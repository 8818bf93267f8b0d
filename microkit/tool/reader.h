/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of single elements share: attributes to values, with good messages. */
#pragma once

#include "microkit/tool/description.h"
#include "microkit/tool/xml.h"

/* What all readers need. */
struct reader {
    struct system *system;
    const struct description_limits *limits;
    struct diagnostics *diagnostics;
};

/* NULL after reporting that the attribute is missing. */
const struct xml_attribute *require_attribute(
        struct reader *reader, const struct xml_element *element, const char *name);

/*
 * Number, decimal or hexadecimal with 0x, underscores allowed. A missing attribute leaves the value
 * alone; a wrong one is reported. True if a good value was stored.
 */
bool read_number(struct reader *reader, const struct xml_element *element, const char *name,
        uint64_t *value);
/* The same for the attributes that upstream takes in decimal only. */
bool read_decimal(struct reader *reader, const struct xml_element *element, const char *name,
        uint64_t *value);
/* Exactly `true` or `false`. */
bool read_boolean(
        struct reader *reader, const struct xml_element *element, const char *name, bool *value);
/* Any combination of the letters r, w, x in `allowed`, each once; write needs read. */
void read_permissions(struct reader *reader, const struct xml_element *element, const char *allowed,
        unsigned *permissions);
/* NULL if missing (reported when required) or empty (always reported). */
const char *read_text(
        struct reader *reader, const struct xml_element *element, const char *name, bool required);

/* An id of a channel end or an irq: decimal, 0..61; required. */
void read_id(struct reader *reader, const struct xml_element *element, uint64_t *id,
        struct position *position);

/* Of the attribute's name; of the element if it has no such attribute. */
struct position attribute_position(const struct xml_element *element, const char *name);

/* A symbol of pd that gets a value, if the element has the attribute. NULL if not. */
struct setvar *read_setvar(struct reader *reader, struct protection_domain *pd,
        const struct xml_element *element, const char *attribute, enum setvar_kind kind);

/* "unknown element ... did you mean ..." */
void unknown_element(
        struct reader *reader, const struct xml_element *element, const char *const *known);
/* Reports each child of an element that can have none. */
void no_children(struct reader *reader, const struct xml_element *element);

void read_protection_domain(
        struct reader *reader, const struct xml_element *element, size_t parent);
/* The domain an attribute names; NULL after reporting that there is none. */
const struct domain *find_domain(struct reader *reader, const struct xml_attribute *name);
/* <domains>, with the schedule. */
void read_domains(struct reader *reader, const struct xml_element *element);
