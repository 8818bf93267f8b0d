/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gdb channel of the link: clients' bytes to their stubs and back (PROTOCOL.md, "GDB"), and the end of
 * a client that falls silent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microkit.h>

/*
 * `keep_running`: bit i set: PD i carries the link, and no client may stop it. `hold`: bit i set: PD i is
 * stopped, and does not run before a client lets it. `line_rate`: bytes a second, 0: no limit.
 */
void gdb_channel_init(uint64_t keep_running, uint64_t hold, uint32_t line_rate);

/*
 * Before gdb_channel_init() in a monitor that has been restarted: what debuggers had stopped goes on, without breakpoints,
 * and they are told that their sessions have ended. A child that stands for no known reason goes on a moment later.
 */
void gdb_channel_end_sessions(void);

/* A frame of the channel has come. */
void gdb_channel_receive(const uint8_t *payload, size_t length, uint64_t now);
/* A child has faulted, stepped or run into a breakpoint; it stays stopped, and gets no reply. */
void gdb_channel_fault(microkit_child child, microkit_msginfo message);

/*
 * PD_STATE of PD `pd` (index), of which the kernel says `state`: it takes whom a debugger or a fault
 * has stopped for waiting.
 */
uint64_t gdb_channel_pd_state(unsigned pd, uint64_t state);

/* Sends what there is to send; ends clients whose lease is over. */
void gdb_channel_tick(uint64_t now);
/* When gdb_channel_tick is needed next, in ticks; UINT64_MAX: not before the next event. */
uint64_t gdb_channel_next(void);
