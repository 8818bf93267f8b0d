/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels that one user of the broker has for himself, and what the others are told. */
#include "console/broker/claims.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console/app/user_name.h"
#include "console/model/holders.h"
#include "tests/host/libsel4/cmocka_headers.h"

enum {
    ANNA = 7,
    BERT = 8
};

static struct claims claims;
static int sockets[2];

static int setup(void **state)
{
    (void)state;
    memset(&claims, 0, sizeof(claims));
    return socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
}

static int teardown(void **state)
{
    (void)state;
    close(sockets[0]);
    return close(sockets[1]);
}

static struct protocol_holder told(unsigned channel, int64_t now)
{
    struct protocol_message message;

    assert_true(claims_message(&claims, channel, now, &message));
    assert_int_equal(message.type, MESSAGE_HOLDER);
    return message.holder;
}

static void test_one_at_a_time(void **state)
{
    (void)state;
    assert_true(claims_may_use(&claims, CHANNEL_RELOAD, ANNA));
    assert_true(claims_take(&claims, CHANNEL_RELOAD, ANNA, sockets[0], 1000));
    assert_false(claims_take(&claims, CHANNEL_RELOAD, BERT, sockets[0], 1000));
    assert_false(claims_take(&claims, CHANNEL_RELOAD, ANNA, sockets[0], 1000)); /* no news */
    assert_true(claims_may_use(&claims, CHANNEL_RELOAD, ANNA));
    assert_false(claims_may_use(&claims, CHANNEL_RELOAD, BERT));
    assert_true(claims_may_use(&claims, CHANNEL_PROFILE, BERT));
    assert_true(claims_may_use(&claims, -1, BERT));
    assert_false(claims_release(&claims, CHANNEL_RELOAD, BERT));
    assert_true(claims_release(&claims, CHANNEL_RELOAD, ANNA));
    assert_true(claims_take(&claims, CHANNEL_RELOAD, BERT, sockets[0], 2000));
    assert_int_equal(claims_owner(&claims, CHANNEL_RELOAD), BERT);
}

static void test_says_who(void **state)
{
    struct protocol_holder note = { .channel = CHANNEL_RELOAD,
        .held = 0,
        .process = 1, /* not believed */
        .who = { .length = 4, .at = "king" },
        .doing = { .length = 6, .at = "reload" } };
    struct protocol_message message;
    struct protocol_holder holder;
    char name[80];

    (void)state;
    assert_false(claims_message(&claims, CHANNEL_RELOAD, 0, &message)); /* nobody ever had it */
    assert_false(claims_note(&claims, &note, ANNA));
    claims_take(&claims, CHANNEL_RELOAD, ANNA, sockets[0], 1000);
    assert_false(claims_note(&claims, &note, BERT));
    assert_true(claims_note(&claims, &note, ANNA));
    holder = told(CHANNEL_RELOAD, 3500);
    user_name(getuid(), name, sizeof(name));
    assert_int_equal(holder.held, 1);
    assert_int_equal(holder.held_ms, 2500);
    assert_int_equal(holder.process, getpid());
    assert_int_equal(holder.who.length, strlen(name));
    assert_memory_equal(holder.who.at, name, strlen(name));
    assert_int_equal(holder.doing.length, 6);
    claims_release(&claims, CHANNEL_RELOAD, ANNA);
    assert_int_equal(told(CHANNEL_RELOAD, 4000).held, 0); /* but still who it was */
    assert_int_equal(told(CHANNEL_RELOAD, 4000).process, getpid());
}

/* What a stranger writes is shown, and moves no cursor. */
static void test_words(void **state)
{
    struct protocol_holder said = { .channel = CHANNEL_GDB,
        .held = 1,
        .process = 12,
        .held_ms = 61000,
        .who = { .length = 3, .at = "a@b" },
        .doing = { .length = 6, .at = "x\033[2Jy" } };
    struct model_holders holders = { 0 };
    char words[200];

    (void)state;
    assert_null(holders_now(&holders, CHANNEL_GDB));
    holders_take(&holders, &said, 1000000);
    holder_words(holders_now(&holders, CHANNEL_GDB), 1000000, words, sizeof(words));
    assert_non_null(strstr(words, "a@b, process 12, since "));
    assert_non_null(strstr(words, "(61 s): x?[2Jy"));
    said.held = 0;
    holders_take(&holders, &said, 1000000);
    assert_null(holders_now(&holders, CHANNEL_GDB));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_says_who, setup, teardown),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
