/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the initialiser's operations (system_spec.h). */
#pragma once

#include "microkit/include/microkit/system_spec.h"
#include "microkit/tool/arena.h"

struct bytes {
    LIST(char) list;
};

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

void spec_invoke(struct spec_writer *writer, const struct invocation *invocation);
void spec_copy_memory(struct spec_writer *writer, uint64_t to, uint64_t from, uint64_t size);
void bytes_add(struct arena *arena, struct bytes *bytes, const void *data, size_t size);
