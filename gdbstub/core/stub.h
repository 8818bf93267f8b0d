/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GDB remote stub without input and output: bytes come in with gdbstub_input, answers are fetched with
 * gdbstub_output. One stub serves one client; several may share a system, each PD belongs to
 * at most one of them. No function blocks or allocates; the caller serialises them.
 */
#pragma once

#include "gdbstub/rsp/builder.h"
#include "gdbstub/rsp/cursor.h"
#include "gdbstub/rsp/receiver.h"
#include "gdbstub/target/target.h"

#define STUB_BREAKPOINTS_MAX 64
#define STUB_CODE_MAX        480 /* bytes of conditions and commands of one breakpoint */

/* The numbers of the Z packets. */
enum breakpoint_kind {
    BREAK_SOFTWARE,
    BREAK_HARDWARE,
    WATCH_WRITE,
    WATCH_READ,
    WATCH_ACCESS,
    BREAKPOINT_KINDS,
};

struct breakpoint {
    bool used;
    bool lifted;  /* taken out for a moment, to step over it */
    bool own;     /* the stub's, for a step */
    uint8_t kind; /* enum breakpoint_kind */
    uint16_t pd;
    int unit; /* of the hardware */
    uint64_t address;
    uint64_t length;
    uint32_t original; /* the instruction in whose place the breakpoint stands */
    /* Agent expressions, each behind its length (16 bits): conditions, then commands. */
    uint16_t conditions_end;
    uint16_t commands_end;
    uint8_t code[STUB_CODE_MAX];
};

/* A PD as seen by this client. */
struct inferior {
    bool attached;
    bool running;
    bool pending; /* stopped, and the client does not know */
    bool stepping;
    bool by_breakpoints;  /* its step is made by breakpoints of the stub's own */
    bool fresh;           /* has not been resumed since it was attached to */
    bool held;            /* stops at its entry when it is restarted */
    bool timed;           /* stops when its budget is spent */
    uint64_t range_start; /* stepping goes on while start <= PC < end */
    uint64_t range_end;
    struct breakpoint *lifted; /* being stepped over */
    struct target_stop stop;   /* valid if it does not run */
};

#define STUB_DOCUMENT_MAX (TARGET_PDS_MAX * 512) /* bytes: the longest has a line for each PD */

/* What GDB reads piece by piece (qXfer), as it was when its first piece was read. */
struct stub_document {
    bool valid;
    bool too_long;
    uint8_t kind; /* index in the table of documents */
    char annex[TARGET_NAME_MAX];
    uint8_t bytes[STUB_DOCUMENT_MAX];
    size_t length;
};

struct gdbstub {
    struct target *target;
    struct rsp_receiver receiver;
    struct rsp_builder reply;
    struct rsp_queue queue;

    bool connected;
    bool extended;     /* '!': no PD need be attached */
    bool acknowledge;  /* until QStartNoAckMode */
    bool multiprocess; /* ids are pPROCESS.THREAD */
    bool non_stop;
    bool silent;          /* this packet is not answered now */
    bool waiting;         /* all-stop: the client waits for a stop */
    bool notified;        /* non-stop: a notification is on its way, the client will ask for more */
    bool follows_modules; /* the client has asked for libraries: it is told when they change */
    int current;          /* PD that Hg chose; -1: none */
    int resumed;          /* PD that Hc chose; -1: all */
    int told;             /* PD whose stop was told last; -1: none */
    struct inferior inferiors[TARGET_PDS_MAX];
    struct breakpoint breakpoints[STUB_BREAKPOINTS_MAX];
    struct stub_document document;
};

/* `target` outlives the stub. */
void gdbstub_init(struct gdbstub *stub, struct target *target);

/* A client has come: forgets everything of the one before. */
void gdbstub_connect(struct gdbstub *stub);
/* The client has gone: no breakpoint is left, all its PDs run and are released. */
void gdbstub_disconnect(struct gdbstub *stub);

/* Takes bytes from the client, any number at a time, and acts on the packets they complete. */
void gdbstub_input(struct gdbstub *stub, const uint8_t *bytes, size_t length);
/* What is to be sent; valid until the next call of anything else. Returns how many bytes. */
size_t gdbstub_output(const struct gdbstub *stub, const uint8_t **bytes);
/* That many bytes of it have been sent. */
void gdbstub_sent(struct gdbstub *stub, size_t length);

/*
 * A claimed PD has stopped by itself and stays stopped. The stub tells the client, or resumes it when
 * the stop is none of the client's business (a false condition, a step within a range).
 */
void gdbstub_stopped(struct gdbstub *stub, unsigned pd, const struct target_stop *stop);
