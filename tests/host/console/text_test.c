/* SPDX-License-Identifier: BSD-2-Clause */
/* What people read: widths, bars, units, escapes, the log. */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/cell.h"
#include "console/model/log_store.h"
#include "console/model/utf8.h"
#include "console/views/graphics.h"
#include "host-tools/lib/escape.h"
#include "tests/host/libsel4/cmocka_headers.h"

static void test_shorten(void **state)
{
    char out[64];

    (void)state;
    utf8_shorten("net_client0", 20, "~", out, sizeof(out));
    assert_string_equal(out, "net_client0");
    utf8_shorten("net_client0", 7, "~", out, sizeof(out));
    assert_string_equal(out, "net~nt0");
    utf8_shorten("net_client0", 1, "~", out, sizeof(out));
    assert_string_equal(out, "~");
    utf8_shorten("net_client0", 0, "~", out, sizeof(out));
    assert_string_equal(out, "");
    utf8_cut("net_client0", 5, "~", out, sizeof(out));
    assert_string_equal(out, "net_~");
    utf8_shorten("äöüäöü", 4, "~", out, sizeof(out));
    assert_int_equal(utf8_columns(out), 4);
}

static void test_bar(void **state)
{
    char out[GRAPHIC_MAX];

    (void)state;
    graphic_bar(0.5, -1, 8, false, out);
    assert_string_equal(out, "####....");
    graphic_bar(0, -1, 4, false, out);
    assert_string_equal(out, "....");
    graphic_bar(0.001, -1, 4, false, out);
    assert_string_equal(out, "-...");
    graphic_bar(0.25, 0.9, 8, false, out);
    assert_string_equal(out, "##.....|");
    graphic_bar(7, 9, 4, false, out);
    assert_string_equal(out, "####");
    graphic_bar(NAN, NAN, 4, false, out);
    assert_string_equal(out, "....");
    graphic_bar(0.5, -1, 3, true, out);
    assert_int_equal(utf8_columns(out), 3);
}

static void test_spark(void **state)
{
    const float ring[4] = { 0, 1, NAN, 0.5f };
    char out[GRAPHIC_MAX];

    (void)state;
    graphic_spark(ring, 4, 4, 4, 1, 4, false, out);
    assert_string_equal(out, " # =");
    graphic_spark(ring, 4, 4, 4, 1, 6, false, out);
    assert_string_equal(out, "   # =");
    graphic_spark(ring, 4, 5, 4, 1, 2, false, out);
    assert_string_equal(out, "= ");
}

static void expect_cell(struct cell cell, const char *text)
{
    char out[80];

    cell_format(&cell, out, sizeof(out));
    assert_string_equal(out, text);
}

static void test_units(void **state)
{
    (void)state;
    expect_cell(cell_none(), "-");
    expect_cell(cell_rate(NAN), "-");
    expect_cell(cell_share(INFINITY), "-");
    expect_cell(cell_us(0), "0 us");
    expect_cell(cell_us(2500), "2.50 ms");
    expect_cell(cell_us(2.5e6), "2.50 s");
    expect_cell(cell_bytes(1536), "1.5 KiB");
    expect_cell(cell_share(0.2), "20.0");
    expect_cell(cell_rate(1234567), "1235 k");
    expect_cell(cell_count(UINT64_MAX), "18446744073709551615");
}

static void test_escape(void **state)
{
    static const char hostile[] = "a\033[2Jb\033]0;title\007\x9b\xc3\xa4\xff\033[31mred";
    char out[200];

    (void)state;
    escape_text(hostile, sizeof(hostile) - 1, 1, out, sizeof(out));
    for (size_t i = 0; out[i] != '\0'; i++) {
        assert_true((unsigned char)out[i] >= ' ' && out[i] != 0x7f);
    }
    assert_non_null(strstr(out, "ä"));
    assert_non_null(strstr(out, "red"));
}

static void test_log_gap(void **state)
{
    struct log_store *log = calloc(1, sizeof(*log));
    struct protocol_log_record record = { .sequence = 5, .source = 1, .text = { 2, "hi" } };
    uint32_t from;

    (void)state;
    log_add_record(log, &record, 0);
    log_add_record(log, &record, 0); /* sent twice */
    assert_int_equal(log->end, 1);
    assert_false(log_missing(log, &from));
    record.sequence = 8;
    log_add_record(log, &record, 0);
    assert_true(log_missing(log, &from)); /* it waits for 6 and 7 */
    assert_int_equal(from, 6);
    assert_int_equal(log->end, 1);
    log_give_up(log, 8, 0);
    assert_int_equal(log->end, 3);
    assert_true(log_line(log, 1)->gap);
    assert_int_equal(log->lost, 2);
    assert_false(log_missing(log, &from));
    log_free(log);
    free(log);
}

/* Asked for again: all in their order, whatever came first, and nothing is lost. */
static void test_log_repeated(void **state)
{
    static const uint32_t order[] = { 5, 9, 7, 9, 6, 5, 8, 10 };
    struct log_store *log = calloc(1, sizeof(*log));
    struct protocol_log_record record = { .source = 1, .text = { 1, "" } };
    uint32_t from;

    (void)state;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        record.sequence = order[i];
        record.text.at[0] = (uint8_t)('0' + order[i] % 10);
        log_add_record(log, &record, 0);
    }
    assert_false(log_missing(log, &from));
    assert_int_equal(log->end, 6);
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(log_line(log, i)->text[0], '0' + (5 + i) % 10);
        assert_false(log_line(log, i)->gap);
    }
    assert_int_equal(log->lost, 0);
    log_free(log);
    free(log);
}

/* Of a target that has lost records for good, no more wait than there is room for. */
static void test_log_flood_of_gaps(void **state)
{
    struct log_store *log = calloc(1, sizeof(*log));
    struct protocol_log_record record = { .source = 1, .text = { 1, "x" } };

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        record.sequence = 3 * i;
        log_add_record(log, &record, 0);
        assert_true(log->held_count <= LOG_HELD_MAX);
    }
    log_give_up(log, record.sequence, 0);
    while (log->held_count > 0) {
        log_give_up(log, log->held[0].record.sequence, 0);
    }
    assert_int_equal(log->lost, 2 * 999);
    assert_int_equal(log->end, 1000 + 999);
    log_free(log);
    free(log);
}

static void test_log_wraps(void **state)
{
    struct log_store *log = calloc(1, sizeof(*log));

    (void)state;
    for (int i = 0; i < LOG_LINES_MAX + 10; i++) {
        log_add_text(log, "line\n", 5, 0);
    }
    assert_int_equal(log->end - log->begin, LOG_LINES_MAX);
    assert_null(log_line(log, 0));
    assert_non_null(log_line(log, log->begin));
    log_free(log);
    free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shorten),
        cmocka_unit_test(test_bar),
        cmocka_unit_test(test_spark),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_log_gap),
        cmocka_unit_test(test_log_repeated),
        cmocka_unit_test(test_log_flood_of_gaps),
        cmocka_unit_test(test_log_wraps),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
