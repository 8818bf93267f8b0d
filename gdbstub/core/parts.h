/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the core have in common. Not for users of the stub. */
#pragma once

#include "gdbstub/core/stub.h"
#include "gdbstub/extras/text.h"
#include "gdbstub/rsp/bytes.h"

/* Error numbers in replies; GDB shows them and gives them no meaning. */
enum stub_error {
    ERROR_MALFORMED = 1,
    ERROR_NO_THREAD = 2,
    ERROR_UNREADABLE = 3,
    ERROR_NO_ROOM = 4,
    ERROR_NOT_STOPPED = 5,
    ERROR_REFUSED = 6,
};

/* Handles a packet whose name has been taken; writes stub->reply, which begins empty. */
typedef void packet_handler_t(struct gdbstub *stub, struct rsp_cursor *args);

void reply_ok(struct gdbstub *stub);
void reply_error(struct gdbstub *stub, enum stub_error error);
/* Sends stub->reply at once and empties it: for handlers that say more than one thing. */
void send_reply(struct gdbstub *stub);

/* ---- threads.c ---- */

uint32_t process_of(const struct gdbstub *stub, unsigned pd);
/* Attached PD of that process id; -1 if there is none. */
int find_inferior(const struct gdbstub *stub, int64_t process);
/* True if the thread specification names this PD. */
bool names_pd(const struct gdbstub *stub, struct rsp_thread thread, unsigned pd);
void put_thread(struct gdbstub *stub, unsigned pd);
/* The PD that Hg chose, if it is (still) attached; otherwise the first attached one; -1: none. */
int current_pd(const struct gdbstub *stub);
/* State of a PD in words: what it does, or why it stopped. */
void describe_pd(struct gdbstub *stub, unsigned pd, char text[TARGET_TEXT_MAX]);

/* ---- breakpoints.c ---- */

struct breakpoint *find_breakpoint(
        struct gdbstub *stub, unsigned pd, enum breakpoint_kind kind, uint64_t address);
/* Takes a breakpoint out, or puts it in again. */
void breakpoint_lift(struct gdbstub *stub, struct breakpoint *breakpoint);
void breakpoint_put(struct gdbstub *stub, struct breakpoint *breakpoint);
/* Out of memory or hardware, and out of the table. */
void remove_breakpoint(struct gdbstub *stub, struct breakpoint *breakpoint);
void remove_breakpoints_of(struct gdbstub *stub, unsigned pd);
/* A software breakpoint that the client does not know of. False: it cannot be had. */
bool breakpoint_add_own(struct gdbstub *stub, unsigned pd, uint64_t address);
void breakpoint_remove_own(struct gdbstub *stub, struct breakpoint *breakpoint);

/* ---- step.c ---- */

/* True if the PD's next step is made by breakpoints, and they are set: it has to run. */
bool step_begin(struct gdbstub *stub, unsigned pd);
/* The PD has stopped: takes them out. True: it is at one of them, and so the step is done. */
bool step_end(struct gdbstub *stub, unsigned pd);

/* ---- memory.c: memory without the stub's own breakpoints ---- */

size_t stub_read(struct gdbstub *stub, unsigned pd, uint64_t address, void *bytes, size_t length);
size_t stub_write(
        struct gdbstub *stub, unsigned pd, uint64_t address, const void *bytes, size_t length);

/* ---- extras/expression.c ---- */

/* What a Z packet says after the place, [;conditions][;cmds:persist,commands]. False: malformed or too long. */
bool take_expressions(struct rsp_cursor *args, struct breakpoint *to);
/* True if the breakpoint has no condition, or one that holds or cannot be evaluated. */
bool conditions_hold(struct gdbstub *stub, const struct breakpoint *breakpoint);
/* Runs its commands (dynamic printf). */
void run_commands(struct gdbstub *stub, const struct breakpoint *breakpoint);
/* Output of a dynamic printf: to GDB if it waits for a stop, in any case to the log. */
void stub_print(struct gdbstub *stub, unsigned pd, const char *text, size_t length);

/* ---- resume.c ---- */

/* Stops a PD that runs; the client is not told. */
void stop_inferior(struct gdbstub *stub, unsigned pd);
void resume_inferior(struct gdbstub *stub, unsigned pd, bool step);
/* The client has to hear of this PD's stop. */
void report_stop(struct gdbstub *stub, unsigned pd);
/* Tells the client of the next pending stop, if it can take one now. */
void deliver_stops(struct gdbstub *stub);
uint64_t read_pc(struct gdbstub *stub, unsigned pd);

/* ---- attach.c ---- */

bool attach_pd(struct gdbstub *stub, unsigned pd);
void detach_pd(struct gdbstub *stub, unsigned pd);
void detach_all(struct gdbstub *stub);
/* The first PD that lets itself be claimed: for clients that cannot choose. */
void attach_any(struct gdbstub *stub);
/* PD whose name it is, or the end of whose path, ".elf" left out; -1: none. */
int pd_named(const struct gdbstub *stub, const uint8_t *name, size_t length);

/* ---- stops.c ---- */

/* GDB's number of the signal that fits. */
unsigned stop_signal(const struct target_stop *stop);
void put_stop_reply(struct gdbstub *stub, unsigned pd);

/* ---- packets, by file ---- */

packet_handler_t handle_supported, handle_no_ack, handle_non_stop, handle_extended; /* features.c */
packet_handler_t handle_select, handle_alive, handle_current, handle_first_threads,
        handle_more_threads, handle_extra_info; /* threads.c */
packet_handler_t handle_read_all, handle_write_all, handle_read_register,
        handle_write_register; /* registers.c */
packet_handler_t handle_read_hex, handle_read_binary, handle_write_hex,
        handle_write_binary;                                         /* memory.c */
packet_handler_t handle_insert, handle_remove;                       /* breakpoints.c */
packet_handler_t handle_reason, handle_more_stops, handle_interrupt; /* resume.c */
packet_handler_t handle_vcont_query, handle_vcont, handle_resume;    /* resume.c */
packet_handler_t handle_attach, handle_detach, handle_kill, handle_kill_all, handle_run,
        handle_is_attached;       /* attach.c */
packet_handler_t handle_transfer; /* extras/documents.c */
packet_handler_t handle_monitor;  /* extras/commands.c */
packet_handler_t handle_crc;      /* extras/check_sum.c */
