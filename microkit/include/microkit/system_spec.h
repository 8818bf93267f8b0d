/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the initialiser is told to do: the list of invocations that make a system, with capability
 * pointers of its own CSpace. Written by the microkit tool, which has simulated the boot; read by
 * the initialiser, behind whose image it lies. Little endian.
 *
 * struct system_spec | struct spec_untyped[untyped_count] | operations, operation_bytes long
 */
#pragma once

#include <stdint.h>

#define SYSTEM_SPEC_MAGIC UINT64_C(0x314345505354494b) /* "KITSPEC1" */

/* An untyped capability the kernel will provide, if the tool's simulation is right. */
struct spec_untyped {
    uint64_t paddr;
    uint32_t size_bits;
    uint32_t is_device;
};

/* The header. Slots are those of the initial task's CSpace. */
struct system_spec {
    uint64_t magic;
    uint64_t size;          /* bytes of all of it */
    uint64_t image_frames;  /* expected first slot of the image's frames */
    uint64_t first_untyped; /* expected slots */
    uint64_t first_empty;
    uint64_t untyped_count;
    uint64_t operation_count;
    uint64_t operation_bytes; /* a multiple of 8 */
    struct spec_untyped untypeds[];
};

/* Values of spec_operation.kind. */
enum spec_kind {
    SPEC_INVOKE,      /* a call on `service` */
    SPEC_COPY_MEMORY, /* words: destination, source (both mapped), bytes */
};

/* Bits of spec_operation.flags. */
enum spec_flag {
    SPEC_STEP_SERVICE = 1, /* each repetition invokes the next capability */
    SPEC_MICROSECONDS = 2, /* the last word is in us; the kernel wants ticks */
};

#define SPEC_MAX_WORDS 8
#define SPEC_MAX_CAPS  3

/* Followed by the capability pointers, then the words of the message, 64 bits each. */
struct spec_operation {
    uint32_t label;     /* of the invocation */
    uint32_t repeat;    /* how often; at least 1 */
    uint8_t kind;       /* enum spec_kind */
    uint8_t flags;      /* enum spec_flag */
    uint8_t cap_count;  /* <= SPEC_MAX_CAPS */
    uint8_t word_count; /* <= SPEC_MAX_WORDS */
    uint8_t step_words; /* bit i: word i grows by `step` with each repetition */
    uint8_t reserved[3];
    uint32_t step;
    uint32_t reserved2;
    uint64_t service;
};
