/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System call wrappers: which number, which register, which message words (sel4-abi.md, 2.1, 2.3,
 * 22.4, 22.5). The recorder stands in for the kernel.
 */
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/libsel4/recorder.h"

enum {
    DEST = 0x101,
    SRC = 0x202,
    REPLY = 0x303,
    BADGE = 0x404
};

static const seL4_MessageInfo_t sent_info = { { 0x55 << 12 | 2 } }; /* two words */
static const seL4_Word received_info = 0x66 << 12 | 4;

static int prepare(void **state)
{
    reset_recorder(state);
    for (int i = 0; i < 4; i++) {
        seL4_SetMR(i, 10 + (seL4_Word)i);
        answer.mrs[i] = 20 + (seL4_Word)i;
    }
    answer.x0 = BADGE;
    answer.x1 = received_info;
    return 0;
}

static void assert_registers(int number, seL4_Word x0, seL4_Word info, seL4_Word x6, seL4_Word x8)
{
    assert_int_equal(recorded.count, 1);
    assert_int_equal(recorded.number, number);
    assert_int_equal(recorded.x0, x0);
    assert_int_equal(recorded.x1, info);
    assert_int_equal(recorded.x6, x6);
    assert_int_equal(recorded.x8, x8);
}

static void assert_sent(seL4_Word mr0, seL4_Word mr1, seL4_Word mr2, seL4_Word mr3)
{
    assert_int_equal(recorded.mrs[0], mr0);
    assert_int_equal(recorded.mrs[1], mr1);
    assert_int_equal(recorded.mrs[2], mr2);
    assert_int_equal(recorded.mrs[3], mr3);
}

/* msg[0..3] of the IPC buffer count up from `first`. */
static void assert_buffer(seL4_Word first)
{
    for (int i = 0; i < 4; i++) {
        assert_int_equal(seL4_GetMR(i), first + (seL4_Word)i);
    }
}

static void plain_sends(void **state)
{
    seL4_Send(DEST, sent_info);
    assert_registers(seL4_SysSend, DEST, sent_info.words[0], 0, 0);
    assert_sent(10, 11, 12, 13);
    prepare(state);
    seL4_NBSend(DEST, sent_info);
    assert_registers(seL4_SysNBSend, DEST, sent_info.words[0], 0, 0);
    assert_sent(10, 11, 12, 13);
    prepare(state);
    seL4_Signal(DEST);
    assert_registers(seL4_SysSend, DEST, 0, 0, 0);
    prepare(state);
    seL4_Yield();
    assert_registers(seL4_SysYield, 0, 0, 0, 0);
}

static void call_returns_the_reply(void **state)
{
    (void)state;
    assert_int_equal(seL4_Call(DEST, sent_info).words[0], received_info);
    assert_registers(seL4_SysCall, DEST, sent_info.words[0], 0, 0);
    assert_sent(10, 11, 12, 13);
    assert_buffer(20);
}

/* Each plain receiving call: registers, badge, info and message words. */
static void plain_receives(void **state)
{
    seL4_Word sender = 0;

    assert_int_equal(seL4_Recv(SRC, &sender, REPLY).words[0], received_info);
    assert_registers(seL4_SysRecv, SRC, recorded.x1, REPLY, 0);
    assert_int_equal(sender, BADGE);
    assert_buffer(20);

    prepare(state);
    assert_int_equal(seL4_NBRecv(SRC, &sender, REPLY).words[0], received_info);
    assert_registers(seL4_SysNBRecv, SRC, recorded.x1, REPLY, 0);
    assert_buffer(20);

    prepare(state);
    assert_int_equal(seL4_Wait(SRC, &sender).words[0], received_info);
    assert_registers(seL4_SysWait, SRC, recorded.x1, 0, 0);
    assert_buffer(20);

    prepare(state);
    sender = 0;
    seL4_NBWait(SRC, &sender);
    assert_registers(seL4_SysNBWait, SRC, recorded.x1, 0, 0);
    assert_int_equal(sender, BADGE);

    prepare(state);
    sender = 0;
    seL4_Poll(SRC, &sender);
    assert_registers(seL4_SysNBWait, SRC, recorded.x1, 0, 0);
    assert_int_equal(sender, BADGE);
}

static void combined_calls(void **state)
{
    seL4_Word sender = 0;

    assert_int_equal(seL4_ReplyRecv(SRC, sent_info, &sender, REPLY).words[0], received_info);
    assert_registers(seL4_SysReplyRecv, SRC, sent_info.words[0], REPLY, 0);
    assert_sent(10, 11, 12, 13);
    assert_int_equal(sender, BADGE);
    assert_buffer(20);

    prepare(state);
    sender = 0;
    seL4_NBSendRecv(DEST, sent_info, SRC, &sender, REPLY);
    assert_registers(seL4_SysNBSendRecv, SRC, sent_info.words[0], REPLY, DEST);
    assert_sent(10, 11, 12, 13);
    assert_int_equal(sender, BADGE);
    assert_buffer(20);

    prepare(state);
    sender = 0;
    seL4_NBSendWait(DEST, sent_info, SRC, &sender);
    assert_registers(seL4_SysNBSendWait, SRC, sent_info.words[0], DEST, 0);
    assert_sent(10, 11, 12, 13);
    assert_int_equal(sender, BADGE);
    assert_buffer(20);
}

static void sender_may_be_null(void **state)
{
    (void)state;
    seL4_Recv(SRC, NULL, REPLY);
    seL4_Wait(SRC, NULL);
    seL4_ReplyRecv(SRC, sent_info, NULL, REPLY);
    seL4_NBSendRecv(DEST, sent_info, SRC, NULL, REPLY);
    assert_int_equal(recorded.count, 4);
}

/* Pointers: only `length` of them are sent, all are written, the buffer's words stay. */
static void with_mrs_forms(void **state)
{
    seL4_Word m[4];
    seL4_Word sender;

#define WITH_MRS(call, number, x6, x8)                                     \
    do {                                                                   \
        prepare(state);                                                    \
        sender = BADGE;                                                    \
        memcpy(m, (const seL4_Word[]){ 30, 31, 32, 33 }, sizeof(m));       \
        assert_int_equal((call).words[0], received_info);                  \
        assert_registers(number, recorded.x0, sent_info.words[0], x6, x8); \
        assert_sent(30, 31, 0, 0);                                         \
        assert_memory_equal(m, answer.mrs, sizeof(m));                     \
        assert_int_equal(sender, BADGE);                                   \
        assert_buffer(10);                                                 \
    } while (0)

    WITH_MRS(seL4_CallWithMRs(DEST, sent_info, &m[0], &m[1], &m[2], &m[3]), seL4_SysCall, 0, 0);
    assert_int_equal(recorded.x0, DEST);
    WITH_MRS(seL4_ReplyRecvWithMRs(SRC, sent_info, &sender, &m[0], &m[1], &m[2], &m[3], REPLY),
            seL4_SysReplyRecv, REPLY, 0);
    assert_int_equal(recorded.x0, SRC);
    WITH_MRS(seL4_NBSendRecvWithMRs(
                     DEST, sent_info, SRC, &sender, &m[0], &m[1], &m[2], &m[3], REPLY),
            seL4_SysNBSendRecv, REPLY, DEST);
    assert_int_equal(recorded.x0, SRC);
    WITH_MRS(seL4_NBSendWaitWithMRs(DEST, sent_info, SRC, &sender, &m[0], &m[1], &m[2], &m[3]),
            seL4_SysNBSendWait, DEST, 0);
    assert_int_equal(recorded.x0, SRC);
#undef WITH_MRS
}

static void receiving_with_mrs(void **state)
{
    seL4_Word m[4] = { 0 };
    seL4_Word sender = 0;

    seL4_RecvWithMRs(SRC, &sender, REPLY, &m[0], &m[1], &m[2], &m[3]);
    assert_registers(seL4_SysRecv, SRC, recorded.x1, REPLY, 0);
    assert_memory_equal(m, answer.mrs, sizeof(m));
    assert_int_equal(sender, BADGE);
    assert_buffer(10);

    prepare(state);
    memset(m, 0, sizeof(m));
    seL4_WaitWithMRs(SRC, &sender, &m[0], &m[1], &m[2], &m[3]);
    assert_registers(seL4_SysWait, SRC, recorded.x1, 0, 0);
    assert_memory_equal(m, answer.mrs, sizeof(m));
    assert_buffer(10);
}

static void null_pointers_of_with_mrs(void **state)
{
    seL4_Word m1 = 31;
    seL4_MessageInfo_t four = { { 4 } };

    seL4_CallWithMRs(DEST, four, NULL, &m1, NULL, NULL);
    assert_sent(0, 31, 0, 0);
    assert_int_equal(m1, 21);
    prepare(state);
    m1 = 31;
    seL4_SendWithMRs(DEST, four, NULL, &m1, NULL, NULL);
    assert_registers(seL4_SysSend, DEST, 4, 0, 0);
    assert_sent(0, 31, 0, 0);
    prepare(state);
    seL4_NBSendWithMRs(DEST, four, &m1, NULL, NULL, &m1);
    assert_registers(seL4_SysNBSend, DEST, 4, 0, 0);
    assert_sent(31, 0, 0, 31);
}

static void ipc_buffer_helpers(void **state)
{
    seL4_CPtr cnode, index;
    seL4_Word depth;

    (void)state;
    seL4_SetUserData(1);
    seL4_SetCap(2, 0x77);
    seL4_SetCapReceivePath(0x11, 0x22, 64);
    seL4_GetCapReceivePath(&cnode, &index, &depth);
    assert_int_equal(seL4_GetUserData(), 1);
    assert_int_equal(seL4_GetCap(2), 0x77);
    assert_int_equal(seL4_GetBadge(2), 0x77);
    assert_int_equal(__sel4_ipc_buffer->caps_or_badges[2], 0x77);
    assert_int_equal(cnode, 0x11);
    assert_int_equal(index, 0x22);
    assert_int_equal(depth, 64);
    seL4_GetCapReceivePath(NULL, NULL, NULL);

    seL4_IPCBuffer *old = seL4_GetIPCBuffer();
    static seL4_IPCBuffer other;

    seL4_SetIPCBuffer(&other);
    seL4_SetMR(119, 5);
    assert_int_equal(other.msg[119], 5);
    seL4_SetIPCBuffer(old);
}

#ifdef CONFIG_DEBUG_BUILD
static void debug_calls(void **state)
{
    seL4_DebugPutChar('\xe4');
    assert_registers(seL4_SysDebugPutChar, 0xe4, recorded.x1, 0, 0);
    prepare(state);
    seL4_DebugPutString((char *)"four");
    assert_int_equal(recorded.count, 4);
    assert_int_equal(recorded.x0, 'r');
    prepare(state);
    assert_int_equal(seL4_DebugCapIdentify(DEST), BADGE);
    assert_registers(seL4_SysDebugCapIdentify, DEST, recorded.x1, 0, 0);
    prepare(state);
    seL4_DebugNameThread(DEST, "name");
    assert_registers(seL4_SysDebugNameThread, DEST, recorded.x1, 0, 0);
    assert_string_equal((const char *)recorded.buffer.msg, "name");
    prepare(state);
    seL4_DebugDumpScheduler();
    assert_int_equal(recorded.number, seL4_SysDebugDumpScheduler);
    seL4_DebugSnapshot();
    assert_int_equal(recorded.number, seL4_SysDebugSnapshot);
    seL4_DebugHalt();
    assert_int_equal(recorded.number, seL4_SysDebugHalt);
}
#endif

#ifdef CONFIG_ENABLE_BENCHMARKS
static void benchmark_calls(void **state)
{
    answer.x0 = 0;
    assert_int_equal(seL4_BenchmarkResetLog(), seL4_NoError);
    assert_int_equal(recorded.number, seL4_SysBenchmarkResetLog);
    seL4_BenchmarkFinalizeLog();
    assert_int_equal(recorded.number, seL4_SysBenchmarkFinalizeLog);
    seL4_BenchmarkNullSyscall();
    assert_int_equal(recorded.number, seL4_SysBenchmarkNullSyscall);
    prepare(state);
    seL4_BenchmarkFlushCaches();
    assert_registers(seL4_SysBenchmarkFlushCaches, 0, recorded.x1, 0, 0);
    prepare(state);
    seL4_BenchmarkFlushL1Caches(seL4_ARM_CacheID);
    assert_registers(seL4_SysBenchmarkFlushCaches, 1, 3, 0, 0);
    prepare(state);
    seL4_BenchmarkGetThreadUtilisation(DEST);
    assert_registers(seL4_SysBenchmarkGetThreadUtilisation, DEST, recorded.x1, 0, 0);
    prepare(state);
    seL4_BenchmarkResetThreadUtilisation(DEST);
    assert_registers(seL4_SysBenchmarkResetThreadUtilisation, DEST, recorded.x1, 0, 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(plain_sends, prepare),
        cmocka_unit_test_setup(call_returns_the_reply, prepare),
        cmocka_unit_test_setup(plain_receives, prepare),
        cmocka_unit_test_setup(combined_calls, prepare),
        cmocka_unit_test_setup(sender_may_be_null, prepare),
        cmocka_unit_test_setup(with_mrs_forms, prepare),
        cmocka_unit_test_setup(receiving_with_mrs, prepare),
        cmocka_unit_test_setup(null_pointers_of_with_mrs, prepare),
        cmocka_unit_test_setup(ipc_buffer_helpers, prepare),
#ifdef CONFIG_DEBUG_BUILD
        cmocka_unit_test_setup(debug_calls, prepare),
#endif
#ifdef CONFIG_ENABLE_BENCHMARKS
        cmocka_unit_test_setup(benchmark_calls, prepare),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
