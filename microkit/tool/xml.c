/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/xml.h"

#include <ctype.h>
#include <expat.h>
#include <limits.h>
#include <string.h>

#define MAX_DEPTH      64
#define MAX_TEXT_SHOWN 40

struct parse {
    XML_Parser parser;
    struct diagnostics *diagnostics;
    const char *text;
    size_t length;
    struct xml_element *root;
    struct xml_element *current;
    const struct xml_element *text_reported; /* an element whose text was complained about */
    unsigned depth;
};

static struct position here(const struct parse *parse)
{
    return (struct position){ (unsigned)XML_GetCurrentLineNumber(parse->parser),
        (unsigned)XML_GetCurrentColumnNumber(parse->parser) + 1 };
}

static void refuse(struct parse *parse, const char *reason)
{
    report_error(parse->diagnostics, here(parse), "%s", reason);
    XML_StopParser(parse->parser, XML_FALSE);
}

/*
 * Position of an attribute's name inside the tag that starts at byte `at`: the parser does not
 * tell.
 */
static struct position find_attribute(
        const struct parse *parse, size_t at, struct position position, const char *name)
{
    size_t length = strlen(name);
    char quote = 0;
    struct position element = position;

    for (; at + length < parse->length; at++) {
        char letter = parse->text[at];

        if (quote != 0) {
            quote = letter == quote ? 0 : quote;
        } else if (letter == '"' || letter == '\'') {
            quote = letter;
        } else if (letter == '>') {
            break;
        } else if (isspace((unsigned char)letter)
                && memcmp(&parse->text[at + 1], name, length) == 0) {
            char next = at + 1 + length < parse->length ? parse->text[at + 1 + length] : 0;

            if (next == '=' || isspace((unsigned char)next)) {
                return letter == '\n' ? (struct position){ position.line + 1, 1 }
                                      : (struct position){ position.line, position.column + 1 };
            }
        }
        if (letter == '\n') {
            position = (struct position){ position.line + 1, 1 };
        } else if (((unsigned char)letter & 0xc0) != 0x80) {
            position.column++; /* characters of UTF-8, not bytes */
        }
    }
    return element;
}

static void on_start(void *data, const char *name, const char **attributes)
{
    struct parse *parse = data;
    struct arena *arena = parse->diagnostics->arena;
    struct xml_element *element = arena_alloc(arena, sizeof(*element));

    if (++parse->depth > MAX_DEPTH) {
        refuse(parse, "elements are nested deeper than 64 levels");
        return;
    }
    element->name = arena_copy(arena, name, strlen(name));
    element->position = here(parse);
    element->parent = parse->current;
    for (; attributes[0] != NULL; attributes += 2) {
        struct xml_attribute *attribute = list_add(arena, &element->attributes);

        attribute->name = arena_copy(arena, attributes[0], strlen(attributes[0]));
        attribute->value = arena_copy(arena, attributes[1], strlen(attributes[1]));
        attribute->position = find_attribute(parse, (size_t)XML_GetCurrentByteIndex(parse->parser),
                element->position, attributes[0]);
    }
    if (parse->current == NULL) {
        parse->root = element;
    } else {
        *list_add(arena, &parse->current->children) = element;
    }
    parse->current = element;
}

static void on_end(void *data, const char *name)
{
    struct parse *parse = data;

    (void)name;
    parse->depth--;
    parse->current = parse->current->parent;
}

/* As much of the text as a message shows: bytes, not ending within a character of UTF-8. */
static int shown_length(const char *text, int length)
{
    if (length <= MAX_TEXT_SHOWN) {
        return length;
    }
    length = MAX_TEXT_SHOWN;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) {
        length--;
    }
    return length;
}

/* Comes in pieces, at least one a line; one message an element is enough. */
static void on_text(void *data, const char *text, int length)
{
    struct parse *parse = data;
    struct position position = here(parse);
    int blanks = 0;

    while (blanks < length && isspace((unsigned char)text[blanks])) {
        blanks++;
    }
    if (blanks == length || parse->text_reported == parse->current) {
        return;
    }
    parse->text_reported = parse->current;
    position.column += (unsigned)blanks;
    text += blanks;
    report_error(parse->diagnostics, position,
            "unexpected text '%.*s' in element '%s': only elements and comments may stand here",
            shown_length(text, length - blanks), text, parse->current->name);
}

static void on_doctype(
        void *data, const char *name, const char *system, const char *public, int subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)subset;
    refuse(data, "document type declarations are not allowed");
}

/* Which element is not closed yet, for messages. */
static const char *open_element(const struct parse *parse)
{
    if (parse->current == NULL) {
        return "";
    }
    return arena_format(parse->diagnostics->arena, "; element '%s' of line %u is still open",
            parse->current->name, parse->current->position.line);
}

struct xml_element *xml_parse(const char *text, size_t length, struct diagnostics *diagnostics)
{
    struct parse parse = {
        .parser = XML_ParserCreate(NULL), .diagnostics = diagnostics, .text = text, .length = length
    };
    size_t errors = diagnostics->errors.count;

    if (parse.parser == NULL || length > INT_MAX) {
        report_error(diagnostics, (struct position){ 0 }, "the file is too large");
        XML_ParserFree(parse.parser);
        return NULL;
    }
    XML_SetUserData(parse.parser, &parse);
    XML_SetElementHandler(parse.parser, on_start, on_end);
    XML_SetCharacterDataHandler(parse.parser, on_text);
    XML_SetStartDoctypeDeclHandler(parse.parser, on_doctype);

    enum XML_Status status = XML_Parse(parse.parser, text, (int)length, 1);
    enum XML_Error code = XML_GetErrorCode(parse.parser);

    if (status != XML_STATUS_OK && diagnostics->errors.count == errors) {
        report_error(diagnostics, here(&parse), "not well-formed XML: %s%s", XML_ErrorString(code),
                open_element(&parse));
    }
    XML_ParserFree(parse.parser);
    return status == XML_STATUS_OK ? parse.root : NULL;
}

const struct xml_attribute *xml_attribute(const struct xml_element *element, const char *name)
{
    list_for_each(attribute, &element->attributes) {
        if (strcmp(attribute->name, name) == 0) {
            return attribute;
        }
    }
    return NULL;
}

static bool contains(const char *const *names, const char *name)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

void xml_allow_attributes(const struct xml_element *element, const char *const *names,
        struct diagnostics *diagnostics)
{
    list_for_each(attribute, &element->attributes) {
        if (contains(names, attribute->name)) {
            continue;
        }

        const char *near = nearest_word(attribute->name, names);

        if (near != NULL) {
            report_error(diagnostics, attribute->position,
                    "unknown attribute '%s' on element '%s'; did you mean '%s'?", attribute->name,
                    element->name, near);
        } else if (names[0] == NULL) {
            report_error(diagnostics, attribute->position,
                    "unknown attribute '%s': element '%s' has no attributes", attribute->name,
                    element->name);
        } else {
            report_error(diagnostics, attribute->position,
                    "unknown attribute '%s' on element '%s'; it can have: %s", attribute->name,
                    element->name, join_words(diagnostics->arena, names));
        }
    }
}
