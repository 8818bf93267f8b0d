/* SPDX-License-Identifier: BSD-2-Clause */
/* What an ELF file says of code: which functions an address stands for, and how to find the caller. */
#pragma once

#include "host-tools/lib/symbols.h"

struct code_frame {
    char function[96];
    char file[160]; /* "" if not known; of the instruction, or of the call that was inlined */
    int line;
};

/*
 * The functions that the instruction belongs to: the innermost inlined one first, the real one (which has a
 * frame) last. Their number, 0: no debug information here.
 */
size_t symbols_frames(
        struct symbols *symbols, uint64_t address, struct code_frame *frames, size_t max);

/* The function (of the symbol table) that an address is in. */
bool symbols_function(struct symbols *symbols, uint64_t address, char *name, size_t size,
        uint64_t *start, uint64_t *length);

/* Where, before the instruction at an address, the return address and the frame record are. */
enum caller_place {
    CALLER_UNKNOWN, /* no call-frame information */
    CALLER_IN_LR,
    CALLER_IN_RECORD, /* of the frame: x29 and x30 side by side */
    CALLER_ON_STACK,  /* without a record: a walk along records misses it */
    CALLER_NONE,      /* nobody called */
};

struct caller_rule {
    enum caller_place place;
    bool record_known;     /* the next says where the record is; otherwise x29 points to it */
    int64_t record_offset; /* from the stack pointer */
};

/* From .debug_frame or .eh_frame. */
struct caller_rule symbols_caller(struct symbols *symbols, uint64_t address);
