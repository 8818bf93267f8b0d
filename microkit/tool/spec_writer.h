/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the initialiser's operations (system_spec.h). */
#pragma once

#include "microkit/include/microkit/system_spec.h"
#include "microkit/tool/arena.h"

/* Bytes that grow. */
struct bytes {
    LIST(char) list;
};

/* Operations in the order in which they are carried out. */
struct spec_writer {
    struct arena *arena;
    struct bytes operations;
    uint64_t count;
};

/* An invocation; zero-initialised members mean: once, nothing steps. */
struct invocation {
    uint64_t label;
    uint64_t service;
    uint64_t caps[SPEC_MAX_CAPS];
    unsigned cap_count;
    uint64_t words[SPEC_MAX_WORDS];
    unsigned word_count;
    uint64_t repeat; /* 0 counts as 1 */
    unsigned flags;
    unsigned step_words;
    uint64_t step;
};

/* Adds an invocation. */
void spec_invoke(struct spec_writer *writer, const struct invocation *invocation);
/* Adds copying within the initial task's address space, in bytes. */
void spec_copy_memory(struct spec_writer *writer, uint64_t to, uint64_t from, uint64_t size);
/* Appends; the data is copied. */
void bytes_add(struct arena *arena, struct bytes *bytes, const void *data, size_t size);
