/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wrappers against answers that an honest kernel would not give, and what they must leave
 * alone. One case a run: robustness_test <name>, so that a known defect can be told from a new one.
 */

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/libsel4/recorder.h"

/* The recorder takes the place of the svc instruction, so the wrappers exist here, too. */
#ifndef __aarch64__
#define __aarch64__ 1
#endif
#include <string.h>

#include <sel4/faults.h>
#include <sel4/lionscope.h>

/* A label beyond the fault numbers must not be taken for the fault its low bits spell. */
static void other_labels_are_no_faults(void **state)
{
    (void)state;
    for (seL4_Word label = 10; label < 200; label++) {
        seL4_Fault_t fault = seL4_getFault(seL4_MessageInfo_new(label, 0, 0, 4));

        assert_int_equal(seL4_Fault_get_seL4_FaultType(fault), seL4_Fault_NullFault);
    }
}

/* A timeout reply never reads behind the register structure it is given. */
static void timeout_reply_is_bounded(void **state)
{
    seL4_UserContext regs;
    seL4_MessageInfo_t info;

    (void)state;
    memset(&regs, 0, sizeof(regs));
    info = seL4_TimeoutReply_new(1, regs, 100);
    assert_true(seL4_MessageInfo_get_length(info) <= sizeof(regs) / sizeof(seL4_Word));
    assert_int_equal(seL4_GetMR(36), STALE_WORD);
}

/* A server behind a capability that is no scheduling context answers with the longest message. */
static void long_sched_context_statistics(void **state)
{
    struct {
        struct lionscope_sched_context_statistics result;
        seL4_Word behind[16];
    } memory;

    (void)state;
    memset(&memory, 0xa5, sizeof(memory));
    answer.x1 = seL4_MessageInfo_new(0, 0, 0, seL4_MsgMaxLength).words[0];
    lionscope_SchedContext_GetStatistics(1, &memory.result);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(memory.behind[i], 0xa5a5a5a5a5a5a5a5);
    }
}

/* An object that takes any label (an SGI capability) answers with success and no words. */
static void empty_statistics_are_an_error(void **state)
{
    struct lionscope_tcb_statistics tcb;
    struct lionscope_sched_context_statistics sc;

    (void)state;
    assert_int_equal(lionscope_TCB_GetStatistics(1, &tcb), seL4_IllegalOperation);
    assert_int_equal(lionscope_SchedContext_GetStatistics(1, &sc), seL4_IllegalOperation);
}

/* Another kernel does not know the labels. */
static void kernel_without_statistics(void **state)
{
    struct lionscope_tcb_statistics tcb = { .version = 9 };
    struct lionscope_sched_context_statistics sc = { .version = 9 };

    (void)state;
    answer.x1 = seL4_MessageInfo_new(seL4_IllegalOperation, 0, 0, 0).words[0];
    assert_int_equal(lionscope_TCB_GetStatistics(1, &tcb), seL4_IllegalOperation);
    assert_int_equal(recorded.x1, (seL4_Word)LionscopeTCBStatistics << 12);
    assert_int_equal(lionscope_SchedContext_GetStatistics(1, &sc), seL4_IllegalOperation);
    assert_int_equal(recorded.x1, (seL4_Word)LionscopeSchedContextStatistics << 12);
    assert_int_equal(tcb.version, 9);
    assert_int_equal(sc.version, 9);
}

static void statistics_of_a_thread(void **state)
{
    struct lionscope_tcb_statistics result;

    (void)state;
    for (int i = 0; i < LIONSCOPE_TCB_STATISTICS_WORDS; i++) {
        seL4_SetMR(i, 70 + (seL4_Word)i);
        if (i < 4) {
            answer.mrs[i] = 70 + (seL4_Word)i;
        }
    }
    answer.x1 = seL4_MessageInfo_new(0, 0, 0, LIONSCOPE_TCB_STATISTICS_WORDS).words[0];
    assert_int_equal(lionscope_TCB_GetStatistics(1, &result), seL4_NoError);
    assert_int_equal(result.version, 70);
    assert_int_equal(result.scheduled, 71);
    assert_int_equal(result.ticks_run, 72);
    assert_int_equal(result.calls, 74);
    assert_int_equal(result.state, 79);
    assert_int_equal(result.parameters, 80);
}

/*
 * Arguments travel in registers: a message being prepared in msg[0..3] survives an invocation that
 * succeeds (sel4-abi.md, 2.5: only an erroneous Call writes them).
 */
static void success_keeps_message_words(void **state)
{
    (void)state;
    seL4_TCB_SetPriority(1, 2, 3);
    seL4_CNode_Delete(1, 2, 3);
    seL4_SchedControl_ConfigureFlags(1, 2, 3, 4, 5, 6, 7);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(seL4_GetMR(i), STALE_WORD);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(other_labels_are_no_faults, reset_recorder),
        cmocka_unit_test_setup(timeout_reply_is_bounded, reset_recorder),
        cmocka_unit_test_setup(long_sched_context_statistics, reset_recorder),
        cmocka_unit_test_setup(empty_statistics_are_an_error, reset_recorder),
        cmocka_unit_test_setup(kernel_without_statistics, reset_recorder),
        cmocka_unit_test_setup(statistics_of_a_thread, reset_recorder),
        cmocka_unit_test_setup(success_keeps_message_words, reset_recorder),
    };

    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
