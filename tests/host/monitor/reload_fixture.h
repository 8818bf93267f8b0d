/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of the reload transaction: a PD that is no more than a few variables, a module of a few hundred bytes, and the
 * console that sends it. set_up() boots the PD and a monitor that has it.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "monitor/protocol/crc32c.h"
#include "monitor/reload/transaction.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define PD           3
#define KIND         "net_virt_tx"
#define INTERFACE    7
#define CONFIG_BYTES 96
#define SCHEMA       2
#define VERSION      5
#define TEXT_ROOM    512
#define DATA_ROOM    256
#define TEXT_BYTES   400
#define DATA_BYTES   100
#define TICKS_PER_MS 10
#define BOOT_ENTRY   0x200000u
#define SLOT_ADDRESS 0x800000u
#define ENTRY        64u
#define PROBATION_MS 300
#define STUCK_AT     0x201234u
#define HEARTBEAT_MS 500
#define EXHAUSTIONS  33u
#define STATE_BYTES  64u
#define LIVE_BYTES   24u

/* The PD. */
struct fake_pd {
    bool at_rest;
    bool stopped;
    bool debugged; /* and a debugger has stopped it */
    bool silent;   /* does not say that it is ready */
    bool waits;    /* what has been started begins at the next begin_if_started() */
    bool started;
    bool followed; /* by a debugger: what has been started stays stopped until then, when it lets it begin */
    unsigned starts;
    uint64_t entry;
    uint64_t pc;
    uint64_t exhausted;
    uint64_t now;
    const void *executable;
};

extern struct fake_pd pd;
extern struct reload_module module;
extern monitor_reload_pd_t config;
extern struct lions_hand_over *hand_over;
extern uint8_t text[TEXT_ROOM];
extern uint8_t data[DATA_ROOM];
extern struct lions_module_header *const header; /* in the data */
extern uint32_t transaction;                     /* the console's last number */

/* Called before and after each thing that is done to the PD, unless NULL; it need not return. */
extern void (*fixture_point)(void);
/* Called when an image begins, unless NULL. */
extern void (*fixture_begins)(void);

int set_up(void **state);
int tear_down(void **state);
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* A monitor comes, the first or another one, over what memory there is. */
enum reload_recovery start_monitor(void);
/* If `waits`: the image that has been started begins. */
void begin_if_started(void);

/* ---- the console ---- */

struct protocol_reload_begin a_begin(void);
bool chunk(uint8_t segment, const uint8_t *bytes, uint32_t offset, uint32_t length);
void send_image(const struct protocol_reload_begin *begin);
void stage(void);
struct protocol_reload_verify a_verify(void);
void verify(void);
struct protocol_reload_swap a_swap(void);
void swap(void);
bool roll_back(void);
void reload_to_probation(void);
void reload(void);

/* Time passes; the monitor looks each millisecond. */
void pass(unsigned ms);

/* ---- what is so ---- */

struct protocol_reload_state state_now(void);
void the_boot_image_is_back(enum protocol_reload_cause cause);
/* Bytes of the hand-over's state that count up. */
void write_state(uint8_t first);
void the_state_begins_with(unsigned from, unsigned to, uint8_t first);
