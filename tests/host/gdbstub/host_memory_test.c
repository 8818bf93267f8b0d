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

static bool reply(const char *packet)
{
    return host_memory_reply(&memory, (const uint8_t *)packet, strlen(packet), &answer);
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
    program.header.e_phoff = UINT64_MAX - 8;
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
    pds[1].elf.size = 10;
    assert_int_equal(request("m200004,4"), HOST_ASKS_OTHERWISE);
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
        TEST(runs_and_escapes_are_taken_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
