/* SPDX-License-Identifier: BSD-2-Clause */
/* Our formatting against the C library's, and where ours has more (b) or less (floats). */
#include <limits.h>
#include <os/sddf.h>
#include <stdio.h>
#include <string.h>

#include <sddf/util/printf.h>
#include <sddf/util/string.h>

#include "tests/host/libsel4/cmocka_headers.h"

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-security"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* The same arguments to both, and the same text and length from both. */
#define SAME(...)                                                         \
    do {                                                                  \
        char ours[8192];                                                  \
        char theirs[8192];                                                \
        int our_length = sddf_snprintf(ours, sizeof(ours), __VA_ARGS__);  \
        int their_length = snprintf(theirs, sizeof(theirs), __VA_ARGS__); \
                                                                          \
        assert_string_equal(ours, theirs);                                \
        assert_int_equal(our_length, their_length);                       \
    } while (0)

static void numbers(void **state)
{
    const long values[] = { 0, 1, -1, 9, 10, 42, -42, INT_MAX, INT_MIN, LONG_MAX, LONG_MIN, 0x80 };
    const char *const flags[] = { "", "-", "0", "+", " ", "#", "-+", "0+", "0 ", "#0", "-#", "+ " };
    const char *const widths[] = { "", "1", "5", "12", "30", ".0", ".1", ".5", "12.5", "3.12",
        "." };
    const char *const lengths[] = { "hh", "h", "", "l", "ll", "z", "j", "t" };
    char format[32];

    (void)state;
    for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
        for (size_t f = 0; f < sizeof(flags) / sizeof(flags[0]); f++) {
            for (size_t w = 0; w < sizeof(widths) / sizeof(widths[0]); w++) {
                for (size_t l = 0; l < sizeof(lengths) / sizeof(lengths[0]); l++) {
                    for (const char *type = "diuxXo"; *type; type++) {
                        if (*type == 'o' && strchr(flags[f], '#')) {
                            continue; /* counted into the precision there, in front of it here */
                        }
                        snprintf(format, sizeof(format), "[%%%s%s%s%c]", flags[f], widths[w],
                                lengths[l], *type);
                        SAME(format, values[v]);
                    }
                }
            }
        }
    }
    SAME("%d %u %ld %s %c|%5d|%-5d|%05d", 1, 2u, 3l, "four", '5', 6, 7, 8);
    SAME("%p", (void *)0x1234abcd);
    SAME("%*d|%-*d|%.*d|%*d", 7, 1, 7, 2, 3, 3, -7, 4);
}

static void strings(void **state)
{
    char unterminated[3] = { 'a', 'b', 'c' };

    (void)state;
    SAME("%s|%10s|%-10s|%.2s|%10.3s|", "text", "text", "text", "text", "text");
    SAME("%.3s", unterminated);
    SAME("%c%c|%3c|%-3c|", 'x', 'y', 'z', 'w');
    SAME("100%%");
    SAME("%s", "");
    SAME("%s%s", "", "");
}

static void what_the_c_library_lacks_or_leaves_open(void **state)
{
    char text[64];

    (void)state;
    sddf_snprintf(text, sizeof(text), "%b %#b %08b", 5u, 5u, 5u);
    assert_string_equal(text, "101 0b101 00000101");
    sddf_snprintf(text, sizeof(text), "%s", (char *)NULL);
    assert_string_equal(text, "(null)");
    sddf_snprintf(text, sizeof(text), "%q %");
    assert_string_equal(text, "%q ");
    sddf_snprintf(text, sizeof(text), "%*d", INT_MIN, 1); /* no negation overflow */
    assert_int_equal(strlen(text), sizeof(text) - 1);
}

static void a_long_text_is_cut_and_its_length_returned(void **state)
{
    char text[8] = "#######";

    (void)state;
    assert_int_equal(sddf_snprintf(text, 5, "0123456789"), 10);
    assert_memory_equal(text, "0123\0##", 8);
    assert_int_equal(sddf_snprintf(text, 1, "abc"), 3);
    assert_int_equal(text[0], 0);
    assert_int_equal(sddf_snprintf(NULL, 0, "abc"), 3);
    assert_int_equal(sddf_sprintf(text, "%d", 123), 3);
    assert_string_equal(text, "123");
}

static void dprintf_goes_to_the_debug_console(void **state)
{
    (void)state;
    fake_os_reset();
    assert_int_equal(sddf_dprintf("%d bytes\n", 9), 8);
    assert_int_equal(fake_os.console_bytes, 8);
}

static void string_functions(void **state)
{
    char text[8];

    (void)state;
    assert_int_equal(sddf_strlen("abc"), 3);
    assert_int_equal(sddf_strnlen("abc", 2), 2);
    assert_true(sddf_strcmp("abc", "abd") < 0);
    assert_true(sddf_strcmp("abc", "ab") > 0);
    assert_true(sddf_strcmp("\x80", "a") > 0);
    assert_int_equal(sddf_strcmp("abc", "abc"), 0);
    assert_int_equal(sddf_strncmp("abc", "abd", 2), 0);
    assert_string_equal(sddf_strchr("abcb", 'b'), "bcb");
    assert_int_equal(*sddf_strchr("abc", 0), 0);
    assert_null(sddf_strchr("abc", 'z'));
    assert_memory_equal(sddf_strncpy(text, "ab", 5), "ab\0\0", 5);
    assert_string_equal(sddf_strcpy(text, "abc"), "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(strings),
        cmocka_unit_test(what_the_c_library_lacks_or_leaves_open),
        cmocka_unit_test(a_long_text_is_cut_and_its_length_returned),
        cmocka_unit_test(dprintf_goes_to_the_debug_console),
        cmocka_unit_test(string_functions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
