/* SPDX-License-Identifier: BSD-2-Clause */
/* The Internet checksum against its definition (RFC 1071), for all lengths and alignments. */
#include "lionsos/lib/lwip/checksum.h"

#include <stdlib.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"

#define LENGTH_MAX 700

/* 0xffff and 0 are the same number in one's complement. */
static uint16_t normal(uint16_t sum)
{
    return sum == 0xffff ? 0 : sum;
}

static uint16_t by_definition(const uint8_t *bytes, int length)
{
    uint32_t sum = 0;

    for (int i = 0; i < length; i++) {
        sum += i % 2 == 0 ? bytes[i] : (uint32_t)bytes[i] << 8;
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)sum;
}

/* Bytes at the very end of a heap block, so that the sanitizer sees what reads beyond. */
static uint8_t *random_bytes(int length, int kind)
{
    uint8_t *bytes = malloc((size_t)length + 1);

    assert_non_null(bytes);
    for (int i = 0; i < length; i++) {
        bytes[i] = kind == 0 ? 0xff : kind == 1 ? 0 : (uint8_t)rand();
    }
    return bytes;
}

static void all_lengths_and_alignments(void **state)
{
    (void)state;
    for (int length = 0; length < LENGTH_MAX; length++) {
        for (int offset = 0; offset < 9 && offset <= length; offset++) {
            uint8_t *bytes = random_bytes(length, length % 5);
            uint8_t copy[LENGTH_MAX + 2] = { 0 };
            int size = length - offset;
            uint16_t expected = normal(by_definition(bytes + offset, size));

            assert_int_equal(normal(sddf_lwip_checksum(bytes + offset, size)), expected);
            assert_int_equal(
                    normal(sddf_lwip_copy_checksum(copy + 1, bytes + offset, size)), expected);
            assert_memory_equal(copy + 1, bytes + offset, size);
            assert_int_equal(copy[size + 1], 0);
            free(bytes);
        }
    }
}

static void sums_of_parts_make_that_of_the_whole(void **state)
{
    uint8_t *bytes = random_bytes(201, 2);
    uint16_t whole = normal(by_definition(bytes, 201));

    (void)state;
    for (int cut = 0; cut <= 201; cut++) {
        uint16_t first = sddf_lwip_checksum(bytes, cut);
        uint16_t second = sddf_lwip_checksum(bytes + cut, 201 - cut);

        second = cut % 2 == 0 ? second : checksum_swap(second);
        assert_int_equal(normal(checksum_add(first, second)), whole);
        assert_int_equal(normal(checksum_subtract(whole, second)), normal(first));
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_lengths_and_alignments),
        cmocka_unit_test(sums_of_parts_make_that_of_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
