/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host does to GDB's packets on their way: runs, text from the program's file, binary answers. */
#include "console/gdb/host_memory.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "console/gdb/packet_tap.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define TEXT 0x200000
#define DATA 0x300000

static struct {
    Elf64_Ehdr header;
    Elf64_Phdr segments[2];
    uint8_t text[16];
    uint8_t data[16];
} program;

static struct archive_pd pds[2];
static struct model *model;
static struct host_memory memory;
static struct host_answer answer;

static void segment(unsigned number, uint64_t address, uint32_t flags, const void *bytes)
{
    program.segments[number] = (Elf64_Phdr){ .p_type = PT_LOAD,
        .p_flags = flags,
        .p_offset = (uint64_t)((const uint8_t *)bytes - (const uint8_t *)&program),
        .p_vaddr = address,
        .p_filesz = 16,
        .p_memsz = 16 };
}

static int set_up(void **state)
{
    (void)state;
    program.header.e_phoff = sizeof(program.header);
    program.header.e_phentsize = sizeof(program.segments[0]);
    program.header.e_phnum = 2;
    segment(0, TEXT, PF_R | PF_X, program.text);
    segment(1, DATA, PF_R | PF_W, program.data);
    for (unsigned i = 0; i < 16; i++) {
        program.text[i] = (uint8_t)(0x10 + i);
    }
    model = calloc(1, sizeof(*model));
    assert_non_null(model);
    pds[1].elf.bytes = (const unsigned char *)&program;
    pds[1].elf.size = sizeof(program);
    model->names.has_archive = model->names.trusted = true;
    model->names.archive.pds = pds;
    model->names.archive.pd_count = 2;
    host_memory_init(&memory, model);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(model);
    return 0;
}

static enum host_memory_way request(const char *packet)
{
    return host_memory_request(&memory, (const uint8_t *)packet, strlen(packet), &answer);
}

/* True if GDB gets `answer` instead. */
static bool reply(const char *packet)
{
    return host_memory_reply(&memory, (const uint8_t *)packet, strlen(packet), &answer)
            == HOST_ANSWERED;
}

static void expect(const char *text)
{
    assert_int_equal(answer.length, strlen(text));
    assert_memory_equal(answer.bytes, text, answer.length);
}

static void choose_process_2(void)
{
    assert_int_equal(request("Hgp2.2"), HOST_PASS);
    assert_false(reply("OK"));
}

static void text_comes_from_the_file(void **state)
{
    (void)state;
    choose_process_2();
    assert_int_equal(request("m200004,4"), HOST_ANSWERED);
    expect("14151617");
    assert_int_equal(request("m20000e,4"), HOST_ANSWERED); /* GDB asks again for the rest */
    expect("1e1f");
}

static void what_can_be_written_comes_from_the_target(void **state)
{
    (void)state;
    choose_process_2();
    assert_int_equal(request("m300000,2"), HOST_ASKS_OTHERWISE);
    expect("x300000,2");
    assert_true(reply("b\x01\xfe"));
    expect("01fe");
    assert_false(reply("b\x01\xfe")); /* nobody waits for that one */
    assert_int_equal(request("m300000,2"), HOST_ASKS_OTHERWISE);
    assert_false(reply("E03"));
    assert_int_equal(request("m1ffffe,4"), HOST_ASKS_OTHERWISE); /* begins before the text */
}

static void the_process_has_to_be_known(void **state)
{
    (void)state;
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
    assert_int_equal(request("Hgp2.2"), HOST_PASS);
    assert_false(reply("E02"));
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
    choose_process_2();
    assert_int_equal(request("D;2"), HOST_PASS);
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
    assert_int_equal(request("Hgp3.3"), HOST_PASS); /* the archive has no such PD */
    assert_false(reply("OK"));
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
}

static void a_file_that_may_be_another_is_not_believed(void **state)
{
    (void)state;
    choose_process_2();
    model->names.trusted = false;
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
    model->names.trusted = true;
    assert_int_equal(request("X300000,1:a"), HOST_PASS); /* data: nothing changes */
    assert_int_equal(request("m200004,4"), HOST_ANSWERED);
    assert_int_equal(request("X200004,1:a"), HOST_PASS);
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
}

static void a_damaged_file_is_refused(void **state)
{
    (void)state;
    choose_process_2();
    program.segments[0].p_offset = UINT64_MAX - 3;
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
    assert_true(reply("b1"));
    program.header.e_phoff = UINT64_MAX - 8;
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
    assert_true(reply("b1"));
    pds[1].elf.size = 10;
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
}

/* ---- reading ahead ---- */

static void start_reading_ahead(void)
{
    choose_process_2();
    assert_int_equal(request("QStartNoAckMode"), HOST_PASS);
    assert_false(reply("OK"));
}

/* What is ordered besides, "" for nothing. */
static void expect_order(const char *order)
{
    if (*order == '\0') {
        assert_false(host_memory_ahead(&memory, &answer));
    } else {
        assert_true(host_memory_ahead(&memory, &answer));
        expect(order);
    }
}

/* A read of GDB's, which goes this way. */
static void expect_orders(const char *packet, enum host_memory_way way, const char *order)
{
    assert_int_equal(request(packet), way);
    expect_order(order);
}

/* The target answers with `length` bytes. */
static enum host_memory_way memory_comes(char byte, size_t length)
{
    static char packet[8193];

    packet[0] = 'b';
    memset(packet + 1, byte, length);
    return host_memory_reply(&memory, (const uint8_t *)packet, length + 1, &answer);
}

static void expect_bytes(const char *digits, size_t length)
{
    assert_int_equal(answer.length, 2 * length);
    for (size_t i = 0; i < length; i++) {
        assert_memory_equal(answer.bytes + 2 * i, digits, 2);
    }
}

/* Two pieces have been asked for and have come; the one from 402000 on is ordered. */
static void begin_long_read(void)
{
    expect_orders("m3fe000,2000", HOST_ASKS_OTHERWISE, "");
    assert_int_equal(memory_comes('0', 0x2000), HOST_ANSWERED);
    expect_orders("m400000,2000", HOST_ASKS_OTHERWISE, "x402000,2000");
    assert_int_equal(memory_comes('A', 0x2000), HOST_ANSWERED);
    expect_bytes("41", 0x2000);
}

static void long_reads_are_ordered_ahead(void **state)
{
    (void)state;
    start_reading_ahead();
    begin_long_read();
    /* GDB asks before the answer has come, */
    expect_orders("m402000,2000", HOST_HAS_ASKED, "x404000,2000");
    assert_int_equal(memory_comes('B', 0x2000), HOST_ANSWERED);
    expect_bytes("42", 0x2000);
    /* and after it, and for less. */
    assert_int_equal(memory_comes('C', 0x2000), HOST_HAS_ASKED);
    assert_int_equal(request("m404000,500"), HOST_ANSWERED);
    expect_bytes("43", 0x500);
    expect_order("x404500,500");
    assert_int_equal(memory_comes('D', 0x500), HOST_HAS_ASKED);
    assert_int_equal(request("m404500,20"), HOST_ANSWERED);
    expect_bytes("44", 0x20);
    expect_order("");
}

static void what_was_read_ahead_is_dropped_by_any_other_packet(void **state)
{
    (void)state;
    start_reading_ahead();
    begin_long_read();
    assert_int_equal(memory_comes('B', 0x2000), HOST_HAS_ASKED);
    assert_int_equal(request("X402000,1:a"), HOST_PASS);
    assert_false(reply("OK"));
    expect_orders("m402000,2000", HOST_ASKS_OTHERWISE, "");
    assert_int_equal(memory_comes('C', 0x2000), HOST_ANSWERED);
    expect_bytes("43", 0x2000);
    expect_orders("m404000,2000", HOST_ASKS_OTHERWISE, "x406000,2000");
    assert_int_equal(memory_comes('C', 0x2000), HOST_ANSWERED);
    /* The answer to the order is still to come when another packet is sent: it is nobody's. */
    assert_int_equal(request("Hgp3.3"), HOST_PASS);
    assert_int_equal(memory_comes('D', 0x2000), HOST_HAS_ASKED);
    assert_false(reply("OK"));
    assert_int_equal(memory.process, 3);
    expect_orders("m406000,2000", HOST_ASKS_OTHERWISE, "");
    assert_int_equal(memory_comes('E', 0x2000), HOST_ANSWERED);
    expect_bytes("45", 0x2000);
}

static void errors_ahead_are_not_for_gdb(void **state)
{
    (void)state;
    start_reading_ahead();
    begin_long_read();
    assert_int_equal(
            host_memory_reply(&memory, (const uint8_t *)"E03", 3, &answer), HOST_HAS_ASKED);
    expect_orders("m402000,2000", HOST_ASKS_OTHERWISE, "x404000,2000");
    assert_int_equal(host_memory_reply(&memory, (const uint8_t *)"E03", 3, &answer), HOST_PASS);
    assert_int_equal(memory_comes('B', 0x10), HOST_HAS_ASKED);
}

static void nothing_is_read_ahead_of_short_reads_or_with_acknowledgements(void **state)
{
    (void)state;
    choose_process_2();
    expect_orders("m400000,2000", HOST_ASKS_OTHERWISE, "");
    assert_int_equal(memory_comes('A', 0x2000), HOST_ANSWERED);
    start_reading_ahead();
    expect_orders("m400000,40", HOST_ASKS_OTHERWISE, "");
    assert_int_equal(memory_comes('A', 0x40), HOST_ANSWERED);
    expect_orders("m400040,800", HOST_ASKS_OTHERWISE, "");
    assert_int_equal(memory_comes('A', 0x800), HOST_ANSWERED);
    expect_orders("m400840,800", HOST_ASKS_OTHERWISE, "x401040,800");
}

static void more_reads_at_once_than_there_is_room_for_go_as_they_are(void **state)
{
    (void)state;
    choose_process_2();
    expect_orders("m400000,40", HOST_ASKS_OTHERWISE, "");
    expect_orders("m500000,40", HOST_ASKS_OTHERWISE, "");
    assert_int_equal(request("m600000,40"), HOST_PASS);
    assert_int_equal(memory_comes('A', 0x40), HOST_ANSWERED);
    assert_int_equal(memory_comes('B', 0x40), HOST_ANSWERED);
    assert_false(reply("4343"));
}

static void runs_and_escapes_are_taken_out(void **state)
{
    uint8_t out[16];

    (void)state;
    assert_int_equal(tap_unpack((const uint8_t *)"a* b", 4, out, sizeof(out)), 5);
    assert_memory_equal(out, "aaaab", 5);
    assert_int_equal(tap_unpack((const uint8_t *)"}\x03x", 3, out, sizeof(out)), 2);
    assert_memory_equal(out, "#x", 2);
    assert_int_equal(tap_unpack((const uint8_t *)"0*~", 3, out, sizeof(out)), sizeof(out));
    assert_int_equal(tap_unpack((const uint8_t *)"* *", 3, out, sizeof(out)), 3);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(text_comes_from_the_file),
        TEST(what_can_be_written_comes_from_the_target),
        TEST(the_process_has_to_be_known),
        TEST(a_file_that_may_be_another_is_not_believed),
        TEST(a_damaged_file_is_refused),
        TEST(long_reads_are_ordered_ahead),
        TEST(what_was_read_ahead_is_dropped_by_any_other_packet),
        TEST(errors_ahead_are_not_for_gdb),
        TEST(nothing_is_read_ahead_of_short_reads_or_with_acknowledgements),
        TEST(more_reads_at_once_than_there_is_room_for_go_as_they_are),
        TEST(runs_and_escapes_are_taken_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
