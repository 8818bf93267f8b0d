/* SPDX-License-Identifier: BSD-2-Clause */
/* What a user asks again is known as long as it is on its way, and no longer. */
#include "console/broker/forwards.h"

#include "tests/host/libsel4/cmocka_headers.h"

static void a_repetition_is_known_until_the_reply(void **state)
{
    struct forward *first = NULL;
    struct forward *a = forwards_add(&first, NULL, 7, 100, 3);
    struct forward *b = forwards_add(&first, NULL, 8, 100, 3);
    struct forward *c = forwards_add(&first, NULL, 7, 101, 3);

    (void)state;
    assert_true(forwards_has(first, 7, 100, 3));
    assert_true(forwards_has(first, 8, 100, 3));
    assert_false(forwards_has(first, 9, 100, 3)); /* somebody else's */
    assert_false(forwards_has(first, 8, 101, 3));
    assert_false(forwards_has(first, 7, 100, 4)); /* another request that has got an old number */
    forwards_remove(&first, b);
    assert_false(forwards_has(first, 8, 100, 3));
    assert_true(forwards_has(first, 7, 100, 3));
    forwards_remove(&first, a);
    assert_false(forwards_has(first, 7, 100, 3));
    assert_true(forwards_has(first, 7, 101, 3));
    forwards_remove(&first, c);
    assert_null(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repetition_is_known_until_the_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
