/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains: checks in their order, the schedule in exact virtual time (15). */
#include "tests/system/harness.h"

#define MS      1000UL
#define FOREVER ((1UL << 56) - 1)

static struct run_log logs[2];

static word set_entry(word index, word domain, word us)
{
    return seL4_DomainSet_ScheduleConfigure(
            seL4_CapDomain, index, (seL4_Uint8)domain, US_TO_TICKS(us));
}

/* As at boot: domain 0 for ever. */
static void reset_schedule(void)
{
    seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 0, 0, FOREVER);
    seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0);
    for (word i = 1; i < 8; i++) {
        seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, i, 0, 0);
    }
}

static struct thread *logged(word index, word domain)
{
    struct thread *thread = thread_prepare(log_runs, 100, WITH_SC, 0, (word)&logs[index], 0, 0);

    logs[index].count = 0;
    seL4_DomainSet_Set(seL4_CapDomain, (seL4_Uint8)domain, thread->tcb);
    seL4_TCB_Resume(thread->tcb);
    return thread;
}

CASE(domain_schedule, set_checks_in_order, "length, domain, capability, its type")
{
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(seL4_CapDomain, DomainSetSet, 0, 0, 16, 0, 0, 0));
    CHECK_EQ(seL4_InvalidArgument, invoke_with(seL4_CapDomain, DomainSetSet, 0, 1, 16, 0, 0, 0));
    CHECK_MR(0, 0);
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(seL4_CapDomain, DomainSetSet, 0, 1, 15, 0, 0, 0));
    seL4_SetCap(0, ROOT_CNODE);
    CHECK_EQ(seL4_InvalidArgument, invoke_with(seL4_CapDomain, DomainSetSet, 1, 1, 15, 0, 0, 0));
    CHECK_MR(0, 1);
    CHECK_EQ(seL4_IllegalOperation, invoke(seL4_CapDomain, TCBSuspend, 1, 1));
}

CASE(domain_schedule, configure_checks_in_order, "15")
{
    const struct {
        word length, index, domain, duration, error, mr0, mr1;
    } tries[] = { { 2, 99, 16, 1UL << 56, seL4_TruncatedMessage, 0, 0 },
        { 3, 99, 16, 1UL << 56, seL4_RangeError, 0, 98 },
        { 3, ~0UL, 16, 1UL << 56, seL4_RangeError, 0, 98 },
        { 3, 98, 16, 1UL << 56, seL4_RangeError, 0, 15 },
        { 3, 98, 15, 1UL << 56, seL4_InvalidArgument, 2, 0 },
        { 3, 98, 15, 0, seL4_InvalidArgument, 1, 0 }, { 3, 0, 0, 0, seL4_InvalidArgument, 2, 0 } };

    for (word i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        CHECK_EQ(tries[i].error,
                invoke_with(seL4_CapDomain, DomainScheduleConfigure, 0, tries[i].length,
                        tries[i].index, tries[i].domain, tries[i].duration, 0));
        if (tries[i].error != seL4_TruncatedMessage) {
            CHECK_MR(0, tries[i].mr0);
        }
        if (tries[i].error == seL4_RangeError) {
            CHECK_MR(1, tries[i].mr1);
        }
    }
    CHECK_OK(seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 98, 15, FOREVER));
    CHECK_OK(seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, 98, 0, 0));
}

CASE(domain_schedule, start_checks_in_order, "15: the last entry stays an end marker")
{
    CHECK_EQ(seL4_TruncatedMessage,
            invoke_with(seL4_CapDomain, DomainScheduleSetStart, 0, 0, 100, 0, 0, 0));
    CHECK_ERROR(seL4_RangeError, seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 100));
    CHECK_MR(0, 0);
    CHECK_MR(1, 99);
    CHECK_ERROR(seL4_InvalidArgument, seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 99));
    CHECK_MR(0, 0);
    CHECK_ERROR(seL4_InvalidArgument, seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 1));
    CHECK_MR(0, 0);
}

CASE(domain_schedule, slices_are_exact, "2 ms of domain 1, 3 ms of domain 0, in turn")
{
    logged(0, 1);
    logged(1, 0);
    CHECK_OK(set_entry(1, 1, 2 * MS));
    CHECK_OK(set_entry(0, 0, 3 * MS));
    CHECK_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0));
    let_others_run(21 * MS);
    reset_schedule();
    CHECK_SCHEDULE(&logs[0], 0, 2 * MS, 5 * MS, 7 * MS, 10 * MS, 12 * MS);
    CHECK_SCHEDULE(&logs[1], 0, 3 * MS, 5 * MS, 8 * MS, 10 * MS, 13 * MS);
}

CASE(domain_schedule, empty_domain_idles, "15: until its end, whoever else could run")
{
    logged(0, 0);
    CHECK_OK(set_entry(1, 3, 4 * MS));
    CHECK_OK(set_entry(0, 0, 2 * MS));
    CHECK_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0));
    let_others_run(18 * MS);
    reset_schedule();
    CHECK_SCHEDULE(&logs[0], 0, 2 * MS, 6 * MS, 8 * MS, 12 * MS, 14 * MS);
}

CASE(domain_schedule, start_index_is_where_it_wraps_to, "entries below it are not used")
{
    struct thread *first = logged(0, 1);

    logged(1, 2);
    CHECK_OK(set_entry(1, 1, 1 * MS));
    CHECK_OK(set_entry(2, 2, 2 * MS));
    CHECK_OK(set_entry(3, 0, 1 * MS));
    CHECK_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 2));
    let_others_run(10 * MS);
    reset_schedule();
    CHECK_EQ(0, logs[0].count);
    CHECK_SCHEDULE(&logs[1], 0, 2 * MS, 3 * MS, 5 * MS, 6 * MS, 8 * MS);
    CHECK_OK(seL4_TCB_Suspend(first->tcb));
}

CASE(domain_schedule, entry_is_read_when_it_is_reached,
        "Configure does not touch the current slice")
{
    logged(0, 1);
    CHECK_OK(set_entry(1, 1, 2 * MS));
    CHECK_OK(set_entry(0, 0, 2 * MS));
    CHECK_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0));
    /* Still in the first slice of domain 0. */
    CHECK_OK(set_entry(1, 1, 5 * MS));
    CHECK_OK(set_entry(0, 0, 1 * MS));
    let_others_run(14 * MS);
    reset_schedule();
    CHECK_SCHEDULE(&logs[0], 0, 5 * MS, 6 * MS, 11 * MS);
}

CASE(domain_schedule, thread_is_moved_while_it_could_run, "Set takes effect at once, both ways")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(300);
    CHECK(thread->result[0] > 0);
    CHECK_OK(seL4_DomainSet_Set(seL4_CapDomain, 5, thread->tcb));
    word before = thread->result[0];
    let_others_run(300);
    CHECK_EQ(before, thread->result[0]);
    CHECK_OK(seL4_DomainSet_Set(seL4_CapDomain, 0, thread->tcb));
    let_others_run(300);
    CHECK(thread->result[0] > before);
}

CASE(domain_schedule, message_to_another_domain, "it is handled when that domain runs")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 100);

    CHECK_OK(seL4_DomainSet_Set(seL4_CapDomain, 1, server->tcb));
    struct thread *client = client_call(endpoint, 5);
    CHECK_EQ(0, server->result[0]);
    CHECK_EQ(0, client->stage);
    CHECK_OK(set_entry(1, 1, 1 * MS));
    CHECK_OK(set_entry(0, 0, 1 * MS));
    CHECK_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0));
    let_others_run(5 * MS);
    reset_schedule();
    CHECK_EQ(1, server->result[0]);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(6, client->registers.x[2]);
}

CASE(domain_schedule, new_threads_are_in_the_makers_domain, "6.2: the root's, domain 0")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(300);
    CHECK(thread->result[0] > 0);
    CHECK_EQ(0, boot_info->initThreadDomain);
}

static void keep_float(struct thread *thread)
{
    word seed = thread->arguments[0], back;

    __asm__ volatile("fmov d9, %0" ::"r"(seed));
    for (;;) {
        __asm__ volatile("fmov %0, d9" : "=r"(back));
        if (back != seed) {
            thread->result[1]++;
        }
        thread->result[0]++;
    }
}

CASE(domain_schedule, fpu_state_survives_domain_switches,
        "11.4: ownership is dropped, not the values")
{
    struct thread *threads[2];

    for (word i = 0; i < 2; i++) {
        threads[i] = thread_prepare(keep_float, 100, WITH_SC, 0, 0x1234 + i, 0, 0);
        CHECK_OK(seL4_DomainSet_Set(seL4_CapDomain, (seL4_Uint8)i, threads[i]->tcb));
        CHECK_OK(seL4_TCB_Resume(threads[i]->tcb));
    }
    CHECK_OK(set_entry(1, 1, 1 * MS));
    CHECK_OK(set_entry(0, 0, 1 * MS));
    CHECK_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, 0));
    let_others_run(9 * MS);
    reset_schedule();
    for (word i = 0; i < 2; i++) {
        CHECK(threads[i]->result[0] > 0);
        CHECK_EQ(0, threads[i]->result[1]);
    }
}
