/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains: membership and schedule (sel4-abi.md, 15). */
#include <sel4/invocation.h>

#include "kernel/src/api/invocation.h"
#include "kernel/src/core/schedule.h"

#define LAST_ENTRY        (NUM_DOMAIN_SCHEDULE_ENTRIES - 1)
#define MAX_DURATION_BITS 56

static error_t set_domain(struct invocation *inv)
{
    if (inv->length < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t domain = message_word(inv, 0);

    if (domain >= NUM_DOMAINS) {
        return error_argument(0);
    }
    if (inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }
    if (cap_type(extra_cap(inv, 0)) != CAP_THREAD) {
        return error_argument(1);
    }
    thread_set_domain(cap_thread_object(extra_cap(inv, 0)), domain);
    return OK;
}

static error_t configure_schedule(struct invocation *inv)
{
    if (inv->length < 3) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t index = message_word(inv, 0);
    word_t domain = message_word(inv, 1);
    ticks_t duration = message_word(inv, 2);

    if (index >= LAST_ENTRY) {
        return error_range(0, LAST_ENTRY - 1);
    }
    if (domain >= NUM_DOMAINS) {
        return error_range(0, NUM_DOMAINS - 1);
    }
    if (duration >= BIT(MAX_DURATION_BITS)) {
        return error_argument(2);
    }
    if (duration == 0 && domain != 0) {
        return error_argument(1);
    }
    if (duration == 0 && index == this_core->domain_start_index) {
        return error_argument(2);
    }
    domain_schedule[index] = (struct domain_schedule_entry){ domain, duration };
    return OK;
}

static error_t set_schedule_start(struct invocation *inv)
{
    if (inv->length < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t index = message_word(inv, 0);

    if (index > LAST_ENTRY) {
        return error_range(0, LAST_ENTRY);
    }
    if (domain_schedule[index].length == 0) {
        return error_argument(0);
    }
    domain_schedule_start(index);
    return OK;
}

error_t domain_invoke(struct invocation *inv)
{
    switch (inv->label) {
    case DomainSetSet:
        return set_domain(inv);
    case DomainScheduleConfigure:
        return configure_schedule(inv);
    case DomainScheduleSetStart:
        return set_schedule_start(inv);
    default:
        return error_plain(seL4_IllegalOperation);
    }
}
