/* SPDX-License-Identifier: BSD-2-Clause */
/* Suggestions and the order of messages. What is printed: tests/microkit/tool. */
#include "microkit/tool/diagnostics.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/host/microkit/microkit_test.h"

static const char *const attributes[] = { "name", "priority", "budget", "period", "passive",
    "stack_size", "id", NULL };

static void check_near(const char *word, const char *expected)
{
    const char *near = nearest_word(word, attributes);

    if (expected == NULL) {
        assert_null(near);
    } else {
        assert_non_null(near);
        assert_string_equal(near, expected);
    }
}

static void misspelt_words_lead_to_the_right_ones(void **state)
{
    (void)state;
    check_near("pritority", "priority");
    check_near("prioity", "priority");
    check_near("stacksize", "stack_size");
    check_near("stack-size", "stack_size");
    check_near("nmae", "name");
    check_near("Name", "name");
    check_near("perido", "period");
    check_near("i", NULL);
    check_near("ids", "id");
}

static void other_words_lead_nowhere(void **state)
{
    static const char *const none[] = { NULL };

    (void)state;
    check_near("", NULL);
    check_near("x", NULL);
    check_near("colour", NULL);
    check_near("protection_domain", NULL);
    check_near("a_word_that_is_much_too_long_to_be_compared_with_any_other", NULL);
    assert_null(nearest_word("name", none));
}

static void the_nearest_of_several_wins(void **state)
{
    static const char *const close[] = { "server_a", "server_b", "server", NULL };
    static const char *const length_40[] = { "abcdefghijklmnopqrstuvwxyzabcdefghijklmn",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmno", NULL };

    (void)state;
    assert_string_equal(nearest_word("server_b", close), "server_b");
    assert_string_equal(nearest_word("serve", close), "server");
    assert_ptr_equal(
            nearest_word("abcdefghijklmnopqrstuvwxyzabcdefghijklmX", length_40), length_40[0]);
}

static void suggestions_are_half_a_sentence(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_string_equal(suggestion(&arena, "nmae", attributes), "; did you mean 'name'?");
    assert_string_equal(suggestion(&arena, "colour", attributes), "");
    arena_release(&arena);
}

static void errors_are_printed_in_the_order_of_the_file(void **state)
{
    struct arena arena = { 0 };
    struct diagnostics diagnostics = { .arena = &arena, .file = "a.system" };
    char printed[256] = { 0 };
    FILE *errors = tmpfile();
    int original = dup(STDERR_FILENO);
    bool good;

    (void)state;
    report_error(&diagnostics, (struct position){ 0 }, "nowhere");
    report_error(&diagnostics, (struct position){ 12, 3 }, "later");
    report_error(&diagnostics, (struct position){ 2, 30 }, "right of it");
    report_error(&diagnostics, (struct position){ 2, 4 }, "number %d", 1);
    dup2(fileno(errors), STDERR_FILENO);
    good = diagnostics_print(&diagnostics);
    dup2(original, STDERR_FILENO);
    close(original);
    rewind(errors);
    assert_int_not_equal(fread(printed, 1, sizeof(printed) - 1, errors), 0);
    fclose(errors);
    assert_false(good);
    assert_string_equal(printed,
            "Error: a.system:2:4: number 1\n"
            "Error: a.system:2:30: right of it\n"
            "Error: a.system:12:3: later\n"
            "Error: a.system: nowhere\n");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(misspelt_words_lead_to_the_right_ones),
        cmocka_unit_test(other_words_lead_nowhere),
        cmocka_unit_test(the_nearest_of_several_wins),
        cmocka_unit_test(suggestions_are_half_a_sentence),
        cmocka_unit_test(errors_are_printed_in_the_order_of_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
