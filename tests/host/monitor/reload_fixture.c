/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/monitor/reload_fixture.h"

#define BOOT_BYTES 0x1000u

struct fake_pd pd;
struct reload_module module;
monitor_reload_pd_t config;
struct lions_hand_over *hand_over;
uint8_t text[TEXT_ROOM];
uint8_t data[DATA_ROOM];
struct lions_module_header *const header = (struct lions_module_header *)data;
uint32_t transaction;
void (*fixture_point)(void);
void (*fixture_begins)(void);

/* ---- the target ---- */

static void point(void)
{
    if (fixture_point != NULL) {
        fixture_point();
    }
}

static bool is_at_rest(unsigned number, uint64_t *where)
{
    assert_int_equal(number, PD);
    point();
    *where = STUCK_AT;
    return pd.at_rest && !pd.stopped && !pd.debugged;
}

static bool hold(unsigned number, uint64_t *where)
{
    assert_int_equal(number, PD);
    point();
    *where = STUCK_AT;
    if (!pd.at_rest || pd.stopped || pd.debugged) {
        return false;
    }
    pd.stopped = true;
    point();
    return true;
}

static void release(unsigned number)
{
    assert_int_equal(number, PD);
    point();
    pd.stopped = false;
    point();
}

static void stop(unsigned number)
{
    assert_int_equal(number, PD);
    point();
    pd.stopped = true;
    point();
}

static bool is_stopped(unsigned number)
{
    assert_int_equal(number, PD);
    point();
    return pd.stopped;
}

void begin_if_started(void)
{
    if (!pd.started || (pd.stopped && !pd.followed)) {
        return;
    }
    point();
    pd.stopped = false;
    pd.started = false;
    pd.now++;
    if (!pd.silent) {
        hand_over->started = pd.now;
        hand_over->schema = SCHEMA;
        hand_over->ready = pd.now + 1;
    }
    if (fixture_begins != NULL) {
        fixture_begins();
    }
}

static void start(unsigned number, uint64_t entry)
{
    assert_int_equal(number, PD);
    point();
    pd.stopped = pd.followed;
    pd.starts += !(pd.started && pd.entry == entry); /* once more, before it has begun: the same */
    pd.entry = entry;
    pd.pc = entry;
    pd.started = true;
    if (!pd.waits) {
        begin_if_started();
    }
    point();
}

static bool is_held(unsigned number)
{
    assert_int_equal(number, PD);
    point();
    return pd.debugged;
}

static uint64_t pc(unsigned number)
{
    assert_int_equal(number, PD);
    point();
    return pd.pc;
}

static uint64_t exhaustions(unsigned number)
{
    assert_int_equal(number, PD);
    point();
    return pd.exhausted;
}

static void make_executable(const void *where, uint32_t bytes)
{
    assert_in_range(bytes, 1, TEXT_ROOM);
    point();
    pd.executable = where;
    point();
}

static uint64_t now(void)
{
    return pd.now;
}

/* The image that the system was booted with: as many bytes as there are, each the lower half of its address. */
static bool read_image(unsigned number, uint64_t address, void *to, uint32_t bytes)
{
    assert_int_equal(number, PD);
    point();
    if (address < BOOT_ENTRY || address - BOOT_ENTRY > BOOT_BYTES
            || bytes > BOOT_BYTES - (address - BOOT_ENTRY)) {
        return false;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        ((uint8_t *)to)[i] = (uint8_t)(address + i);
    }
    return true;
}

static const struct reload_target target = { .is_at_rest = is_at_rest,
    .hold = hold,
    .release = release,
    .stop = stop,
    .is_stopped = is_stopped,
    .start = start,
    .pc = pc,
    .exhaustions = exhaustions,
    .make_executable = make_executable,
    .now = now,
    .ticks_per_ms = TICKS_PER_MS,
    .read = read_image,
    .is_held = is_held };

/* ---- start ---- */

enum reload_recovery start_monitor(void)
{
    static const struct reload_image boot = { .entry = BOOT_ENTRY, .version = VERSION };

    return reload_module_init(&module, &config, &target, PD, &boot);
}

static void make_slots(void)
{
    for (unsigned i = 0; i < MONITOR_RELOAD_SLOTS; i++) {
        config.slots[i].address = SLOT_ADDRESS + i * 0x10000;
        config.slots[i].text = malloc(TEXT_ROOM);
        config.slots[i].data = malloc(DATA_ROOM);
        memset(config.slots[i].data, 0xaa, DATA_ROOM);
    }
}

static void make_module(void)
{
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
}

int set_up(void **state)
{
    (void)state;
    pd = (struct fake_pd){ .at_rest = true, .now = 1000, .pc = BOOT_ENTRY, .entry = BOOT_ENTRY };
    memset(&config, 0, sizeof(config));
    strcpy(config.kind, KIND);
    config.interface = INTERFACE;
    config.config_bytes = CONFIG_BYTES;
    config.text_bytes = TEXT_ROOM;
    config.data_bytes = DATA_ROOM;
    make_slots();
    hand_over = calloc(1, sizeof(*hand_over) + STATE_BYTES);
    hand_over->schema = SCHEMA;
    hand_over->bytes = STATE_BYTES;
    hand_over->live = LIVE_BYTES;
    config.hand_over = (region_resource_t){ hand_over, sizeof(*hand_over) + STATE_BYTES };
    make_module();
    memset(&module, 0, sizeof(module)); /* as memory is at boot */
    assert_int_equal(start_monitor(), RELOAD_FRESH);
    return 0;
}

int tear_down(void **state)
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

struct protocol_reload_begin a_begin(void)
{
    struct protocol_reload_begin request = { .pd = PD,
        .transaction = ++transaction,
        .text_bytes = TEXT_BYTES,
        .data_bytes = DATA_BYTES,
        .data_memory = 200,
        .entry = ENTRY,
        .data_offset = TEXT_ROOM };

    request.build_id.length = 4;
    memcpy(request.build_id.at, &transaction, 4);
    return request;
}

bool chunk(uint8_t segment, const uint8_t *bytes, uint32_t offset, uint32_t length)
{
    struct protocol_reload_chunk request = {
        .pd = PD, .transaction = transaction, .segment = segment, .offset = offset
    };

    request.bytes.length = (uint16_t)length;
    memcpy(request.bytes.at, bytes + offset, length);
    return reload_chunk(&module, &request);
}

void send_image(const struct protocol_reload_begin *begin)
{
    for (uint32_t offset = 0; offset < begin->text_bytes; offset += 100) {
        assert_true(chunk(0, text, offset, 100));
    }
    assert_true(chunk(1, data, 0, begin->data_bytes));
}

void stage(void)
{
    struct protocol_reload_begin begin = a_begin();

    assert_true(reload_begin(&module, &begin));
    assert_int_equal(reload_phase(&module), RELOAD_STAGING);
    send_image(&begin);
}

struct protocol_reload_verify a_verify(void)
{
    return (struct protocol_reload_verify){ .pd = PD,
        .transaction = transaction,
        .text_crc = crc32c_add(0, text, TEXT_BYTES),
        .data_crc = crc32c_add(0, data, DATA_BYTES) };
}

void verify(void)
{
    struct protocol_reload_verify request = a_verify();

    assert_true(reload_verify(&module, &request));
}

struct protocol_reload_swap a_swap(void)
{
    return (struct protocol_reload_swap){
        .pd = PD, .transaction = transaction, .limit = 50, .probation = PROBATION_MS
    };
}

void swap(void)
{
    struct protocol_reload_swap request = a_swap();

    assert_true(reload_swap(&module, &request));
}

void pass(unsigned ms)
{
    for (unsigned i = 0; i < ms; i++) {
        pd.now += TICKS_PER_MS;
        begin_if_started();
        reload_tick(&module);
    }
}

void reload_to_probation(void)
{
    stage();
    verify();
    assert_int_equal(reload_phase(&module), RELOAD_VERIFIED);
    swap();
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
}

void reload(void)
{
    reload_to_probation();
    pass(PROBATION_MS + 1);
    assert_int_equal(reload_phase(&module), RELOAD_AT_REST);
    assert_int_equal(module.cause, RELOAD_COMMITTED);
}

struct protocol_reload_state state_now(void)
{
    struct protocol_reload_state state;

    memset(&state, 0, sizeof(state));
    reload_state(&module, &state);
    return state;
}

bool roll_back(void)
{
    return reload_rollback(
            &module, &(struct protocol_reload_rollback){ .pd = PD, .swaps = module.swaps });
}

/* ---- what is so ---- */

void the_boot_image_is_back(enum protocol_reload_cause cause)
{
    struct protocol_reload_state after = state_now();

    assert_int_equal(after.phase, RELOAD_AT_REST);
    assert_int_equal(after.cause, cause);
    assert_int_equal(after.slot, 0);
    assert_int_equal(after.swaps, 2);
    assert_int_equal(pd.starts, 2);
    assert_int_equal(pd.entry, BOOT_ENTRY);
}

void write_state(uint8_t first)
{
    for (unsigned i = 0; i < STATE_BYTES; i++) {
        hand_over->state[i] = (uint8_t)(first + i);
    }
}

void the_state_begins_with(unsigned from, unsigned to, uint8_t first)
{
    for (unsigned i = from; i < to; i++) {
        assert_int_equal(hand_over->state[i], (uint8_t)(first + i));
    }
}
