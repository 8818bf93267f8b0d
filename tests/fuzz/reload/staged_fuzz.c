/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A module as the target gets it: numbers, then bytes. Whatever they are, nothing outside the slot is written to, what is not
 * signed never is verified by a target that has a key, and the running image goes on. Then the monitor is restarted, its memory as it is
 * or spoilt: the running image goes on, and what is told of it can be said.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/protocol/codec.h"
#include "monitor/protocol/crc32c.h"
#include "monitor/protocol/frame.h"
#include "monitor/reload/transaction.h"

#define TEXT_ROOM 512u
#define DATA_ROOM 512u
#define IMAGE     0x200000u
#define IMAGE_END 0x200100u
#define GUARD     0x5a

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static struct {
    const uint8_t *at;
    size_t left;
} input_left;

/* Small numbers are likely, all are possible. */
static uint32_t number(void)
{
    uint8_t bytes[4] = { 0 };
    uint32_t wide;

    if (input_left.left == 0) {
        return 0;
    }
    input_left.left--;
    if (*input_left.at < 0xf0) {
        return *input_left.at++ * 8u;
    }
    input_left.at++;
    for (unsigned i = 0; i < 4 && input_left.left > 0; i++, input_left.left--) {
        bytes[i] = *input_left.at++;
    }
    memcpy(&wide, bytes, sizeof(wide));
    return wide;
}

/* ---- a PD that rests for ever ---- */

static bool at_rest(unsigned pd, uint64_t *where)
{
    *where = 0;
    return pd == 1;
}

static void release(unsigned pd)
{
    (void)pd;
}

static void start(unsigned pd, uint64_t entry)
{
    (void)pd, (void)entry;
    abort(); /* nobody has asked for it */
}

static bool is_stopped(unsigned pd)
{
    (void)pd;
    return false;
}

static uint64_t nothing(unsigned pd)
{
    (void)pd;
    return 0;
}

static void make_executable(const void *text, uint32_t bytes)
{
    (void)text, (void)bytes;
}

static uint64_t now(void)
{
    return 1;
}

static bool read_image(unsigned pd, uint64_t address, void *to, uint32_t bytes)
{
    if (pd != 1 || address < IMAGE || address > IMAGE_END || bytes > IMAGE_END - address) {
        return false;
    }
    memset(to, 0x11, bytes);
    return true;
}

static const struct reload_target target = { .is_at_rest = at_rest,
    .hold = at_rest,
    .release = release,
    .is_stopped = is_stopped,
    .is_held = is_stopped,
    .pc = nothing,
    .start = start,
    .exhaustions = nothing,
    .make_executable = make_executable,
    .now = now,
    .ticks_per_ms = 1,
    .read = read_image };

/* ---- one module ---- */

static struct protocol_reload_begin a_begin(void)
{
    struct protocol_reload_begin begin = { .pd = 1, .transaction = 1 };

    begin.text_bytes = number();
    begin.data_bytes = sizeof(struct lions_module_header) + number();
    begin.data_memory = begin.data_bytes + number();
    begin.data_offset = number() + TEXT_ROOM;
    begin.entry = number();
    begin.relocations = number();
    begin.relocation_bytes = number() * 3;
    begin.settings.count = (uint16_t)(number() / 8 % (PROTOCOL_SETTINGS_MAX + 1));
    for (unsigned i = 0; i < begin.settings.count; i++) {
        begin.settings.at[i].offset = TEXT_ROOM + number();
        begin.settings.at[i].size = number();
    }
    if (number() % 16 == 8) {
        begin.key_id.length = PROTOCOL_KEY_ID_MAX;
        begin.signature.length = PROTOCOL_SIGNATURE_MAX;
    }
    return begin;
}

static void stage(struct reload_module *module, uint8_t segment, uint32_t bytes)
{
    struct protocol_reload_chunk chunk = { .pd = 1, .transaction = 1, .segment = segment };

    for (chunk.offset = 0; chunk.offset < bytes && input_left.left > 0;
            chunk.offset += chunk.bytes.length) {
        uint32_t left = bytes - chunk.offset;
        size_t most = left < PROTOCOL_CHUNK_MAX ? left : PROTOCOL_CHUNK_MAX;

        chunk.bytes.length = (uint16_t)(input_left.left < most ? input_left.left : most);
        memcpy(chunk.bytes.at, input_left.at, chunk.bytes.length);
        input_left.at += chunk.bytes.length;
        input_left.left -= chunk.bytes.length;
        reload_chunk(module, &chunk);
    }
}

static void verify(struct reload_module *module, const struct protocol_reload_begin *begin)
{
    struct protocol_reload_verify request = { .pd = 1, .transaction = 1, .older = 1 };
    const monitor_reload_slot_t *slot = &module->config->slots[0];

    request.text_crc = crc32c_add(0, slot->text, begin->text_bytes);
    request.data_crc = crc32c_add(0, slot->data, begin->data_bytes);
    request.sources.count = begin->settings.count;
    for (unsigned i = 0; i < request.sources.count; i++) {
        request.sources.at[i].address = i % 2 == 0 ? IMAGE + number() : 0;
    }
    reload_verify(module, &request);
}

/* What is told of a module can be encoded. */
static void tell(const struct reload_module *module)
{
    static struct protocol_message message;
    static uint8_t encoded[FRAME_PAYLOAD_MAX];

    message.type = MESSAGE_RELOAD_STATE;
    reload_state(module, &message.reload_state);
    if (protocol_encode(&message, encoded, sizeof(encoded)) == 0) {
        abort();
    }
}

/* The memory that a monitor has left, with what is left of the input in it. */
static void restart(struct reload_module *module, bool is_spoilt, const struct reload_image *boot)
{
    const monitor_reload_pd_t *config = module->config;
    bool was_dropped = reload_phase(module) != RELOAD_AT_REST;
    enum reload_recovery found;

    while (is_spoilt && input_left.left >= 5) {
        size_t at = number() % sizeof(*module);

        ((uint8_t *)module)[at] ^= (uint8_t)number();
    }
    found = reload_module_init(module, config, &target, 1, boot);
    if (module->running != 0 || reload_phase(module) != RELOAD_AT_REST || found == RELOAD_FRESH
            || (!is_spoilt && (found == RELOAD_DROPPED) != was_dropped)) {
        abort();
    }
    tell(module);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    static const struct reload_image boot = { .entry = IMAGE, .version = 1 };
    static uint8_t key[PROTOCOL_MODULE_KEY_MAX] = { 4 };
    static struct reload_module module;
    struct lions_hand_over hand_over = { 0 };
    uint8_t *text = malloc(TEXT_ROOM),
            *data = malloc(DATA_ROOM); /* the sanitizer watches their ends */
    struct lions_module_header header = { .magic = LIONS_MODULE_MAGIC, .kind = "seed" };
    monitor_reload_pd_t config = { .kind = "seed",
        .text_bytes = TEXT_ROOM,
        .data_bytes = DATA_ROOM,
        .slots = { { .address = 0x400000, .text = text, .data = data },
                { .address = 0x500000, .text = text, .data = data } },
        .hand_over = { &hand_over, sizeof(hand_over) } };
    bool is_signed = size > 0 && (input[0] & 1) != 0;
    struct protocol_reload_begin begin;

    input_left.at = input;
    input_left.left = size;
    number();
    memset(text, GUARD, TEXT_ROOM);
    memset(&module, 0, sizeof(module)); /* as memory is at boot */
    reload_module_init(&module, &config, &target, 1, &boot);
    module.key = is_signed ? key : NULL;
    begin = a_begin();
    if (!reload_begin(&module, &begin)) {
        abort();
    }
    if (reload_phase(&module) == RELOAD_STAGING) {
        stage(&module, 0, begin.text_bytes);
        memcpy(data, &header, sizeof(header)); /* else hardly any gets further */
        verify(&module, &begin);
    }
    for (uint32_t i = begin.text_bytes; i < TEXT_ROOM; i++) {
        if (text[i] != GUARD) {
            abort();
        }
    }
    if (module.running != 0 || (is_signed && reload_phase(&module) == RELOAD_VERIFIED)) {
        abort();
    }
    tell(&module);
    restart(&module, size > 0 && (input[0] & 2) != 0, &boot);
    free(text);
    free(data);
    return 0;
}
