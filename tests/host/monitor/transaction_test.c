/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reload transaction over a PD that is no more than a few variables: what it refuses, that a refusal and a
 * repetition change nothing, and that a bad image never stays.
 */
#include "monitor/reload/transaction.h"

#include <stdlib.h>
#include <string.h>

#include "monitor/protocol/crc32c.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define PD           3
#define KIND         "net_virt_tx"
#define INTERFACE    7
#define CONFIG_BYTES 96
#define SCHEMA       2
#define VERSION      5
#define TEXT_ROOM    512
#define DATA_ROOM    256
#define TICKS_PER_MS 10
#define BOOT_ENTRY   0x200000u
#define BOOT_BYTES   0x1000u
#define SLOT_ADDRESS 0x800000u
#define PROBATION_MS 300
#define STUCK_AT     0x201234u
#define HEARTBEAT_MS 500
#define EXHAUSTIONS  33u
#define STATE_BYTES  64u
#define LIVE_BYTES   24u

/* The PD. */
static struct {
    bool at_rest;
    bool held;
    bool silent; /* does not say that it is ready */
    unsigned starts;
    uint64_t entry;
    uint64_t exhausted;
    uint64_t now;
    const void *executable;
} pd;

static struct reload_module module;
static monitor_reload_pd_t config;
static struct lions_hand_over *hand_over;
static uint8_t text[TEXT_ROOM];
static uint8_t data[DATA_ROOM];
static struct lions_module_header *const header = (struct lions_module_header *)data;
static uint32_t transaction;

/* ---- the target ---- */

static bool is_at_rest(unsigned number, uint64_t *where)
{
    assert_int_equal(number, PD);
    *where = STUCK_AT;
    return pd.at_rest;
}

static bool hold(unsigned number, uint64_t *where)
{
    pd.held = is_at_rest(number, where);
    return pd.held;
}

static void release(unsigned number)
{
    assert_int_equal(number, PD);
    pd.held = false;
}

static void start(unsigned number, uint64_t entry)
{
    assert_int_equal(number, PD);
    pd.held = false;
    pd.starts++;
    pd.entry = entry;
    pd.now++;
    if (!pd.silent) {
        hand_over->started = pd.now;
        hand_over->schema = SCHEMA;
        hand_over->ready = pd.now + 1;
    }
}

static uint64_t exhaustions(unsigned number)
{
    assert_int_equal(number, PD);
    return pd.exhausted;
}

static void make_executable(const void *where, uint32_t bytes)
{
    assert_in_range(bytes, 1, TEXT_ROOM);
    pd.executable = where;
}

static uint64_t now(void)
{
    return pd.now;
}

/* The image that the system was booted with: as many bytes as there are, each the lower half of its address. */
static bool read_image(unsigned number, uint64_t address, void *to, uint32_t bytes)
{
    assert_int_equal(number, PD);
    if (address < BOOT_ENTRY || address - BOOT_ENTRY > BOOT_BYTES
            || bytes > BOOT_BYTES - (address - BOOT_ENTRY)) {
        return false;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        ((uint8_t *)to)[i] = (uint8_t)(address + i);
    }
    return true;
}

static const struct reload_target target = { is_at_rest, hold, release, start, exhaustions,
    make_executable, now, TICKS_PER_MS, read_image };

static int set_up(void **state)
{
    static const struct reload_image boot = { .entry = BOOT_ENTRY, .version = VERSION };

    (void)state;
    memset(&pd, 0, sizeof(pd));
    pd.at_rest = true;
    pd.now = 1000;
    memset(&config, 0, sizeof(config));
    strcpy(config.kind, KIND);
    config.interface = INTERFACE;
    config.config_bytes = CONFIG_BYTES;
    config.text_bytes = TEXT_ROOM;
    config.data_bytes = DATA_ROOM;
    for (unsigned i = 0; i < MONITOR_RELOAD_SLOTS; i++) {
        config.slots[i].address = SLOT_ADDRESS + i * 0x10000;
        config.slots[i].text = malloc(TEXT_ROOM);
        config.slots[i].data = malloc(DATA_ROOM);
        memset(config.slots[i].data, 0xaa, DATA_ROOM);
    }
    hand_over = calloc(1, sizeof(*hand_over) + STATE_BYTES);
    hand_over->schema = SCHEMA;
    hand_over->bytes = STATE_BYTES;
    hand_over->live = LIVE_BYTES;
    config.hand_over = (region_resource_t){ hand_over, sizeof(*hand_over) + STATE_BYTES };
    for (unsigned i = 0; i < sizeof(text); i++) {
        text[i] = (uint8_t)(i * 7);
    }
    memset(data, 0, sizeof(data));
    *header = (struct lions_module_header){ .magic = LIONS_MODULE_MAGIC,
        .interface = INTERFACE,
        .schema = SCHEMA,
        .oldest_schema = 1,
        .version = VERSION,
        .config_bytes = CONFIG_BYTES,
        .kind = KIND };
    reload_module_init(&module, &config, &target, PD, &boot);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (unsigned i = 0; i < MONITOR_RELOAD_SLOTS; i++) {
        free(config.slots[i].text);
        free(config.slots[i].data);
    }
    free(hand_over);
    return 0;
}

/* ---- the console ---- */

static struct protocol_reload_begin a_begin(void)
{
    struct protocol_reload_begin request = { .pd = PD,
        .transaction = ++transaction,
        .text_bytes = 400,
        .data_bytes = 100,
        .data_memory = 200,
        .entry = 64,
        .data_offset = TEXT_ROOM };

    request.build_id.length = 4;
    memcpy(request.build_id.at, &transaction, 4);
    return request;
}

static bool chunk(uint8_t segment, const uint8_t *bytes, uint32_t offset, uint32_t length)
{
    struct protocol_reload_chunk request = {
        .pd = PD, .transaction = transaction, .segment = segment, .offset = offset
    };

    request.bytes.length = (uint16_t)length;
    memcpy(request.bytes.at, bytes + offset, length);
    return reload_chunk(&module, &request);
}

static void send_image(const struct protocol_reload_begin *begin)
{
    for (uint32_t offset = 0; offset < begin->text_bytes; offset += 100) {
        assert_true(chunk(0, text, offset, 100));
    }
    assert_true(chunk(1, data, 0, begin->data_bytes));
}

static void stage(void)
{
    struct protocol_reload_begin begin = a_begin();

    assert_true(reload_begin(&module, &begin));
    assert_int_equal(module.phase, RELOAD_STAGING);
    send_image(&begin);
}

static struct protocol_reload_verify a_verify(void)
{
    return (struct protocol_reload_verify){ .pd = PD,
        .transaction = transaction,
        .text_crc = crc32c_add(0, text, 400),
        .data_crc = crc32c_add(0, data, 100) };
}

static void verify(void)
{
    struct protocol_reload_verify request = a_verify();

    assert_true(reload_verify(&module, &request));
}

static struct protocol_reload_swap a_swap(void)
{
    return (struct protocol_reload_swap){
        .pd = PD, .transaction = transaction, .limit = 50, .probation = PROBATION_MS
    };
}

static void swap(void)
{
    struct protocol_reload_swap request = a_swap();

    assert_true(reload_swap(&module, &request));
}

static void pass(unsigned ms)
{
    for (unsigned i = 0; i < ms; i++) {
        pd.now += TICKS_PER_MS;
        reload_tick(&module);
    }
}

static void reload_to_probation(void)
{
    stage();
    verify();
    assert_int_equal(module.phase, RELOAD_VERIFIED);
    swap();
    assert_int_equal(module.phase, RELOAD_PROBATION);
}

static void reload(void)
{
    reload_to_probation();
    pass(PROBATION_MS + 1);
    assert_int_equal(module.phase, RELOAD_AT_REST);
    assert_int_equal(module.cause, RELOAD_COMMITTED);
}

static struct protocol_reload_state state_now(void)
{
    struct protocol_reload_state state;

    memset(&state, 0, sizeof(state));
    reload_state(&module, &state);
    return state;
}

/* ---- it works ---- */

static void a_good_module_is_installed(void **state)
{
    struct protocol_reload_state after;
    uint32_t expected;

    (void)state;
    reload_to_probation();
    expected = transaction;
    assert_int_equal(pd.starts, 1);
    assert_int_equal(pd.entry, SLOT_ADDRESS + 64);
    assert_ptr_equal(pd.executable, config.slots[0].text);
    assert_memory_equal(config.slots[0].text, text, 400);
    assert_memory_equal(config.slots[0].data, data, 100);
    for (unsigned i = 100; i < DATA_ROOM; i++) {
        assert_int_equal(((uint8_t *)config.slots[0].data)[i], 0); /* .bss */
    }
    pass(PROBATION_MS - 1);
    assert_int_equal(module.phase, RELOAD_PROBATION);
    pass(2);
    after = state_now();
    assert_int_equal(after.phase, RELOAD_AT_REST);
    assert_int_equal(after.cause, RELOAD_COMMITTED);
    assert_int_equal(after.slot, 1);
    assert_int_equal(after.previous, 0);
    assert_int_equal(after.next, 2);
    assert_int_equal(after.text_address, SLOT_ADDRESS + 0x10000);
    assert_int_equal(after.data_address, after.text_address + TEXT_ROOM);
    assert_int_equal(after.swaps, 1);
    assert_int_equal(after.down, 1);
    assert_int_equal(after.ready, 2);
    assert_int_equal(after.build_id.length, 4);
    assert_memory_equal(after.build_id.at, &expected, 4);
    assert_int_equal(reload_next(&module), UINT64_MAX);
}

static void every_step_is_announced(void **state)
{
    (void)state;
    module.changed = false;
    stage();
    assert_true(module.changed);
    module.changed = false;
    verify();
    assert_true(module.changed);
    module.changed = false;
    swap();
    assert_true(module.changed);
    pass(2);
    module.changed = false;
    pass(PROBATION_MS);
    assert_true(module.changed);
}

static void it_is_told_how_much_is_staged(void **state)
{
    struct protocol_reload_begin begin = a_begin();

    (void)state;
    begin.who.length = 3;
    memcpy(begin.who.at, "eve", 3);
    assert_true(reload_begin(&module, &begin));
    assert_int_equal(state_now().staged, 0);
    assert_int_equal(state_now().staged_of, 500);
    module.changed = false;
    assert_true(chunk(0, text, 0, 100));
    assert_true(module.changed);
    assert_int_equal(state_now().staged, 100);
    module.changed = false;
    assert_true(chunk(0, text, 0, 100)); /* repeated */
    assert_false(module.changed);
    assert_int_equal(state_now().staged, 100);
    assert_true(chunk(0, text, 100, 5));
    assert_false(module.changed); /* too little to be told */
    assert_int_equal(state_now().staged, 105);
    send_image(&begin);
    assert_int_equal(state_now().staged, 500);
    assert_int_equal(state_now().who.length, 3);
    assert_memory_equal(state_now().who.at, "eve", 3);
}

static void what_is_zero_counts_as_staged_once_it_is_verified(void **state)
{
    struct protocol_reload_begin begin = a_begin();

    (void)state;
    assert_true(reload_begin(&module, &begin));
    for (uint32_t offset = 0; offset < begin.text_bytes; offset += 100) {
        assert_true(chunk(0, text, offset, 100));
    }
    assert_true(chunk(1, data, 0, sizeof(*header)));
    assert_int_equal(state_now().staged, 400 + sizeof(*header));
    verify();
    assert_int_equal(state_now().phase, RELOAD_VERIFIED);
    assert_int_equal(state_now().staged, 500);
}

static void a_busy_pd_is_waited_for(void **state)
{
    (void)state;
    stage();
    verify();
    pd.at_rest = false;
    swap();
    pass(20);
    assert_int_equal(module.phase, RELOAD_QUIESCING);
    assert_int_equal(pd.starts, 0);
    assert_true(reload_next(&module) < pd.now + 50 * TICKS_PER_MS);
    pd.at_rest = true;
    pass(1);
    assert_int_equal(module.phase, RELOAD_PROBATION);
    assert_int_equal(pd.starts, 1);
}

/* ---- refusals: the running image is not touched ---- */

static void nothing_has_changed(enum protocol_reload_cause cause, uint64_t detail)
{
    struct protocol_reload_swap request = a_swap();
    struct protocol_reload_state after = state_now();

    assert_int_equal(after.phase, RELOAD_AT_REST);
    assert_int_equal(after.cause, cause);
    assert_int_equal(after.detail, detail);
    assert_int_equal(after.slot, 0);
    assert_int_equal(after.previous, RELOAD_NO_IMAGE);
    assert_int_equal(after.swaps, 0);
    assert_int_equal(pd.starts, 0);
    assert_true(reload_swap(&module, &request)); /* answered: it is over */
    assert_false(reload_rollback(&module, &(struct protocol_reload_rollback){ .pd = PD }));
    assert_int_equal(pd.starts, 0);
}

static void refuse_begin(
        struct protocol_reload_begin begin, enum protocol_reload_cause cause, uint64_t detail)
{
    begin.transaction = ++transaction;
    assert_true(reload_begin(&module, &begin));
    nothing_has_changed(cause, detail);
    assert_false(chunk(0, text, 0, 100));
}

static void what_does_not_fit_is_refused(void **state)
{
    struct protocol_reload_begin begin;

    (void)state;
    begin = a_begin();
    begin.text_bytes = TEXT_ROOM + 1;
    refuse_begin(begin, RELOAD_BAD_SIZE, TEXT_ROOM);
    begin.text_bytes = UINT32_MAX;
    refuse_begin(begin, RELOAD_BAD_SIZE, TEXT_ROOM);
    begin.text_bytes = 0;
    refuse_begin(begin, RELOAD_BAD_SIZE, TEXT_ROOM);
    begin = a_begin();
    begin.data_memory = DATA_ROOM + 1;
    refuse_begin(begin, RELOAD_BAD_SIZE, DATA_ROOM);
    begin.data_memory = begin.data_bytes - 1;
    refuse_begin(begin, RELOAD_BAD_SIZE, DATA_ROOM);
    begin = a_begin();
    begin.data_bytes = sizeof(*header) - 1;
    refuse_begin(begin, RELOAD_BAD_SIZE, DATA_ROOM);
    begin = a_begin();
    begin.data_offset = TEXT_ROOM - 8; /* its code would look for the variables elsewhere */
    refuse_begin(begin, RELOAD_BAD_SIZE, TEXT_ROOM);
}

static void an_entry_outside_the_text_is_refused(void **state)
{
    struct protocol_reload_begin begin = a_begin();

    (void)state;
    begin.entry = begin.text_bytes;
    refuse_begin(begin, RELOAD_BAD_ENTRY, begin.entry);
    begin.entry = 62;
    refuse_begin(begin, RELOAD_BAD_ENTRY, begin.entry);
}

static void chunks_stay_inside_their_segment(void **state)
{
    struct protocol_reload_begin begin = a_begin();
    struct protocol_reload_chunk request = { .pd = PD, .transaction = begin.transaction };

    (void)state;
    assert_true(reload_begin(&module, &begin));
    request.bytes.length = 100;
    request.offset = 301;
    assert_false(reload_chunk(&module, &request));
    request.offset = UINT32_MAX;
    assert_false(reload_chunk(&module, &request));
    request.segment = 1;
    request.offset = 1;
    assert_false(reload_chunk(&module, &request));
    request.offset = 0;
    assert_true(reload_chunk(&module, &request));
    request.transaction++;
    assert_false(reload_chunk(&module, &request));
}

static void refuse_staged(enum protocol_reload_cause cause, uint64_t detail)
{
    stage();
    verify();
    nothing_has_changed(cause, detail);
}

static void damage_on_the_way_is_refused(void **state)
{
    struct protocol_reload_verify request;

    (void)state;
    stage();
    request = a_verify();
    request.text_crc ^= 1;
    assert_true(reload_verify(&module, &request));
    nothing_has_changed(RELOAD_BAD_CHECKSUM, 0);
    stage();
    request = a_verify();
    request.data_crc ^= 0x80000000;
    assert_true(reload_verify(&module, &request));
    nothing_has_changed(RELOAD_BAD_CHECKSUM, 1);
}

static void what_is_missing_is_noticed(void **state)
{
    struct protocol_reload_begin begin = a_begin();

    (void)state;
    memset(config.slots[0].text, 0xaa, TEXT_ROOM);
    assert_true(reload_begin(&module, &begin));
    assert_true(chunk(1, data, 0, 100));
    verify();
    nothing_has_changed(RELOAD_BAD_CHECKSUM, 0);
}

static void what_is_no_module_is_refused(void **state)
{
    (void)state;
    header->magic++;
    refuse_staged(RELOAD_NO_MODULE, 0);
}

static void another_kind_is_refused(void **state)
{
    (void)state;
    strcpy(header->kind, "net_virt_rx");
    refuse_staged(RELOAD_OTHER_KIND, 0);
    memcpy(header->kind, KIND, sizeof(KIND));
    header->kind[LIONS_MODULE_KIND_MAX - 1] = 'x'; /* all of it counts */
    refuse_staged(RELOAD_OTHER_KIND, 0);
}

static void another_interface_is_refused(void **state)
{
    (void)state;
    header->interface = INTERFACE + 1;
    refuse_staged(RELOAD_OTHER_INTERFACE, INTERFACE + 1);
}

static void another_configuration_is_refused(void **state)
{
    (void)state;
    header->config_bytes = CONFIG_BYTES - 8;
    refuse_staged(RELOAD_OTHER_CONFIG, CONFIG_BYTES - 8);
}

static void state_that_it_cannot_take_over_is_refused(void **state)
{
    (void)state;
    header->oldest_schema = SCHEMA + 1;
    header->schema = SCHEMA + 1;
    refuse_staged(RELOAD_OTHER_SCHEMA, SCHEMA + 1);
    header->oldest_schema = 1;
    header->schema = SCHEMA - 1; /* the running one is newer */
    refuse_staged(RELOAD_OTHER_SCHEMA, 1);
}

static void an_older_version_is_refused_unless_meant(void **state)
{
    struct protocol_reload_verify request;

    (void)state;
    header->version = VERSION - 1;
    refuse_staged(RELOAD_OLDER, VERSION - 1);
    stage();
    request = a_verify();
    request.older = 1;
    assert_true(reload_verify(&module, &request));
    assert_int_equal(module.phase, RELOAD_VERIFIED);
}

static void a_pd_that_never_rests_keeps_its_image(void **state)
{
    (void)state;
    pd.at_rest = false;
    stage();
    verify();
    swap();
    pass(49);
    assert_int_equal(module.phase, RELOAD_QUIESCING);
    pass(1);
    nothing_has_changed(RELOAD_NEVER_AT_REST, STUCK_AT);
}

static void a_console_that_has_gone_is_not_waited_for(void **state)
{
    (void)state;
    stage();
    pass(9000);
    assert_true(chunk(0, text, 0, 100)); /* it is still there */
    pass(9000);
    assert_int_equal(module.phase, RELOAD_STAGING);
    pass(1001);
    nothing_has_changed(RELOAD_ABANDONED, 0);
    stage();
    verify();
    assert_true(reload_next(&module) <= pd.now + 10000 * TICKS_PER_MS);
    pass(10001);
    nothing_has_changed(RELOAD_ABANDONED, 0);
}

/* ---- repetition and order ---- */

static void requests_can_be_repeated(void **state)
{
    struct protocol_reload_begin begin = a_begin();
    struct protocol_reload_verify verify_request;
    struct protocol_reload_swap swap_request = a_swap();
    struct reload_module before;

    (void)state;
    assert_true(reload_begin(&module, &begin));
    send_image(&begin);
    before = module;
    assert_true(reload_begin(&module, &begin));
    send_image(&begin);
    assert_memory_equal(&before, &module, sizeof(module));
    assert_memory_equal(config.slots[0].text, text, 400);
    verify_request = a_verify();
    assert_true(reload_verify(&module, &verify_request));
    before = module;
    assert_true(reload_verify(&module, &verify_request));
    assert_true(reload_begin(&module, &begin));
    assert_memory_equal(&before, &module, sizeof(module));
    assert_true(reload_swap(&module, &swap_request));
    before = module;
    assert_true(reload_swap(&module, &swap_request));
    assert_true(reload_begin(&module, &begin));
    assert_memory_equal(&before, &module, sizeof(module));
    assert_int_equal(pd.starts, 1);
}

static void a_rollback_can_be_repeated(void **state)
{
    struct protocol_reload_rollback request = { .pd = PD };

    (void)state;
    reload();
    request.swaps = module.swaps;
    assert_true(reload_rollback(&module, &request));
    assert_true(reload_rollback(&module, &request));
    assert_true(reload_rollback(&module, &request));
    assert_int_equal(module.running, 0);
    assert_int_equal(pd.starts, 2);
    request.swaps = 0; /* about what was long ago */
    assert_false(reload_rollback(&module, &request));
    assert_int_equal(module.running, 0);
}

static void requests_out_of_order_change_nothing(void **state)
{
    struct protocol_reload_verify verify_request = a_verify();
    struct protocol_reload_swap swap_request = a_swap();

    (void)state;
    assert_false(reload_verify(&module, &verify_request));
    assert_false(reload_swap(&module, &swap_request));
    assert_false(chunk(0, text, 0, 100));
    stage();
    swap_request = a_swap();
    assert_false(reload_swap(&module, &swap_request));
    assert_int_equal(module.phase, RELOAD_STAGING);
    verify();
    assert_false(chunk(0, text, 0, 100)); /* what is verified stays */
    swap_request.transaction++;
    assert_false(reload_swap(&module, &swap_request));
    assert_int_equal(pd.starts, 0);
}

static void a_second_reload_waits_for_the_first(void **state)
{
    struct protocol_reload_begin begin;
    uint32_t first;

    (void)state;
    reload_to_probation();
    first = transaction;
    begin = a_begin();
    assert_false(reload_begin(&module, &begin));
    assert_int_equal(module.transaction, first);
    pass(PROBATION_MS + 1);
    assert_int_equal(module.cause, RELOAD_COMMITTED);
    begin = a_begin();
    assert_true(reload_begin(&module, &begin));
}

/* ---- probation ---- */

static void the_boot_image_is_back(enum protocol_reload_cause cause)
{
    struct protocol_reload_state after = state_now();

    assert_int_equal(after.phase, RELOAD_AT_REST);
    assert_int_equal(after.cause, cause);
    assert_int_equal(after.slot, 0);
    assert_int_equal(after.swaps, 2);
    assert_int_equal(pd.starts, 2);
    assert_int_equal(pd.entry, BOOT_ENTRY);
}

static void a_fault_brings_the_old_image_back(void **state)
{
    struct protocol_reload_rollback request = { .pd = PD, .swaps = 2 };

    (void)state;
    assert_false(reload_fault(&module, 6)); /* no probation: not the transaction's */
    reload_to_probation();
    assert_true(reload_fault(&module, 6));
    the_boot_image_is_back(RELOAD_FAULTED);
    assert_int_equal(module.detail, 6);
    assert_false(reload_rollback(&module, &request)); /* a bad image is not gone back to */
    assert_false(reload_fault(&module, 6));
    reload();
}

static void a_silent_image_does_not_stay(void **state)
{
    (void)state;
    pd.silent = true;
    reload_to_probation();
    pass(99);
    assert_int_equal(module.phase, RELOAD_PROBATION);
    pass(2);
    the_boot_image_is_back(RELOAD_SILENT);
}

static void an_image_that_never_rests_does_not_stay(void **state)
{
    (void)state;
    reload_to_probation();
    pd.at_rest = false;
    pass(HEARTBEAT_MS - 1);
    assert_int_equal(module.phase, RELOAD_PROBATION);
    pass(2);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
    assert_int_equal(module.detail, STUCK_AT);
}

static void an_image_that_stops_resting_does_not_stay(void **state)
{
    (void)state;
    stage();
    verify();
    struct protocol_reload_swap request = a_swap();

    request.probation = 3 * HEARTBEAT_MS;
    assert_true(reload_swap(&module, &request));
    for (unsigned i = 0; i < HEARTBEAT_MS; i++) {
        pass(1);
    }
    pd.at_rest = false;
    pass(HEARTBEAT_MS - 1);
    assert_int_equal(module.phase, RELOAD_PROBATION);
    pass(2);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
}

/* ---- the state ---- */

static void write_state(uint8_t first)
{
    for (unsigned i = 0; i < STATE_BYTES; i++) {
        hand_over->state[i] = (uint8_t)(first + i);
    }
}

static void the_state_begins_with(unsigned from, unsigned to, uint8_t first)
{
    for (unsigned i = from; i < to; i++) {
        assert_int_equal(hand_over->state[i], (uint8_t)(first + i));
    }
}

static void a_failed_image_leaves_no_state(void **state)
{
    (void)state;
    write_state(1);
    reload_to_probation();
    write_state(100);
    assert_true(reload_fault(&module, 6));
    the_state_begins_with(0, LIVE_BYTES, 100); /* the queues have moved on */
    the_state_begins_with(LIVE_BYTES, STATE_BYTES, 1);
}

static void a_state_in_another_layout_goes_back(void **state)
{
    (void)state;
    write_state(1);
    header->schema = SCHEMA + 1;
    reload_to_probation();
    write_state(100);
    hand_over->schema = SCHEMA + 1;
    assert_true(reload_fault(&module, 6));
    assert_int_equal(hand_over->schema, SCHEMA);
    the_state_begins_with(0, LIVE_BYTES, 100); /* one layout in all schemas */
    the_state_begins_with(LIVE_BYTES, STATE_BYTES, 1);
}

static void a_lying_header_of_the_state_is_put_right(void **state)
{
    (void)state;
    write_state(1);
    reload_to_probation();
    hand_over->bytes = UINT32_MAX;
    hand_over->live = UINT32_MAX;
    write_state(100);
    assert_true(reload_fault(&module, 6));
    assert_int_equal(hand_over->bytes, STATE_BYTES);
    assert_int_equal(hand_over->live, LIVE_BYTES);
    the_state_begins_with(0, STATE_BYTES, 1);
    hand_over->bytes = UINT32_MAX; /* before a swap */
    reload_to_probation();
    assert_true(reload_fault(&module, 6));
    assert_int_equal(hand_over->bytes, UINT32_MAX);
}

static void a_state_is_kept_by_commit_and_rollback(void **state)
{
    (void)state;
    write_state(1);
    reload();
    write_state(100);
    assert_true(reload_rollback(
            &module, &(struct protocol_reload_rollback){ .pd = PD, .swaps = module.swaps }));
    the_state_begins_with(0, STATE_BYTES, 100);
}

static void an_image_that_uses_up_its_budget_does_not_stay(void **state)
{
    (void)state;
    pd.exhausted = 1000; /* long ago */
    reload_to_probation();
    pass(2);
    pd.exhausted += EXHAUSTIONS;
    pass(1);
    assert_int_equal(
            module.phase, RELOAD_PROBATION); /* it rests in between, and has budget again */
    pd.at_rest = false;
    pd.exhausted += EXHAUSTIONS - 1;
    pass(1);
    assert_int_equal(module.phase, RELOAD_PROBATION);
    pd.exhausted++;
    pass(1);
    the_boot_image_is_back(RELOAD_EXHAUSTED);
    assert_int_equal(module.detail, EXHAUSTIONS);
}

static void no_probation_is_not_no_check(void **state)
{
    struct protocol_reload_swap request;

    (void)state;
    pd.silent = true;
    stage();
    verify();
    request = a_swap();
    request.probation = 0;
    assert_true(reload_swap(&module, &request));
    pass(10);
    assert_int_equal(module.phase, RELOAD_PROBATION);
    pass(100);
    the_boot_image_is_back(RELOAD_SILENT);
}

/* ---- back and forth ---- */

static bool roll_back(void)
{
    return reload_rollback(
            &module, &(struct protocol_reload_rollback){ .pd = PD, .swaps = module.swaps });
}

static void a_rollback_goes_back_and_forth(void **state)
{
    (void)state;
    reload();
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
    assert_int_equal(module.previous, 1);
    assert_true(roll_back());
    assert_int_equal(module.running, 1);
    assert_int_equal(pd.entry, SLOT_ADDRESS + 64);
    assert_int_equal(module.previous, 0);
}

static void a_rollback_ends_the_probation(void **state)
{
    (void)state;
    reload_to_probation();
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
    pass(2 * PROBATION_MS);
    assert_int_equal(pd.starts, 2);
}

static void a_rollback_in_the_probation_waits_for_rest(void **state)
{
    (void)state;
    reload_to_probation();
    pd.at_rest = false; /* it may have a packet in its hands */
    assert_true(roll_back());
    assert_true(roll_back()); /* repeated */
    pass(PROBATION_MS + 1);
    assert_int_equal(module.phase, RELOAD_PROBATION);
    pd.at_rest = true;
    pass(1);
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
}

static void a_rollback_of_what_never_rests_is_no_endless_wait(void **state)
{
    (void)state;
    reload_to_probation();
    pd.at_rest = false;
    assert_true(roll_back());
    pass(HEARTBEAT_MS + 1);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
}

static void a_rollback_outside_the_probation_waits_for_rest(void **state)
{
    (void)state;
    reload();
    pd.at_rest = false;
    assert_true(roll_back());
    assert_true(roll_back()); /* repeated */
    pass(100);
    assert_int_equal(module.phase, RELOAD_QUIESCING);
    assert_int_equal(module.running, 1);
    pd.at_rest = true;
    pass(1);
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
}

static void a_rollback_does_not_wait_for_ever(void **state)
{
    (void)state;
    reload();
    pd.at_rest = false;
    assert_true(roll_back());
    pass(1001);
    assert_int_equal(module.phase, RELOAD_AT_REST);
    assert_int_equal(module.cause, RELOAD_NEVER_AT_REST);
    assert_int_equal(module.detail, STUCK_AT);
    assert_int_equal(module.running, 1);
    assert_int_equal(pd.starts, 1);
}

static void an_image_that_cannot_read_the_state_is_not_gone_back_to(void **state)
{
    (void)state;
    header->schema = SCHEMA + 1;
    reload();
    hand_over->schema = SCHEMA + 1; /* converted */
    assert_false(roll_back());
    assert_int_equal(module.running, 1);
    assert_false(pd.held);
}

static void in_the_probation_the_state_comes_back_with_the_image(void **state)
{
    (void)state;
    write_state(1);
    header->schema = SCHEMA + 1;
    reload_to_probation();
    hand_over->schema = SCHEMA + 1;
    write_state(100);
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
    the_state_begins_with(LIVE_BYTES, STATE_BYTES, 1);
}

static void a_thousand_swaps_use_the_two_slots(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        unsigned slot = i % 2;

        text[0] = (uint8_t)i;
        text[1] = (uint8_t)(i >> 8);
        reload();
        assert_int_equal(module.running, slot + 1);
        assert_int_equal(module.previous, i == 0 ? 0 : 2 - slot);
        assert_int_equal(pd.entry, config.slots[slot].address + 64);
        assert_memory_equal(config.slots[slot].text, text, 400);
        assert_int_equal(module.swaps, i + 1);
    }
    assert_int_equal(pd.starts, 1000);
}

static void staging_spares_the_running_image(void **state)
{
    uint8_t running[TEXT_ROOM];

    (void)state;
    reload();
    reload(); /* runs in slot 1, goes back to slot 0 */
    memcpy(running, config.slots[1].text, TEXT_ROOM);
    memset(text, 0x55, sizeof(text));
    stage();
    assert_memory_equal(running, config.slots[1].text, TEXT_ROOM);
    assert_int_equal(module.previous, 0); /* its slot is written to */
    pass(10001);
    assert_int_equal(module.running, 2);
    assert_true(roll_back());
    assert_int_equal(pd.entry, BOOT_ENTRY);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_good_module_is_installed),
        CASE(every_step_is_announced),
        CASE(it_is_told_how_much_is_staged),
        CASE(what_is_zero_counts_as_staged_once_it_is_verified),
        CASE(a_busy_pd_is_waited_for),
        CASE(what_does_not_fit_is_refused),
        CASE(an_entry_outside_the_text_is_refused),
        CASE(chunks_stay_inside_their_segment),
        CASE(damage_on_the_way_is_refused),
        CASE(what_is_missing_is_noticed),
        CASE(what_is_no_module_is_refused),
        CASE(another_kind_is_refused),
        CASE(another_interface_is_refused),
        CASE(another_configuration_is_refused),
        CASE(state_that_it_cannot_take_over_is_refused),
        CASE(an_older_version_is_refused_unless_meant),
        CASE(a_pd_that_never_rests_keeps_its_image),
        CASE(a_console_that_has_gone_is_not_waited_for),
        CASE(requests_can_be_repeated),
        CASE(a_rollback_can_be_repeated),
        CASE(requests_out_of_order_change_nothing),
        CASE(a_second_reload_waits_for_the_first),
        CASE(a_fault_brings_the_old_image_back),
        CASE(a_silent_image_does_not_stay),
        CASE(an_image_that_never_rests_does_not_stay),
        CASE(an_image_that_stops_resting_does_not_stay),
        CASE(a_failed_image_leaves_no_state),
        CASE(a_state_in_another_layout_goes_back),
        CASE(a_lying_header_of_the_state_is_put_right),
        CASE(a_state_is_kept_by_commit_and_rollback),
        CASE(in_the_probation_the_state_comes_back_with_the_image),
        CASE(an_image_that_uses_up_its_budget_does_not_stay),
        CASE(no_probation_is_not_no_check),
        CASE(a_rollback_goes_back_and_forth),
        CASE(a_rollback_ends_the_probation),
        CASE(a_rollback_in_the_probation_waits_for_rest),
        CASE(a_rollback_of_what_never_rests_is_no_endless_wait),
        CASE(a_rollback_outside_the_probation_waits_for_rest),
        CASE(a_rollback_does_not_wait_for_ever),
        CASE(an_image_that_cannot_read_the_state_is_not_gone_back_to),
        CASE(a_thousand_swaps_use_the_two_slots),
        CASE(staging_spares_the_running_image),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
