/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of a description, above all where everything stands: messages depend on it. */
#include "microkit/tool/xml.h"

#include "tests/host/microkit/microkit_test.h"

static struct arena arena;
static struct diagnostics diagnostics;

static int setup(void **state)
{
    (void)state;
    diagnostics = (struct diagnostics){ .arena = &arena, .file = "a.system" };
    return 0;
}

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct xml_element *parse(const char *text)
{
    size_t length = strlen(text);
    char *exact = malloc(length); /* without the zero, so that reading on is seen */
    struct xml_element *root;

    memcpy(exact, text, length);
    root = xml_parse(exact, length, &diagnostics);
    free(exact);
    return root;
}

static void check_place(struct position position, unsigned line, unsigned column)
{
    assert_int_equal(position.line, line);
    assert_int_equal(position.column, column);
}

static void check_attribute(const struct xml_element *element, const char *name, const char *value,
        unsigned line, unsigned column)
{
    const struct xml_attribute *attribute = xml_attribute(element, name);

    assert_non_null(attribute);
    assert_string_equal(attribute->value, value);
    check_place(attribute->position, line, column);
}

static void elements_know_their_places(void **state)
{
    struct xml_element *root = parse("<?xml version=\"1.0\"?>\n"
                                     "<!-- a\n comment -->\n"
                                     "<system>\n"
                                     "\t<a/><b>\n"
                                     "<c/></b>\r\n"
                                     "  <d/>\n"
                                     "</system>\n");

    (void)state;
    assert_non_null(root);
    assert_null(root->parent);
    check_place(root->position, 4, 1);
    assert_int_equal(root->children.count, 3);
    check_place(root->children.items[0]->position, 5, 2);
    check_place(root->children.items[1]->position, 5, 6);
    check_place(root->children.items[1]->children.items[0]->position, 6, 1);
    check_place(root->children.items[2]->position, 7, 3);
    assert_ptr_equal(root->children.items[2]->parent, root);
}

static void attributes_know_their_places(void **state)
{
    struct xml_element *root = parse("<a one=\"1\" two = '2'\n"
                                     "   three=\"3\"\n"
                                     "four\n=\n\"4\"\tfive=\"5\"/>");

    (void)state;
    assert_non_null(root);
    check_attribute(root, "one", "1", 1, 4);
    check_attribute(root, "two", "2", 1, 12);
    check_attribute(root, "three", "3", 2, 4);
    check_attribute(root, "four", "4", 3, 1);
    check_attribute(root, "five", "5", 5, 5);
    assert_null(xml_attribute(root, "six"));
}

static void names_in_values_are_not_taken_for_attributes(void **state)
{
    struct xml_element *root = parse("<a text=\" id='7' > id=\" other=' id=\"8\" ' my_id=\"1\"\n"
                                     " id=\"9\" idx=\"2\"/>");

    (void)state;
    assert_non_null(root);
    check_attribute(root, "id", "9", 2, 2);
    check_attribute(root, "idx", "2", 2, 9);
    check_attribute(root, "my_id", "1", 1, 42);
    check_attribute(root, "text", " id='7' > id=", 1, 4);
}

static void an_element_may_be_called_like_its_attribute(void **state)
{
    struct xml_element *root = parse("<irq irq=\"1\"><id id=\"2\" /></irq>");

    (void)state;
    assert_non_null(root);
    check_attribute(root, "irq", "1", 1, 6);
    check_attribute(root->children.items[0], "id", "2", 1, 18);
}

static void columns_count_characters(void **state)
{
    struct xml_element *root = parse("<a x=\"\xc3\xa4\xe2\x82\xac\" y=\"1\"><b/></a>");

    (void)state;
    assert_non_null(root);
    check_attribute(root, "y", "1", 1, 11);
    check_place(root->children.items[0]->position, 1, 17);
}

static void references_are_resolved(void **state)
{
    struct xml_element *root = parse("<a x=\"&lt;&amp;&#65;&quot;\" y=\"two\nlines\"/>");

    (void)state;
    assert_non_null(root);
    check_attribute(root, "x", "<&A\"", 1, 4);
    check_attribute(root, "y", "two lines", 1, 29);
}

static void check_error(const char *text, unsigned line, unsigned column, const char *part)
{
    diagnostics.errors.count = 0;
    parse(text);
    assert_int_equal(diagnostics.errors.count, 1);
    check_place(diagnostics.errors.items[0].position, line, column);
    assert_non_null(strstr(diagnostics.errors.items[0].text, part));
}

static void errors_know_their_places(void **state)
{
    (void)state;
    check_error("<a>\n <b>\n </c>\n</a>", 3, 4, "element 'b' of line 2 is still open");
    check_error("<a>", 1, 4, "element 'a' of line 1 is still open");
    check_error("<a/>\n\n<b/>", 3, 1, "junk");
    check_error("<a b=\"1\" b=\"2\"/>", 1, 10, "duplicate");
    check_error("<a>\n\n   some text, \n and more\n</a>", 3, 4, "'some text, '");
    check_error("<a><![CDATA[x]]></a>", 1, 13, "unexpected text 'x'");
    check_error("<!DOCTYPE a>\n<a/>", 1, 12, "document type");
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    check_error("<a>123456789012345678901234567890123456789\xc3\xa4\xc3\xa4</a>", 1, 4,
            "'123456789012345678901234567890123456789'");
}

static void nesting_is_limited(void **state)
{
    char text[64 * 3 + 64 * 4 + 5] = "";

    (void)state;
    for (int i = 0; i < 64; i++) {
        strcat(text, "<a>");
    }
    for (int i = 0; i < 64; i++) {
        strcat(text, "</a>");
    }
    assert_non_null(parse(text));
    assert_int_equal(diagnostics.errors.count, 0);
    memcpy(strstr(text, "</a>"), "<b/>", 4);
    check_error(text, 1, 193, "deeper than 64");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(elements_know_their_places, setup, release),
        cmocka_unit_test_setup_teardown(attributes_know_their_places, setup, release),
        cmocka_unit_test_setup_teardown(
                names_in_values_are_not_taken_for_attributes, setup, release),
        cmocka_unit_test_setup_teardown(
                an_element_may_be_called_like_its_attribute, setup, release),
        cmocka_unit_test_setup_teardown(columns_count_characters, setup, release),
        cmocka_unit_test_setup_teardown(references_are_resolved, setup, release),
        cmocka_unit_test_setup_teardown(errors_know_their_places, setup, release),
        cmocka_unit_test_setup_teardown(long_texts_are_cut_between_characters, setup, release),
        cmocka_unit_test_setup_teardown(nesting_is_limited, setup, release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
