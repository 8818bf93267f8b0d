/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in attributes (microkit.md, section 3). */
#include "microkit/tool/numbers.h"

#include "tests/host/microkit/microkit_test.h"

#define UNTOUCHED UINT64_C(0x1234)

struct expectation {
    const char *text;
    enum number_result any;
    enum number_result decimal;
    uint64_t value;
};

static void numbers_are_what_they_say(void **state)
{
    static const struct expectation table[] = {
        { "0", NUMBER_GOOD, NUMBER_GOOD, 0 },
        { "007", NUMBER_GOOD, NUMBER_GOOD, 7 },
        { "1_000_000", NUMBER_GOOD, NUMBER_GOOD, 1000000 },
        { "_1", NUMBER_GOOD, NUMBER_GOOD, 1 },
        { "1_", NUMBER_GOOD, NUMBER_GOOD, 1 },
        { "0x1F", NUMBER_GOOD, NUMBER_MALFORMED, 0x1f },
        { "0xdead_BEEF", NUMBER_GOOD, NUMBER_MALFORMED, 0xdeadbeef },
        { "18446744073709551615", NUMBER_GOOD, NUMBER_GOOD, UINT64_MAX },
        { "0xffffffffffffffff", NUMBER_GOOD, NUMBER_MALFORMED, UINT64_MAX },
        { "0x0000000000000000000001", NUMBER_GOOD, NUMBER_MALFORMED, 1 },
        { "18446744073709551616", NUMBER_TOO_LARGE, NUMBER_TOO_LARGE, UNTOUCHED },
        { "0x10000000000000000", NUMBER_TOO_LARGE, NUMBER_MALFORMED, UNTOUCHED },
        { "99999999999999999999999", NUMBER_TOO_LARGE, NUMBER_TOO_LARGE, UNTOUCHED },
        { "", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "_", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "0x", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "0x_", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "0X10", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "-1", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "+1", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { " 1", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "1 ", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "12a", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "0xg", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "1.5", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
        { "0b1", NUMBER_MALFORMED, NUMBER_MALFORMED, UNTOUCHED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint64_t value = UNTOUCHED;

        assert_int_equal(parse_number(table[i].text, false, &value), table[i].any);
        assert_int_equal(value, table[i].value);
        value = UNTOUCHED;
        assert_int_equal(parse_number(table[i].text, true, &value), table[i].decimal);
        assert_int_equal(value, table[i].decimal == NUMBER_GOOD ? table[i].value : UNTOUCHED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_what_they_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
