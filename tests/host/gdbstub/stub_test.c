/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets in, packets out, over the simulated machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdbstub/arch/step.h"
#include "gdbstub/extras/images.h"
#include "tests/host/gdbstub/simulated.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define FIRST 0x1ff /* ids with three digits: pd0 is 1ff, pd1 is 200 */

static struct simulated machine;
static struct gdbstub stub;
static char received[3 * RSP_PACKET_MAX];

static int set_up(void **state)
{
    (void)state;
    simulated_init(&machine, 3, FIRST);
    gdbstub_init(&stub, &machine.target);
    machine.stub = &stub;
    gdbstub_connect(&stub);
    return 0;
}

static void feed(const char *bytes, size_t length)
{
    gdbstub_input(&stub, (const uint8_t *)bytes, length);
}

/* What the stub has to say, as a string. */
static const char *output(void)
{
    const uint8_t *bytes;
    size_t length = gdbstub_output(&stub, &bytes);

    assert_true(length < sizeof(received));
    memcpy(received, bytes, length);
    received[length] = '\0';
    gdbstub_sent(&stub, length);
    return received;
}

static void send_bytes(const char *payload, size_t length)
{
    char frame[2 * RSP_PACKET_MAX + 8];
    uint8_t sum = 0;

    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + (uint8_t)payload[i]);
    }
    frame[0] = '$';
    memcpy(frame + 1, payload, length);
    snprintf(frame + 1 + length, 4, "#%02x", sum);
    feed(frame, length + 4);
}

/* "0* " is "0000": a byte, how often it comes again. */
static void expand_runs(const char *from, const char *end, char *to)
{
    while (from < end) {
        if (*from == '*') {
            assert_true(from[1] >= 29 + 3 && from[1] <= '~' && strchr("#$+-", from[1]) == NULL);
            memset(to, to[-1], (size_t)(from[1] - 29));
            to += from[1] - 29;
            from += 2;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

/* Payload of the only packet in `frames`, whose check sum is right. */
static const char *payload_of(const char *frames)
{
    static char payload[3 * RSP_PACKET_MAX];
    const char *end = strrchr(frames, '#');
    uint8_t sum = 0;

    assert_non_null(end);
    assert_true(frames[0] == '$' || frames[0] == '%');
    for (const char *at = frames + 1; at < end; at++) {
        sum = (uint8_t)(sum + (uint8_t)*at);
    }
    expand_runs(frames + 1, end, payload);
    assert_int_equal(sum, strtoul(end + 1, NULL, 16));
    return payload;
}

static const char *ask(const char *packet)
{
    send_bytes(packet, strlen(packet));
    return payload_of(output());
}

static void expect(const char *packet, const char *answer)
{
    assert_string_equal(ask(packet), answer);
}

static void expect_part(const char *packet, const char *part)
{
    const char *answer = ask(packet);

    if (strstr(answer, part) == NULL) {
        fail_msg("%s: '%s' does not contain '%s'", packet, answer, part);
    }
}

static void start(const char *features)
{
    char packet[128];

    snprintf(packet, sizeof(packet), "qSupported:%s", features);
    send_bytes(packet, strlen(packet));
    assert_non_null(strstr(output(), "PacketSize=4000"));
    send_bytes("QStartNoAckMode", 15);
    assert_string_equal(output(), "+$OK#9a");
    expect("!", "OK");
}

/* ---- framing ---- */

static void acknowledgements_until_they_are_switched_off(void **state)
{
    (void)state;
    feed("+$qC#b4", 7);
    assert_string_equal(output(), "+$#00");
    feed("$qC#b5", 6);
    assert_string_equal(output(), "-");
    feed("-", 1);
    assert_string_equal(output(), "");
    start("multiprocess+");
    feed("$qC#b5", 6);
    assert_string_equal(output(), "");
}

static void a_lost_answer_is_sent_again(void **state)
{
    (void)state;
    feed("$!#21", 5);
    assert_string_equal(output(), "+$OK#9a");
    feed("-", 1);
    assert_string_equal(output(), "$OK#9a");
    feed("-", 1);
    assert_string_equal(output(), "$OK#9a");
}

static void a_packet_may_come_byte_by_byte_and_after_noise(void **state)
{
    static const char bytes[] = "noise}}#12$broken$!#21";

    (void)state;
    for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
        feed(bytes + i, 1);
    }
    assert_string_equal(output(), "+$OK#9a");
}

static void a_packet_that_is_too_long_is_refused_as_a_whole(void **state)
{
    static char big[RSP_PACKET_MAX + 8];

    (void)state;
    memset(big, 'a', sizeof(big));
    send_bytes(big, sizeof(big));
    assert_string_equal(output(), "-");
    send_bytes(big, RSP_PACKET_MAX);
    assert_string_equal(output(), "+$#00");
}

static void unknown_packets_get_an_empty_answer(void **state)
{
    static const char *const packets[] = { "vMustReplyEmpty", "Q", "", "qTStatus", "qOffsets",
        "vFile:open:2f,0,0", "QPassSignals:1", "jThreads", "b", "qXfer:auxv:read::0,10" };

    (void)state;
    start("multiprocess+");
    for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
        expect(packets[i], "");
    }
}

/* Everything that takes arguments, without them or with senseless ones: an error, and no harm. */
static void malformed_packets_get_an_error(void **state)
{
    static const char *const packets[] = { "m", "m,", "m1", "m1,", "m200000,zz",
        "m11111111111111111,1", "M200000,2:1", "M200000,1:zz", "X200000,3:ab", "p", "pzz", "pffff",
        "P1", "P1=00", "P0=0g", "Z9,200000,4", "Z0", "Z0,200000", "Z0,200000,4;X5,00",
        "Z0,200000,4;Xffff,00", "Z0,200000,4;cmds:", "z7,1,1", "H", "Hx1", "Hgp", "T", "Tp1.",
        "T77777777777", "vAttach;", "vAttach;x", "vKill;", "D;", "D;999999999", "vRun;6", "vCont;",
        "vCont;q", "vCont;c:", "vCont;r1", "vCont;r5,1", "vCont;S", "QNonStop:2",
        "QNonStop:", "qXfer:features:read:x:0,1", "qXfer:features:read:target.xml:0", "qRcmd,7",
        "qCRC:1", "G00", "x1", "qThreadExtraInfo,", "c1000", "s1" };

    (void)state;
    start("multiprocess+");
    expect_part("vAttach;1ff", "T00");
    for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
        if (ask(packets[i])[0] != 'E') {
            fail_msg("%s: '%s'", packets[i], received);
        }
    }
    expect("m200000,4", "1f2003d5");
}

/* ---- threads ---- */

static void ids_may_have_any_number_of_digits(void **state)
{
    static const uint32_t firsts[] = { 1, 0x63, 0xff, 0x100, 0xfffe, 0x7ffffff0 };
    char packet[64], answer[64];

    (void)state;
    for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
        simulated_init(&machine, 3, firsts[i]);
        gdbstub_init(&stub, &machine.target);
        gdbstub_connect(&stub);
        start("multiprocess+");
        snprintf(packet, sizeof(packet), "vAttach;%x", firsts[i] + 2);
        snprintf(answer, sizeof(answer), "T00thread:p%x.%x;", firsts[i] + 2, firsts[i] + 2);
        expect_part(packet, answer);
        snprintf(packet, sizeof(packet), "Hgp%x.%x", firsts[i] + 2, firsts[i] + 2);
        expect(packet, "OK");
        snprintf(packet, sizeof(packet), "Hgp%x.%x", firsts[i], firsts[i]);
        expect(packet, "E02");
    }
}

static void threads_have_names_and_words(void **state)
{
    (void)state;
    start("multiprocess+");
    expect("qfThreadInfo", "l");
    ask("vAttach;1ff");
    ask("vAttach;200");
    expect("qfThreadInfo", "mp1ff.1ff,p200.200");
    expect("qsThreadInfo", "l");
    expect("qC", "QCp200.200");
    expect("Tp1ff.1ff", "OK");
    expect("Tp201.201", "E02");
    expect_part("qXfer:threads:read::0,1000",
            "l<threads><thread id=\"p1ff.1ff\" core=\"0\" name=\"pd0\">stopped on request</thread>"
            "<thread id=\"p200.200\"");
    expect("qThreadExtraInfo,p1ff.1ff", "7064303a2073746f70706564206f6e2072657175657374");
    expect_part("qRcmd,706473", "09706432"); /* tab, pd2 */
}

static void ids_have_one_part_without_multiprocess(void **state)
{
    (void)state;
    start("");
    expect_part("vAttach;200", "T00thread:200;");
    expect("qfThreadInfo", "m200");
    expect("Hg200", "OK");
    expect("Hg0", "OK");
    expect("Hc-1", "OK");
}

static void a_plain_remote_client_gets_a_pd(void **state)
{
    (void)state;
    send_bytes("QStartNoAckMode", 15);
    output();
    expect_part("?", "T00thread:1ff;");
}

static void an_extended_client_begins_with_none(void **state)
{
    (void)state;
    start("multiprocess+");
    expect("?", "W00");
    expect("qC", "");
    expect("g", "E02");
    expect("m200000,4", "E02");
}

/* ---- documents ---- */

static void documents_come_in_pieces_of_any_size(void **state)
{
    static char whole[16384], pieces[16384];
    size_t length = 0;

    (void)state;
    start("multiprocess+");
    strcpy(whole, ask("qXfer:features:read:target.xml:0,3f00"));
    assert_true(whole[0] == 'l');
    for (;;) {
        char packet[80];
        const char *piece;

        snprintf(packet, sizeof(packet), "qXfer:features:read:target.xml:%zx,1f", length);
        piece = ask(packet);
        strcpy(pieces + length, piece + 1);
        length += strlen(piece + 1);
        if (piece[0] == 'l') {
            break;
        }
        assert_int_equal(strlen(piece), 0x20);
    }
    assert_string_equal(pieces, whole + 1);
    assert_non_null(strstr(whole, "name='v31'"));
    expect("qXfer:features:read:target.xml:fffff,10", "l");
    expect("qXfer:features:read:target.xml:0,0", "m");
}

static void memory_map_joins_what_touches(void **state)
{
    (void)state;
    start("multiprocess+");
    expect("qXfer:memory-map:read::0,1000", "l<memory-map></memory-map>");
    ask("vAttach;1ff");
    expect("qXfer:memory-map:read::0,1000",
            "l<memory-map><memory type=\"ram\" "
            "start=\"0x200000\" length=\"0x1000\"/></memory-map>");
}

static void tables_of_info_os(void **state)
{
    (void)state;
    start("multiprocess+");
    expect_part("qXfer:osdata:read::0,1000", "<column name=\"Type\">pds</column>");
    expect_part("qXfer:osdata:read:pds:0,1000", "<column name=\"Name\">pd2</column>");
    expect("qXfer:osdata:read:nonsense:0,1000", "E06");
}

static void programs_have_names(void **state)
{
    (void)state;
    start("multiprocess+");
    expect("qXfer:exec-file:read::0,100", "E06");
    ask("vAttach;201");
    expect("qXfer:exec-file:read:201:0,100", "l/pd/pd2.elf");
    expect("qXfer:exec-file:read:1ff:0,100", "E06");
}

static void text_in_documents_is_escaped(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("QNonStop:1", "OK");
    expect("vCont;c:p1ff.1ff", "OK");
    expect_part("qXfer:threads:read::0,1000", ">runs &lt;&amp;&gt;</thread>");
}

static void pieces_of_a_document_are_of_the_same_moment(void **state)
{
    static char before[4096], pieces[4096];

    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    strcpy(before, ask("qXfer:threads:read::0,1000") + 1);
    strcpy(pieces, ask("qXfer:threads:read::0,30") + 1);
    assert_int_equal(strlen(pieces), 0x30);
    expect("QNonStop:1", "OK");
    expect("vCont;c:p1ff.1ff", "OK"); /* its words become others, and longer */
    strcat(pieces, ask("qXfer:threads:read::30,1000") + 1);
    assert_string_equal(pieces, before);
    assert_string_not_equal(ask("qXfer:threads:read::0,1000") + 1, before);
}

/* ---- registers and memory ---- */

static void registers(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    assert_int_equal(strlen(ask("g")), 2 * (33 * 8 + 4));
    expect("p20", "0000200000000000");
    expect("P5=efbeadde00000000", "OK");
    expect("p5", "efbeadde00000000");
    expect("p25", "000102030405060708090a0b0c0d0e0f"); /* v3 */
    expect("P25=ffffffffffffffffffffffffffffffff", "OK");
    expect("p25", "ffffffffffffffffffffffffffffffff");
    expect("P46=0000000000000000", "E06"); /* ESR */
    expect("p48", "E01");
    assert_int_equal(machine.pds[0].context.general.x[5], 0xdeadbeef);
}

static void all_registers_at_once(void **state)
{
    static char packet[1024];

    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    packet[0] = 'G';
    strcpy(packet + 1, ask("g"));
    packet[1] = '9';
    expect(packet, "OK");
    assert_int_equal(machine.pds[0].context.general.x[0], 0x200190);
    packet[strlen(packet) - 2] = '\0';
    expect(packet, "E01");
}

static void memory_ends_where_the_pd_ends(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("m200ffc,10", "00000000");
    expect("m201000,1", "E03");
    expect("m0,1", "E03");
    expect("m200000,0", "");
    expect("mfffffffffffffff8,10", "E03");
    expect("M200100,2:beef", "OK");
    expect("M200fff,2:beef", "E03");
    expect("m200100,2", "beef");
    expect("X200100,0:", "OK");
    send_bytes("X200200,4:}\x03}\x04}]a", 17);
    assert_string_equal(payload_of(output()), "OK");
    expect("m200200,4", "23247d61");
    expect("x200200,4", "b}\x03}\x04}]a");
    expect("x201000,4", "E03");
}

static void large_reads_are_cut_to_the_packet(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    assert_int_equal(strlen(ask("m200000,100000")), 2 * SIMULATED_MEMORY);
    assert_int_equal(strlen(ask("m200000,ffffffffffffffff")), 2 * SIMULATED_MEMORY);
}

static void check_sum_of_memory(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("M200100,9:313233343536373839", "OK");
    expect("qCRC:200100,9", "C376e6e7"); /* "123456789" with CRC-32, not reflected, not inverted */
    expect("qCRC:200ff0,20", "E03");
}

/* ---- breakpoints ---- */

static void software_breakpoints_are_hidden(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("Z0,200004,4", "OK");
    assert_int_equal(machine.pds[0].memory[7], 0xd4);
    expect("m200002,8", "03d51f2003d50100");
    expect("M200006,4:aabbccdd", "OK");
    assert_int_equal(machine.pds[0].memory[7], 0xd4);
    expect("m200004,8", "1f20aabbccdd00f9");
    expect("z0,200004,4", "OK");
    expect("m200004,8", "1f20aabbccdd00f9");
    assert_int_equal(machine.pds[0].memory[7], 0xbb);
    expect("z0,200004,4", "OK");
    expect("Z0,200005,4", "E06");
    expect("Z0,300000,4", "E06");
}

static void the_table_of_breakpoints_is_finite(void **state)
{
    char packet[32];

    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    for (unsigned i = 0; i < STUB_BREAKPOINTS_MAX; i++) {
        snprintf(packet, sizeof(packet), "Z0,%x,4", SIMULATED_BASE + 4 * i);
        expect(packet, "OK");
        expect(packet, "OK");
    }
    expect("Z0,200800,4", "E04");
    expect("D;1ff", "OK");
    for (unsigned i = 0; i < SIMULATED_MEMORY; i++) {
        assert_int_not_equal(machine.pds[0].memory[i], 0xd4);
    }
}

static void hardware_units_are_finite(void **state)
{
    char packet[32];

    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    for (unsigned i = 0; i < 7; i++) {
        snprintf(packet, sizeof(packet), "Z1,%x,4", SIMULATED_BASE + 4 * i);
        expect(packet, i < 6 ? "OK" : "E06");
    }
    expect("z1,200000,4", "OK");
    expect("Z1,200018,4", "OK");
}

static void run_to(const char *packet, const char *stop)
{
    send_bytes(packet, strlen(packet));
    assert_string_equal(output(), "");
    simulated_run(&machine, 100);
    if (strstr(payload_of(output()), stop) == NULL) {
        fail_msg("%s: '%s' does not contain '%s'", packet, received, stop);
    }
}

static void all_stop_runs_and_stops(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("Z0,200008,4", "OK");
    run_to("vCont;c:p1ff.-1", "T05thread:p1ff.1ff;swbreak:;0:");
    expect("p20", "0800200000000000");
    expect("z0,200008,4", "OK");
    run_to("vCont;s:p1ff.1ff;c", "T05thread:p1ff.1ff;0:");
    expect("p20", "0c00200000000000");
    expect("Z1,200014,4", "OK");
    run_to("c", "hwbreak:;");
    expect("z1,200014,4", "OK");
    expect("Z2,200100,8", "OK");
    run_to("c", "watch:200100;");
    expect("p20", "0800200000000000");
    expect("Z4,200200,8", "OK");
    expect("z2,200100,8", "OK");
    run_to("s", "T05");
    expect("p20", "0c00200000000000");
}

static void range_steps_are_one_round_trip(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    run_to("vCont;r200000,200010:p1ff.1ff", "T05");
    expect("p20", "1000200000000000");
    run_to("vCont;r200010,200014:p1ff.1ff", "T05");
    expect("p20", "1400200000000000");
}

static void an_interrupt_stops_one_pd(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    send_bytes("c", 1);
    assert_string_equal(output(), "");
    feed("\x03", 1);
    assert_non_null(strstr(payload_of(output()), "T02thread:p1ff.1ff;"));
    assert_true(machine.pds[1].running && machine.pds[2].running);
    assert_false(machine.pds[0].running);
    feed("\x03", 1);
    assert_string_equal(output(), "");
}

static void all_stop_stops_all_that_are_attached(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    ask("vAttach;200");
    expect("Hgp200.200", "OK");
    expect("Z0,200008,4", "OK");
    run_to("vCont;c", "T05thread:p200.200;swbreak:;");
    assert_false(machine.pds[0].running);
    assert_false(machine.pds[1].running);
    assert_true(machine.pds[2].running);
}

static void a_fault_has_its_signal_and_cause(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    send_bytes("c", 1);
    simulated_fault(&machine, 0, 0xbad);
    assert_non_null(strstr(payload_of(output()), "T0bthread:p1ff.1ff;"));
    expect("p47", "ad0b000000000000"); /* FAR */
    send_bytes("qXfer:siginfo:read::0,1", 23);
    assert_string_equal(payload_of(output()), "m\x0b");
    expect_part("qXfer:threads:read::0,1000",
            "read of 0xbad: nothing is mapped there (a null pointer)");
}

/* ---- non-stop ---- */

static void non_stop_notifies_and_hands_out_the_rest(void **state)
{
    (void)state;
    start("multiprocess+");
    expect("QNonStop:1", "OK");
    expect("?", "OK");
    send_bytes("vAttach;1ff", 11);
    assert_non_null(strstr(output(), "$OK#9a%Stop:T00thread:p1ff.1ff;"));
    expect("vStopped", "OK");
    send_bytes("vAttach;200", 11);
    assert_non_null(strstr(output(), "$OK#9a%Stop:T00thread:p200.200;"));
    expect("vStopped", "OK");
    expect("vCont;c", "OK");
    simulated_fault(&machine, 0, 0);
    assert_non_null(strstr(payload_of(output()), "Stop:T0bthread:p1ff.1ff;"));
    simulated_fault(&machine, 1, 0);
    assert_string_equal(output(), ""); /* the first is not taken yet */
    expect_part("vStopped", "T0bthread:p200.200;");
    expect("vStopped", "OK");
    expect_part("?", "T0bthread:p1ff.1ff;");
    expect_part("vStopped", "T0bthread:p200.200;");
    expect("vStopped", "OK");
}

static void non_stop_stops_only_the_one(void **state)
{
    (void)state;
    start("multiprocess+");
    expect("QNonStop:1", "OK");
    send_bytes("vAttach;1ff", 11);
    output();
    expect("vStopped", "OK");
    send_bytes("vAttach;200", 11);
    output();
    expect("vStopped", "OK");
    expect("vCont;c", "OK");
    expect("g", "E05"); /* it runs */
    expect("m200000,4", "1f2003d5");
    send_bytes("vCont;t:p1ff.1ff", 16);
    assert_non_null(strstr(output(), "$OK#9a%Stop:T00thread:p1ff.1ff;"));
    expect("vStopped", "OK");
    assert_true(machine.pds[1].running);
    send_bytes("vCtrlC", 6);
    assert_non_null(strstr(output(), "$OK#9a%Stop:T02thread:p200.200;"));
}

/* ---- conditions ---- */

static void conditions_are_evaluated_here(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("Z0,200008,4;X7,26000122051327", "OK");
    run_to("c", "T05thread:p1ff.1ff;swbreak:;");
    expect("p1", "0500000000000000");
    expect("m200008,4", "010000f9");
    assert_int_equal(machine.pds[0].memory[11], 0xd4); /* it is in again */
}

static void one_of_several_conditions_is_enough(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("Z1,200008,4;X7,26000122091327X7,26000122031327", "OK");
    run_to("c", "hwbreak:;");
    expect("p1", "0300000000000000");
}

/* Stepping into a breakpoint whose condition is false is a step like any other. */
static void a_step_over_a_false_condition_is_a_step(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("Z0,200000,4;X7,26000122051327", "OK");
    run_to("s", "T05");
    expect("p20", "0400200000000000");
}

static void a_condition_that_fails_stops(void **state)
{
    static const char *const broken[] = {
        "X1,02",             /* add without operands */
        "X3,210000",         /* goto 0, for ever */
        "X7,26000122001027", /* or of x1 and 0: 0 at first, true later; see below */
        "X4,22001727",       /* reads address 0 */
        "X4,2200280b",       /* runs off the end */
        "X6,220122000527",   /* division by zero */
        "X1,27",             /* leaves nothing */
        "X4,26ffff27",       /* no such register */
    };
    char packet[64];

    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        set_up(NULL);
        start("multiprocess+");
        ask("vAttach;1ff");
        snprintf(packet, sizeof(packet), "Z0,200008,4;%s", broken[i]);
        expect(packet, "OK");
        run_to("c", "swbreak:;");
        expect("p1", i == 2 ? "0100000000000000" : "0000000000000000");
    }
}

/* dprintf: format "x1=%d %s\n" of x1 and of a string in memory; the PD does not stop. */
static void dynamic_printf_prints_and_goes_on(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("M200300,3:686900", "OK");
    expect("Z0,200008,4;cmds:0,X1e,"
           "24002003002600012200220034"
           "02"
           "000a"
           "78313d256420257300"
           "0a"
           "27",
            "E01"); /* says more bytes than there are */
    expect("Z0,200008,4;cmds:0,X1d,"
           "24002003002600012200220034"
           "02"
           "000a"
           "78313d25642025730a00"
           "2727",
            "E01");
    expect("Z0,200008,4;cmds:0,X1b,"
           "2400200300"
           "260001"
           "2200"
           "2200"
           "3402000a"
           "78313d25642025730a00"
           "27",
            "OK");
    send_bytes("c", 1);
    simulated_run(&machine, 20);
    assert_non_null(strstr(machine.log, "pd0: x1=0 hi\npd0: x1=1 hi\n"));
    assert_non_null(strstr(output(), "$O78313d302068690a#"));
    assert_true(machine.pds[0].running);
}

/* ---- coming and going ---- */

static void nothing_is_left_when_the_client_goes(void **state)
{
    static const char *const ways[] = { "D", "D;1ff", "k", "vKill;1ff", NULL };

    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        set_up(NULL);
        start("multiprocess+");
        ask("vAttach;1ff");
        expect("Z0,200008,4;X7,26000122051327", "OK");
        expect("Z1,20000c,4", "OK");
        expect("Z2,200010,4", "OK");
        if (i % 2 == 0) {
            run_to("c", "T05");
        }
        if (ways[i] != NULL) {
            send_bytes(ways[i], strlen(ways[i]));
        } else {
            gdbstub_disconnect(&stub);
        }
        assert_true(machine.pds[0].running);
        assert_false(machine.pds[0].claimed);
        assert_int_equal(machine.pds[0].memory[11], 0xf9);
        for (unsigned unit = 0; unit < SIMULATED_UNITS; unit++) {
            assert_false(machine.pds[0].units[unit].used);
        }
    }
}

static void a_pd_belongs_to_one_client(void **state)
{
    static struct gdbstub other;

    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    gdbstub_init(&other, &machine.target);
    gdbstub_connect(&other);
    gdbstub_input(&other, (const uint8_t *)"$vAttach;1ff#34", 15);
    gdbstub_disconnect(&other);
    assert_true(machine.pds[0].claimed);
    expect("vAttach;1ff", "E06");
    expect("D;1ff", "OK");
    expect_part("vAttach;1ff", "T00");
}

static void a_pd_is_restarted(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    run_to("s", "T05");
    expect_part("vRun;2f70642f7064302e656c66", "T05thread:p1ff.1ff;");
    expect("p20", "0000200000000000");
    expect("vRun;6e6f6e65", "E01");
    expect_part("qRcmd,7265737461727420706430", "61742069747320656e747279"); /* at its entry */
    expect_part("qRcmd,6e6f6e73656e7365", "6e6f2073756368");                 /* no such */
    expect_part("qRcmd,68656c70", "72657374617274");                         /* restart */
    expect_part("qRcmd,77687920706439", "7468657265206973206e6f");           /* there is no */
}

static void timeouts_are_stops_as_long_as_it_is_attached(void **state)
{
    const struct target_stop spent = { .kind = STOP_BUDGET, .detail = 1000 };
    const char *const timeout = "qRcmd,74696d656f757420706430"; /* timeout pd0 */

    (void)state;
    start("multiprocess+");
    expect_part(timeout, "61747461636820746f206974"); /* attach to it */
    ask("vAttach;1ff");
    expect_part(timeout, "77696c6c2073746f70"); /* will stop */
    assert_true(machine.pds[0].stops_at_timeout);
    send_bytes("vCont;c", 7);
    machine.pds[0].running = false;
    machine.pds[0].stop = spent;
    gdbstub_stopped(&stub, 0, &spent);
    assert_non_null(strstr(payload_of(output()), "T18thread:p1ff.1ff;"));     /* SIGXCPU */
    expect_part("qThreadExtraInfo,p1ff.1ff", "6275646765742074696d656f7574"); /* budget timeout */
    expect("D;1ff", "OK");
    assert_false(machine.pds[0].stops_at_timeout);
    ask("vAttach;1ff");
    ask(timeout);
    expect_part(timeout, "77696c6c206e6f742073746f70"); /* will not stop */
    assert_false(machine.pds[0].stops_at_timeout);
}

/* ---- another image ---- */

#define LIBRARIES "qXfer:libraries:read::0,1000"

static const struct target_region slot = { 0x200000, 0x10 };

static void modules_are_libraries(void **state)
{
    (void)state;
    start("multiprocess+");
    expect(LIBRARIES, "l<library-list></library-list>");
    ask("vAttach;1ff");
    expect(LIBRARIES, "l<library-list></library-list>");
    machine.module = (struct target_module){ 0x10220000, "/modules/a&b/slot1/0123.elf" };
    expect(LIBRARIES,
            "l<library-list><library name=\"/modules/a&amp;b/slot1/0123.elf\">"
            "<segment address=\"0x10220000\"/></library></library-list>");
    ask("vAttach;200");
    expect("Hgp200.200", "OK");
    expect(LIBRARIES, "l<library-list></library-list>");
}

static void a_client_hears_of_another_image_before_it_begins(void **state)
{
    (void)state;
    start("multiprocess+");
    expect("QNonStop:1", "OK");
    send_bytes("vAttach;1ff", 11);
    output();
    expect("vStopped", "OK");
    ask(LIBRARIES);
    expect("vCont;c", "OK");
    gdbstub_replaced(&stub, 0);
    assert_false(machine.pds[0].running);
    assert_non_null(strstr(payload_of(output()), "Stop:T05thread:p1ff.1ff;library:;"));
    expect("vStopped", "OK");
    expect("vCont;c", "OK");
    assert_true(machine.pds[0].running);
    gdbstub_replaced(&stub, 1); /* not attached to */
    assert_string_equal(output(), "");
}

/* It has not asked for libraries: a stop would be one that it cannot explain. */
static void a_client_without_libraries_is_not_told(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("Z0,200004,4", "OK");
    send_bytes("vCont;c", 7);
    gdbstub_left(&stub, 0, &slot);
    gdbstub_replaced(&stub, 0);
    assert_true(machine.pds[0].running);
    assert_string_equal(output(), "");
    assert_int_equal(machine.pds[0].memory[7], 0xd4);
}

static void breakpoints_in_an_image_that_was_left_are_taken_out(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    ask(LIBRARIES);
    expect("Z0,200004,4", "OK");
    expect("Z0,200010,4", "OK");
    assert_true(gdbstub_has_breakpoint(&stub, 0, 0x200004));
    assert_false(gdbstub_has_breakpoint(&stub, 1, 0x200004));
    gdbstub_left(&stub, 0, &slot);
    assert_false(gdbstub_has_breakpoint(&stub, 0, 0x200004));
    assert_int_equal(machine.pds[0].memory[7], 0xd5);
    assert_int_equal(machine.pds[0].memory[0x13], 0xd4); /* behind it */
    expect("z0,200004,4", "OK");
    expect("Z0,200004,4", "OK"); /* it is back */
    assert_int_equal(machine.pds[0].memory[7], 0xd4);
}

static void what_is_overwritten_is_not_written_to(void **state)
{
    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("Z0,200004,4", "OK");
    gdbstub_overwritten(&stub, 0, &slot);
    memset(machine.pds[0].memory, 0x77, 0x10);
    expect("m200004,4", "77777777");
    expect("z0,200004,4", "OK");
    ask("D");
    for (unsigned i = 0; i < 0x10; i++) {
        assert_int_equal(machine.pds[0].memory[i], 0x77);
    }
}

/* ---- steps by breakpoints ---- */

static void expect_memory_as_at_the_start(void)
{
    struct simulated *other = calloc(1, sizeof(*other));

    assert_non_null(other);
    simulated_init(other, 1, 1);
    assert_memory_equal(machine.pds[0].memory, other->pds[0].memory, 0x100);
    free(other);
}

static void without_hardware_steps_are_made_by_breakpoints(void **state)
{
    char pc[17];

    (void)state;
    machine.target.steps = false;
    start("multiprocess+");
    ask("vAttach;1ff");
    for (unsigned i = 1; i <= 9; i++) { /* seven, the branch, and one more */
        run_to("s", "T05thread:p1ff.1ff;");
        snprintf(pc, sizeof(pc), "%02x00200000000000", i % 8 * 4);
        expect("p20", pc);
        expect_memory_as_at_the_start();
    }
    run_to("vCont;r200000,200010:p1ff.1ff", "T05");
    expect("p20", "1000200000000000");
}

static void without_hardware_false_conditions_are_passed(void **state)
{
    (void)state;
    machine.target.steps = false;
    start("multiprocess+");
    ask("vAttach;1ff");
    expect("Z0,200010,4;X3,220027", "OK");         /* never */
    expect("Z0,200014,4;X3,220027", "OK");         /* where the step from there ends */
    expect("Z0,200008,4;X7,26000122051327", "OK"); /* x1 is less than 5 */
    run_to("c", "T05");
    expect("p20", "0800200000000000");
    expect("D;1ff", "OK");
    expect_memory_as_at_the_start();
}

#define LDXR 0x885f7c01u /* ldxr w1, [x0] */
#define STXR 0x88027c03u /* stxr w2, w3, [x0] */

static void a_sequence_of_exclusive_accesses_is_one_step(void **state)
{
    const uint32_t code[] = { LDXR, 0x11000423 /* add w3, w1, #1 */, STXR,
        0x35ffffa2 /* cbnz w2, back */ };
    const uint32_t compares[] = { LDXR, 0x6b04003f /* cmp w1, w4 */, 0x54000061 /* b.ne + 3 */,
        STXR, 0x35ffff82 };
    const uint32_t endless[] = { LDXR, 0x17ffffff /* b back */ };

    (void)state;
    start("multiprocess+");
    ask("vAttach;1ff");
    memcpy(machine.pds[0].memory, code, sizeof(code));
    run_to("s", "T05");
    expect("p20", "0c00200000000000");
    assert_memory_equal(machine.pds[0].memory, code, sizeof(code));
    memcpy(machine.pds[0].memory, compares, sizeof(compares));
    machine.pds[0].context.general.pc = SIMULATED_BASE;
    send_bytes("s", 1);
    assert_int_equal(*(uint32_t *)&machine.pds[0].memory[16], 0xd4200000); /* after the store */
    assert_int_equal(*(uint32_t *)&machine.pds[0].memory[20], 0xd4200000); /* where b.ne goes */
    simulated_run(&machine, 100);
    assert_non_null(strstr(payload_of(output()), "T05"));
    assert_memory_equal(machine.pds[0].memory, compares, sizeof(compares));
    memcpy(machine.pds[0].memory, endless, sizeof(endless));
    machine.pds[0].context.general.pc = SIMULATED_BASE;
    run_to("s", "T05"); /* is none: stepped as ever */
    expect("p20", "0400200000000000");
}

static void expect_successors(uint32_t instruction, uint64_t first, uint64_t second)
{
    struct aarch64_registers registers = { .pc = 0x1000, .x = { [7] = 0x7000, [30] = 0x3000 } };
    uint64_t next[AARCH64_SUCCESSORS_MAX] = { 0 };

    assert_int_equal(aarch64_successors(&registers, instruction, next), second != 0 ? 2 : 1);
    assert_int_equal(next[0], first);
    assert_int_equal(next[1], second);
}

static void what_follows_on_an_instruction(void **state)
{
    (void)state;
    expect_successors(0xd503201f, 0x1004, 0);      /* nop */
    expect_successors(0xd4000001, 0x1004, 0);      /* svc */
    expect_successors(0x14000002, 0x1008, 0);      /* b + 2 */
    expect_successors(0x97ffffff, 0x0ffc, 0);      /* bl - 1 */
    expect_successors(0x54ffffe0, 0x1004, 0x0ffc); /* b.eq - 1 */
    expect_successors(0xb4000047, 0x1004, 0x1008); /* cbz x7, + 2 */
    expect_successors(0x3707ffe7, 0x1004, 0x0ffc); /* tbnz w7, #0, - 1 */
    expect_successors(0xd61f00e0, 0x7000, 0);      /* br x7 */
    expect_successors(0xd63f00e0, 0x7000, 0);      /* blr x7 */
    expect_successors(0xd65f03c0, 0x3000, 0);      /* ret */
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(acknowledgements_until_they_are_switched_off),
        TEST(a_lost_answer_is_sent_again),
        TEST(a_packet_may_come_byte_by_byte_and_after_noise),
        TEST(a_packet_that_is_too_long_is_refused_as_a_whole),
        TEST(unknown_packets_get_an_empty_answer),
        TEST(malformed_packets_get_an_error),
        TEST(ids_may_have_any_number_of_digits),
        TEST(threads_have_names_and_words),
        TEST(ids_have_one_part_without_multiprocess),
        TEST(a_plain_remote_client_gets_a_pd),
        TEST(an_extended_client_begins_with_none),
        TEST(documents_come_in_pieces_of_any_size),
        TEST(pieces_of_a_document_are_of_the_same_moment),
        TEST(memory_map_joins_what_touches),
        TEST(tables_of_info_os),
        TEST(programs_have_names),
        TEST(text_in_documents_is_escaped),
        TEST(registers),
        TEST(all_registers_at_once),
        TEST(memory_ends_where_the_pd_ends),
        TEST(large_reads_are_cut_to_the_packet),
        TEST(check_sum_of_memory),
        TEST(software_breakpoints_are_hidden),
        TEST(the_table_of_breakpoints_is_finite),
        TEST(hardware_units_are_finite),
        TEST(all_stop_runs_and_stops),
        TEST(range_steps_are_one_round_trip),
        TEST(an_interrupt_stops_one_pd),
        TEST(all_stop_stops_all_that_are_attached),
        TEST(a_fault_has_its_signal_and_cause),
        TEST(non_stop_notifies_and_hands_out_the_rest),
        TEST(non_stop_stops_only_the_one),
        TEST(conditions_are_evaluated_here),
        TEST(one_of_several_conditions_is_enough),
        TEST(a_step_over_a_false_condition_is_a_step),
        TEST(a_condition_that_fails_stops),
        TEST(dynamic_printf_prints_and_goes_on),
        TEST(nothing_is_left_when_the_client_goes),
        TEST(a_pd_belongs_to_one_client),
        TEST(a_pd_is_restarted),
        TEST(modules_are_libraries),
        TEST(a_client_hears_of_another_image_before_it_begins),
        TEST(a_client_without_libraries_is_not_told),
        TEST(breakpoints_in_an_image_that_was_left_are_taken_out),
        TEST(what_is_overwritten_is_not_written_to),
        TEST(without_hardware_steps_are_made_by_breakpoints),
        TEST(without_hardware_false_conditions_are_passed),
        TEST(a_sequence_of_exclusive_accesses_is_one_step),
        TEST(what_follows_on_an_instruction),
        TEST(timeouts_are_stops_as_long_as_it_is_attached),
    };

    return cmocka_run_group_tests_name("gdbstub", tests, NULL, NULL);
}
