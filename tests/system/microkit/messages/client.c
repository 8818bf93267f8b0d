/* SPDX-License-Identifier: BSD-2-Clause */
/* Protected calls and message registers. */
#include "messages/requests.h"
#include "support/test.h"

#define ACTIVE_SERVER  0
#define PASSIVE_SERVER 61
#define NOTIFY_ONLY    5

#define LARGEST_LABEL ((1UL << 52) - 1)

static bool wait_for_notification;

static void call_and_compare(microkit_channel ch, seL4_Word label, seL4_Uint16 count)
{
    for (seL4_Uint8 i = 0; i < count; i++) {
        microkit_mr_set(i, 0x1234567890abcdefUL * (i + 1U) + count);
    }

    microkit_msginfo result = microkit_ppcall(ch, microkit_msginfo_new(label, count));

    EXPECT_EQUAL(label + 1, microkit_msginfo_get_label(result));
    EXPECT_EQUAL(count, microkit_msginfo_get_count(result));
    for (seL4_Uint8 i = 0; i < count; i++) {
        EXPECT_EQUAL(echo_of(0x1234567890abcdefUL * (i + 1U) + count), microkit_mr_get(i));
    }
}

static void call_with_every_count(microkit_channel ch)
{
    for (seL4_Uint16 count = 0; count <= seL4_MsgMaxLength; count++) {
        call_and_compare(ch, REQUEST_ECHO, count);
    }
}

static seL4_Word channel_seen_by(microkit_channel ch)
{
    microkit_msginfo result = microkit_ppcall(ch, microkit_msginfo_new(REQUEST_CHANNEL, 0));

    EXPECT_EQUAL(1, microkit_msginfo_get_count(result));
    return microkit_mr_get(0);
}

static void nested_call(void)
{
    for (seL4_Uint8 i = 0; i < 7; i++) {
        microkit_mr_set(i, i + 40U);
    }

    microkit_msginfo result =
            microkit_ppcall(ACTIVE_SERVER, microkit_msginfo_new(REQUEST_NESTED_ECHO, 7));

    EXPECT_EQUAL(FIRST_ECHO_LABEL + 1, microkit_msginfo_get_label(result));
    EXPECT_EQUAL(7, microkit_msginfo_get_count(result));
    for (seL4_Uint8 i = 0; i < 7; i++) {
        EXPECT_EQUAL(echo_of(i + 40U), microkit_mr_get(i));
    }
}

static void expect_empty_result(microkit_channel ch)
{
    microkit_msginfo result =
            microkit_ppcall(ch, microkit_msginfo_new(REQUEST_NOTIFY_WITH_REPLY, 3));

    EXPECT_EQUAL(0, microkit_msginfo_get_label(result));
    EXPECT_EQUAL(0, microkit_msginfo_get_count(result));
}

static void reply_with_deferred_notification(void)
{
    microkit_msginfo result =
            microkit_ppcall(ACTIVE_SERVER, microkit_msginfo_new(REQUEST_NOTIFY_WITH_REPLY, 0));

    EXPECT_EQUAL(REQUEST_NOTIFY_WITH_REPLY, microkit_msginfo_get_label(result));
    EXPECT_EQUAL(6, microkit_msginfo_get_count(result));
    for (seL4_Uint8 i = 0; i < 6; i++) {
        EXPECT_EQUAL(1000 + i, microkit_mr_get(i));
    }
}

void init(void)
{
    begin_case("msginfo: label and count are kept");
    EXPECT_EQUAL(
            LARGEST_LABEL, microkit_msginfo_get_label(microkit_msginfo_new(LARGEST_LABEL, 120)));
    EXPECT_EQUAL(120, microkit_msginfo_get_count(microkit_msginfo_new(LARGEST_LABEL, 120)));

    begin_case("ppcall: every count of registers to an active server and back");
    call_with_every_count(ACTIVE_SERVER);
    begin_case("ppcall: every count of registers to a passive server and back");
    call_with_every_count(PASSIVE_SERVER);
    begin_case("ppcall: labels of 52 bits");
    call_and_compare(PASSIVE_SERVER, LARGEST_LABEL - 1, 2);
    call_and_compare(ACTIVE_SERVER, LARGEST_LABEL - 1, 2);
    begin_case("protected: gets the callee's own channel id");
    EXPECT_EQUAL(61, channel_seen_by(ACTIVE_SERVER));
    EXPECT_EQUAL(1, channel_seen_by(PASSIVE_SERVER));
    begin_case("ppcall: from within protected");
    nested_call();
    begin_case("ppcall: a channel that may not be called gives an empty message");
    expect_empty_result(NOTIFY_ONLY);
    expect_empty_result(17);
    expect_empty_result(62);
    expect_empty_result(64);
    expect_empty_result(1000000);
    begin_case("protected: a deferred notification leaves the reply's registers alone");
    reply_with_deferred_notification();
    begin_case("protected: the deferred notification arrives");
    wait_for_notification = true;
}

void notified(microkit_channel ch)
{
    EXPECT(wait_for_notification);
    EXPECT_EQUAL(NOTIFY_ONLY, ch);
    finish_run();
}
