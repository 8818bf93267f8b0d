/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/spec_writer.h"

#include <assert.h>
#include <string.h>

void bytes_add(struct arena *arena, struct bytes *bytes, const void *data, size_t size)
{
    size_t needed = bytes->list.count + size;

    if (needed > bytes->list.capacity) {
        size_t capacity = needed > 2 * bytes->list.capacity ? needed : 2 * bytes->list.capacity;
        char *larger = arena_alloc(arena, capacity);

        if (bytes->list.count != 0) {
            memcpy(larger, bytes->list.items, bytes->list.count);
        }
        bytes->list.items = larger;
        bytes->list.capacity = capacity;
    }
    if (size != 0) {
        memcpy(bytes->list.items + bytes->list.count, data, size);
    }
    bytes->list.count = needed;
}

static void add_operation(struct spec_writer *writer, const struct spec_operation *operation,
        const uint64_t *caps, const uint64_t *words)
{
    bytes_add(writer->arena, &writer->operations, operation, sizeof(*operation));
    bytes_add(writer->arena, &writer->operations, caps, operation->cap_count * sizeof(*caps));
    bytes_add(writer->arena, &writer->operations, words, operation->word_count * sizeof(*words));
    writer->count++;
}

void spec_invoke(struct spec_writer *writer, const struct invocation *invocation)
{
    struct spec_operation operation = {
        .kind = SPEC_INVOKE,
        .label = (uint32_t)invocation->label,
        .repeat = invocation->repeat == 0 ? 1 : (uint32_t)invocation->repeat,
        .flags = (uint8_t)invocation->flags,
        .cap_count = (uint8_t)invocation->cap_count,
        .word_count = (uint8_t)invocation->word_count,
        .step_words = (uint8_t)invocation->step_words,
        .step = (uint32_t)invocation->step,
        .service = invocation->service,
    };

    assert(invocation->cap_count <= SPEC_MAX_CAPS && invocation->word_count <= SPEC_MAX_WORDS);
    add_operation(writer, &operation, invocation->caps, invocation->words);
}

void spec_copy_memory(struct spec_writer *writer, uint64_t to, uint64_t from, uint64_t size)
{
    const uint64_t words[] = { to, from, size };
    struct spec_operation operation = { .kind = SPEC_COPY_MEMORY, .repeat = 1, .word_count = 3 };

    add_operation(writer, &operation, NULL, words);
}
