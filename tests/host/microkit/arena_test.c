/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/arena.h"

#include "tests/host/microkit/microkit_test.h"

static struct arena arena;

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return arena.blocks != NULL;
}

static void memory_is_zeroed_aligned_and_not_shared(void **state)
{
    char *pieces[200];

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        size_t size = i * 37 % 1000 + 1;

        pieces[i] = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++) {
            assert_int_equal(pieces[i][j], 0);
        }
        memset(pieces[i], (int)i, size);
    }
    for (size_t i = 0; i < 200; i++) {
        assert_int_equal((unsigned char)pieces[i][i * 37 % 1000], i);
    }
}

static void a_piece_may_be_larger_than_a_block(void **state)
{
    char *large = arena_alloc(&arena, 1 << 20);

    (void)state;
    memset(large, 1, 1 << 20);
    assert_non_null(arena_alloc(&arena, 0));
}

static void lists_keep_their_items_when_they_grow(void **state)
{
    LIST(int) numbers = { 0 };
    int sum = 0;

    (void)state;
    list_for_each(number, &numbers) {
        fail_msg("an empty list has item %d", *number);
    }
    for (int i = 0; i < 1000; i++) {
        *list_add(&arena, &numbers) = i;
    }
    assert_int_equal(numbers.count, 1000);
    list_for_each(number, &numbers) {
        assert_int_equal(*number, number - numbers.items);
        sum += *number;
    }
    assert_int_equal(sum, 499500);
    numbers.count = 0; /* used again */
    *list_add(&arena, &numbers) += 1;
    assert_int_equal(numbers.items[0], 1);
}

static void texts_are_formatted_and_joined(void **state)
{
    static const char *const none[] = { NULL };
    static const char *const one[] = { "a", NULL };
    static const char *const three[] = { "a", "b c", "d", NULL };

    (void)state;
    assert_string_equal(arena_format(&arena, "%s-%d", "x", 7), "x-7");
    assert_string_equal(arena_copy(&arena, "abcdef", 3), "abc");
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    assert_string_equal(join_words(&arena, NULL), "");
    assert_string_equal(join_words(&arena, none), "");
    assert_string_equal(join_words(&arena, one), "a");
    assert_string_equal(join_words(&arena, three), "a, b c, d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(memory_is_zeroed_aligned_and_not_shared, release),
        cmocka_unit_test_teardown(a_piece_may_be_larger_than_a_block, release),
        cmocka_unit_test_teardown(lists_keep_their_items_when_they_grow, release),
        cmocka_unit_test_teardown(texts_are_formatted_and_joined, release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
