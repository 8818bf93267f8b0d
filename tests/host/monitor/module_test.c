/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of a module between its file and the slot: relocations, settings of the image that the system was booted with,
 * and the signature of a system that wants one. What is refused leaves the running image alone.
 */
#include <bearssl.h>
#include <string.h>

#include "monitor/protocol/crc32c.h"
#include "monitor/reload/transaction.h"
#include "monitor/signature/module_signature.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define PD           5
#define TEXT_BYTES   256u
#define DATA_OFFSET  0x1000u
#define DATA_BYTES   128u
#define DATA_MEMORY  160u
#define TABLE        192u /* of relocations, in the text */
#define SLOT_ADDRESS 0x800000u
#define BOOT         0x200000u
#define BOOT_BYTES   64u
#define SETTING      (DATA_OFFSET + 96)
#define SETTING_SIZE 16u
#define RELATIVE     1027u
#define VERSION      3u

static struct reload_module module;
static monitor_reload_pd_t config;
static struct lions_hand_over hand_over;
static uint8_t slots[2][2][DATA_OFFSET]; /* text and data of each */
static uint64_t text[TEXT_BYTES / 8];
static uint64_t data[DATA_MEMORY / 8];
static struct protocol_reload_begin begin;
static struct protocol_reload_verify verify;
static unsigned starts;
static uint32_t transaction;

/* A key pair; the second is somebody else's. */
static struct pair {
    br_ec_private_key private;
    uint8_t own[BR_EC_KBUF_PRIV_MAX_SIZE];
    uint8_t public[BR_EC_KBUF_PUB_MAX_SIZE];
} pairs[2];

/* ---- the PD ---- */

static bool rests(unsigned pd, uint64_t *where)
{
    assert_int_equal(pd, PD);
    *where = 0;
    return true;
}

static void release(unsigned pd)
{
    assert_int_equal(pd, PD);
}

static void start(unsigned pd, uint64_t entry)
{
    assert_int_equal(pd, PD);
    assert_int_equal(entry, SLOT_ADDRESS);
    starts++;
}

static uint64_t exhaustions(unsigned pd)
{
    assert_int_equal(pd, PD);
    return 0;
}

static void make_executable(const void *where, uint32_t bytes)
{
    assert_ptr_equal(where, slots[0][0]);
    assert_int_equal(bytes, TEXT_BYTES);
}

static uint64_t now(void)
{
    return 1000;
}

static bool read_image(unsigned pd, uint64_t address, void *to, uint32_t bytes)
{
    assert_int_equal(pd, PD);
    if (address < BOOT || address - BOOT > BOOT_BYTES || bytes > BOOT_BYTES - (address - BOOT)) {
        return false;
    }
    memset(to, (int)(address - BOOT + 1), bytes);
    return true;
}

static const struct reload_target target = { .is_at_rest = rests,
    .hold = rests,
    .release = release,
    .start = start,
    .exhaustions = exhaustions,
    .make_executable = make_executable,
    .now = now,
    .ticks_per_ms = 10,
    .read = read_image };

/* ---- the module ---- */

static void put_relocation(unsigned number, uint64_t offset, uint64_t info, uint64_t addend)
{
    uint64_t *entry = &text[(TABLE + number * 24) / 8];

    entry[0] = offset;
    entry[1] = info;
    entry[2] = addend;
}

static void make_module(void)
{
    struct lions_module_header header = { .magic = LIONS_MODULE_MAGIC,
        .interface = 1,
        .schema = 1,
        .oldest_schema = 1,
        .version = VERSION,
        .kind = "echo" };

    for (unsigned i = 0; i < TEXT_BYTES / 8; i++) {
        text[i] = i * 0x0101010101010101;
    }
    memset(data, 0, sizeof(data));
    memcpy(data, &header, sizeof(header));
    put_relocation(0, DATA_OFFSET + 64, RELATIVE, 0x40);
    put_relocation(1, 8, RELATIVE, DATA_OFFSET + 64);
    begin = (struct protocol_reload_begin){ .pd = PD,
        .transaction = ++transaction,
        .text_bytes = TEXT_BYTES,
        .data_offset = DATA_OFFSET,
        .data_bytes = DATA_BYTES,
        .data_memory = DATA_MEMORY,
        .relocations = TABLE,
        .relocation_bytes = 48 };
    begin.settings.count = 2;
    begin.settings.at[0] = (struct protocol_reload_setting){ SETTING, SETTING_SIZE };
    begin.settings.at[1] = (struct protocol_reload_setting){ SETTING + SETTING_SIZE, 8 };
    verify = (struct protocol_reload_verify){ .pd = PD, .transaction = transaction };
    verify.sources.count = 2;
    verify.sources.at[0].address = BOOT + 6;
}

static int set_up(void **state)
{
    static const struct reload_image boot = { .entry = BOOT, .version = 1 };

    (void)state;
    memset(slots, 0xaa, sizeof(slots));
    memset(&hand_over, 0, sizeof(hand_over));
    hand_over.schema = 1;
    config = (monitor_reload_pd_t){ .kind = "echo",
        .interface = 1,
        .text_bytes = DATA_OFFSET,
        .data_bytes = DATA_OFFSET,
        .hand_over = { &hand_over, sizeof(hand_over) } };
    for (unsigned i = 0; i < 2; i++) {
        config.slots[i] =
                (monitor_reload_slot_t){ SLOT_ADDRESS + i * 0x100000, slots[i][0], slots[i][1] };
    }
    starts = 0;
    memset(&module, 0, sizeof(module)); /* as memory is at boot */
    reload_module_init(&module, &config, &target, PD, &boot);
    make_module();
    return 0;
}

static void sign_with(const struct pair *pair)
{
    uint8_t digest[MODULE_DIGEST_BYTES];

    module_digest(&begin, text, data, digest);
    begin.key_id.length = PROTOCOL_KEY_ID_MAX;
    module_key_id(pair->public, begin.key_id.at);
    begin.signature.length = PROTOCOL_SIGNATURE_MAX;
    assert_int_equal(br_ecdsa_i31_sign_raw(&br_ec_p256_m31, &br_sha256_vtable, digest,
                             &pair->private, begin.signature.at),
            PROTOCOL_SIGNATURE_MAX);
}

static void want_signatures(void)
{
    module.key = pairs[0].public;
}

static void send_bytes(uint8_t segment, const void *bytes, uint32_t count)
{
    struct protocol_reload_chunk chunk = {
        .pd = PD, .transaction = transaction, .segment = segment
    };

    chunk.bytes.length = (uint16_t)count;
    memcpy(chunk.bytes.at, bytes, count);
    assert_true(reload_chunk(&module, &chunk));
}

/* As far as it gets. */
static enum protocol_reload_phase send_all(void)
{
    assert_true(reload_begin(&module, &begin));
    if (reload_phase(&module) != RELOAD_STAGING) {
        return reload_phase(&module);
    }
    send_bytes(0, text, TEXT_BYTES);
    send_bytes(1, data, begin.data_bytes);
    verify.text_crc = crc32c_add(0, (uint8_t *)text, TEXT_BYTES);
    verify.data_crc = crc32c_add(0, (uint8_t *)data, begin.data_bytes);
    assert_true(reload_verify(&module, &verify));
    return reload_phase(&module);
}

static void is_refused(enum protocol_reload_cause cause, uint64_t detail)
{
    struct protocol_reload_swap swap = { .pd = PD, .transaction = transaction };

    assert_int_equal(send_all(), RELOAD_AT_REST);
    assert_int_equal(module.cause, cause);
    assert_int_equal(module.detail, detail);
    assert_true(reload_swap(&module, &swap)); /* it is over */
    assert_int_equal(starts, 0);
    assert_int_equal(module.running, 0);
    make_module();
}

/* ---- into the slot ---- */

static uint64_t word_in(unsigned segment, uint32_t offset)
{
    uint64_t word;

    memcpy(&word, &slots[0][segment][offset], sizeof(word));
    return word;
}

static void it_is_relocated_to_its_slot(void **state)
{
    (void)state;
    assert_int_equal(send_all(), RELOAD_VERIFIED);
    assert_int_equal(word_in(1, 64), SLOT_ADDRESS + 0x40);
    assert_int_equal(word_in(0, 8), SLOT_ADDRESS + DATA_OFFSET + 64);
    assert_int_equal(word_in(0, 16), text[2]);
    assert_true(reload_swap(
            &module, &(struct protocol_reload_swap){ .pd = PD, .transaction = transaction }));
    assert_int_equal(starts, 1);
}

static void settings_come_from_the_image_of_the_boot(void **state)
{
    (void)state;
    data[(SETTING - DATA_OFFSET) / 8] = 0x77;
    data[(SETTING - DATA_OFFSET + SETTING_SIZE) / 8] = 0x78;
    assert_int_equal(send_all(), RELOAD_VERIFIED);
    assert_int_equal(word_in(1, 96), 0x0707070707070707); /* BOOT + 6 */
    assert_int_equal(word_in(1, 104), 0x0707070707070707);
    assert_int_equal(word_in(1, 112), 0x78); /* its own */
    make_module();
}

static void relocations_stay_inside(void **state)
{
    static const struct {
        uint64_t offset, info;
    } bad[] = { { TEXT_BYTES, RELATIVE }, { TEXT_BYTES - 4, RELATIVE }, { 12, RELATIVE },
        { DATA_OFFSET - 8, RELATIVE }, { DATA_OFFSET + DATA_MEMORY, RELATIVE },
        { UINT64_MAX - 7, RELATIVE }, { 0, RELATIVE + 1 } };

    (void)state;
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        put_relocation(1, bad[i].offset, bad[i].info, 0);
        is_refused(RELOAD_BAD_RELOCATION, 1);
    }
    begin.relocation_bytes = 72;
    is_refused(RELOAD_BAD_RELOCATION, 0);
    begin.relocation_bytes = 25;
    is_refused(RELOAD_BAD_RELOCATION, 0);
    begin.relocations = UINT32_MAX - 7;
    is_refused(RELOAD_BAD_RELOCATION, 0);
}

static void settings_stay_inside(void **state)
{
    (void)state;
    begin.settings.at[1].offset = DATA_OFFSET; /* the header */
    is_refused(RELOAD_BAD_SETTING, 1);
    begin.settings.at[1].offset = 0;
    is_refused(RELOAD_BAD_SETTING, 1);
    begin.settings.at[0].size = DATA_MEMORY;
    is_refused(RELOAD_BAD_SETTING, 0);
    begin.settings.at[0].size = UINT32_MAX;
    is_refused(RELOAD_BAD_SETTING, 0);
    verify.sources.at[0].address = BOOT + BOOT_BYTES - 4; /* not all of it lies there */
    is_refused(RELOAD_BAD_SETTING, 0);
    verify.sources.at[1].address = SLOT_ADDRESS;
    is_refused(RELOAD_BAD_SETTING, 1);
}

/* ---- who has made it ---- */

static void a_signed_module_goes_in(void **state)
{
    (void)state;
    want_signatures();
    sign_with(&pairs[0]);
    assert_int_equal(send_all(), RELOAD_VERIFIED);
    assert_int_equal(word_in(1, 64), SLOT_ADDRESS + 0x40); /* relocated behind the check */
}

static void without_a_key_a_signature_does_not_matter(void **state)
{
    (void)state;
    sign_with(&pairs[1]);
    begin.signature.at[3] ^= 1;
    assert_int_equal(send_all(), RELOAD_VERIFIED);
}

static void an_unsigned_module_is_refused(void **state)
{
    (void)state;
    want_signatures();
    is_refused(RELOAD_UNSIGNED, 0);
    sign_with(&pairs[0]);
    begin.signature.length = PROTOCOL_SIGNATURE_MAX - 1;
    is_refused(RELOAD_UNSIGNED, 0);
    sign_with(&pairs[0]);
    begin.key_id.length = 0;
    is_refused(RELOAD_UNSIGNED, 0);
}

static void a_module_of_somebody_else_is_refused(void **state)
{
    uint64_t id = 0;

    (void)state;
    want_signatures();
    sign_with(&pairs[1]);
    for (unsigned i = 0; i < PROTOCOL_KEY_ID_MAX; i++) {
        id = id << 8 | begin.key_id.at[i];
    }
    is_refused(RELOAD_OTHER_KEY, id);
    sign_with(&pairs[1]);
    module_key_id(pairs[0].public, begin.key_id.at); /* it lies */
    is_refused(RELOAD_BAD_SIGNATURE, 0);
}

/* Whatever is changed behind the signing. */
static void each_byte_and_number_is_signed(void **state)
{
    (void)state;
    want_signatures();
    for (unsigned i = 0; i < TEXT_BYTES; i += 37) {
        sign_with(&pairs[0]);
        ((uint8_t *)text)[i] ^= 0x10;
        is_refused(RELOAD_BAD_SIGNATURE, 0);
    }
    for (unsigned i = 0; i < DATA_BYTES; i += 13) {
        sign_with(&pairs[0]);
        ((uint8_t *)data)[i] ^= 0x10;
        is_refused(RELOAD_BAD_SIGNATURE, 0);
    }
    sign_with(&pairs[0]);
    ((struct lions_module_header *)data)->version++; /* replayed as something newer */
    is_refused(RELOAD_BAD_SIGNATURE, 0);
    sign_with(&pairs[0]);
    begin.entry += 4;
    is_refused(RELOAD_BAD_SIGNATURE, 0);
    sign_with(&pairs[0]);
    begin.data_memory -= 8;
    is_refused(RELOAD_BAD_SIGNATURE, 0);
    sign_with(&pairs[0]);
    begin.relocation_bytes = 24;
    is_refused(RELOAD_BAD_SIGNATURE, 0);
    sign_with(&pairs[0]);
    begin.settings.at[1].offset -= 8;
    is_refused(RELOAD_BAD_SIGNATURE, 0);
    sign_with(&pairs[0]);
    begin.settings.count = 1;
    is_refused(RELOAD_BAD_SIGNATURE, 0);
}

static void no_bit_of_a_signature_is_spare(void **state)
{
    (void)state;
    want_signatures();
    for (unsigned bit = 0; bit < 8 * PROTOCOL_SIGNATURE_MAX; bit += 23) {
        sign_with(&pairs[0]);
        begin.signature.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        is_refused(RELOAD_BAD_SIGNATURE, 0);
    }
    sign_with(&pairs[0]);
    memset(begin.signature.at, 0, sizeof(begin.signature.at));
    is_refused(RELOAD_BAD_SIGNATURE, 0);
}

/* ---- all ---- */

static int make_pairs(void **state)
{
    br_hmac_drbg_context random;

    (void)state;
    br_hmac_drbg_init(&random, &br_sha256_vtable, "a seed", 6);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_not_equal(br_ec_keygen(&random.vtable, &br_ec_p256_m31, &pairs[i].private,
                                     pairs[i].own, BR_EC_secp256r1),
                0);
        assert_int_equal(
                br_ec_compute_pub(&br_ec_p256_m31, NULL, pairs[i].public, &pairs[i].private),
                PROTOCOL_MODULE_KEY_MAX);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_relocated_to_its_slot, set_up),
        cmocka_unit_test_setup(settings_come_from_the_image_of_the_boot, set_up),
        cmocka_unit_test_setup(relocations_stay_inside, set_up),
        cmocka_unit_test_setup(settings_stay_inside, set_up),
        cmocka_unit_test_setup(a_signed_module_goes_in, set_up),
        cmocka_unit_test_setup(without_a_key_a_signature_does_not_matter, set_up),
        cmocka_unit_test_setup(an_unsigned_module_is_refused, set_up),
        cmocka_unit_test_setup(a_module_of_somebody_else_is_refused, set_up),
        cmocka_unit_test_setup(each_byte_and_number_is_signed, set_up),
        cmocka_unit_test_setup(no_bit_of_a_signature_is_spare, set_up),
    };

    return cmocka_run_group_tests(tests, make_pairs, NULL);
}
