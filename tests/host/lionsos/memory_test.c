/* SPDX-License-Identifier: BSD-2-Clause */
/* memcpy and relatives, and 128-bit division: each against the build machine's own. */
#include <stdlib.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"

/* The functions under test beside those of the C library. */
#define memcpy  tested_memcpy
#define memmove tested_memmove
#define memset  tested_memset
#define memcmp  tested_memcmp
#include "lionsos/lib/util/memory.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

#define __udivmodti4 tested_udivmodti4
#define __udivti3    tested_udivti3
#define __umodti3    tested_umodti3
#include "lionsos/lib/util/division.c"
#undef __udivmodti4
#undef __udivti3
#undef __umodti3

#define SIZE_LIMIT 300

static void fill(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)random();
    }
}

/* Exact allocations: the sanitizer sees a byte too many. */
static void copies_of_each_size_and_alignment(void **state)
{
    (void)state;
    for (size_t size = 0; size < SIZE_LIMIT; size++) {
        size_t offset = size % 9;
        unsigned char *source = malloc(size + offset);
        unsigned char *destination = malloc(size + 3);

        fill(source, size + offset);
        assert_ptr_equal(tested_memcpy(destination + 3, source + offset, size), destination + 3);
        assert_memory_equal(destination + 3, source + offset, size);
        free(source);
        free(destination);
    }
}

static void overlapping_moves(void **state)
{
    unsigned char expected[SIZE_LIMIT];
    unsigned char bytes[SIZE_LIMIT];

    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t from = (size_t)random() % SIZE_LIMIT;
        size_t to = (size_t)random() % SIZE_LIMIT;
        size_t size = (size_t)random() % (SIZE_LIMIT - (from > to ? from : to));

        fill(bytes, sizeof(bytes));
        memcpy(expected, bytes, sizeof(bytes));
        memmove(expected + to, expected + from, size);
        tested_memmove(bytes + to, bytes + from, size);
        assert_memory_equal(bytes, expected, sizeof(bytes));
    }
}

static void setting_and_comparing(void **state)
{
    (void)state;
    for (size_t size = 1; size < SIZE_LIMIT; size++) {
        unsigned char *bytes = calloc(1, size + 1);

        assert_ptr_equal(tested_memset(bytes, 0x1a5, size), bytes);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(bytes[i], 0xa5);
        }
        assert_int_equal(bytes[size], 0);

        unsigned char *copy = malloc(size);

        memcpy(copy, bytes, size);
        assert_int_equal(tested_memcmp(bytes, copy, size), 0);
        copy[size - 1]++;
        assert_true(tested_memcmp(bytes, copy, size) < 0);
        assert_true(tested_memcmp(copy, bytes, size) > 0);
        free(copy);
        free(bytes);
    }
}

static tu_int random_128(void)
{
    tu_int value = 0;

    for (int i = 0; i < 8; i++) {
        value = value << 16 ^ (tu_int)random();
    }
    return value >> random() % 128;
}

static void divisions(void **state)
{
    tu_int remainder;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        tu_int dividend = random_128();
        tu_int divisor = random_128();

        if (divisor == 0) {
            continue;
        }
        assert_true(tested_udivmodti4(dividend, divisor, &remainder) == dividend / divisor);
        assert_true(remainder == dividend % divisor);
        assert_true(tested_udivti3(dividend, divisor) == dividend / divisor);
        assert_true(tested_umodti3(dividend, divisor) == dividend % divisor);
    }
    assert_true(tested_udivmodti4(7, 0, &remainder) == 0 && remainder == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_of_each_size_and_alignment),
        cmocka_unit_test(overlapping_moves),
        cmocka_unit_test(setting_and_comparing),
        cmocka_unit_test(divisions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
