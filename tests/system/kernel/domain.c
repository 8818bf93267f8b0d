/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains (sel4-abi.md, 15). */
#include "tests/system/harness.h"

CASE(domain, set_checks, "15")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_ERROR(seL4_InvalidArgument, seL4_DomainSet_Set(seL4_CapDomain, 16, tcb));
    CHECK_MR(0, 0);
    CHECK_ERROR(seL4_InvalidArgument, seL4_DomainSet_Set(seL4_CapDomain, 1, ROOT_CNODE));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_DomainSet_Set(seL4_CapDomain, 1, tcb));
}

CASE(domain, schedule_checks, "15")
{
    CHECK_ERROR(seL4_RangeError, seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 99, 0, 1000));
    CHECK_MR(1, 98);
    CHECK_ERROR(seL4_RangeError, seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 1, 16, 1000));
    CHECK_MR(1, 15);
    CHECK_ERROR(seL4_InvalidArgument,
            seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 1, 0, 1UL << 56));
    CHECK_MR(0, 2);
    CHECK_ERROR(seL4_InvalidArgument, seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 1, 1, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidArgument, seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 0, 0, 0));
    CHECK_MR(0, 2);
    CHECK_ERROR(seL4_RangeError, seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 100));
    CHECK_ERROR(seL4_InvalidArgument, seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 50));
    CHECK_MR(0, 0);
}

CASE(domain, other_domain_runs_in_its_slice, "15")
{
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_OK(seL4_DomainSet_Set(seL4_CapDomain, 1, thread->tcb));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(0, thread->result[0]);
    CHECK_OK(seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 1, 1, 62500));
    CHECK_OK(seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 0, 0, 62500));
    CHECK_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0));
    for (int i = 0; i < 20 && thread->result[0] == 0; i++) {
        let_others_run(500);
    }
    CHECK_OK(seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 1, 0, 0));
    CHECK_OK(seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 0, 0, (1UL << 56) - 1));
    CHECK_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0));
    CHECK(thread->result[0] > 0);
}
