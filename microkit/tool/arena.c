/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)1 << 16)

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) char bytes[];
};

static struct arena_block *block_new(struct arena *arena, size_t bytes)
{
    size_t size = bytes > BLOCK_SIZE ? bytes : BLOCK_SIZE;
    struct arena_block *block = calloc(1, sizeof(*block) + size);

    if (block == NULL) {
        fprintf(stderr, "microkit: error: out of memory\n");
        exit(1);
    }
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    size_t rounded =
            (bytes + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
    struct arena_block *block = arena->blocks;

    if (block == NULL || block->size - block->used < rounded) {
        block = block_new(arena, rounded);
    }

    void *result = &block->bytes[block->used];

    block->used += rounded;
    return result;
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);

    if (length != 0) {
        memcpy(copy, text, length);
    }
    return copy;
}

char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;

    va_copy(again, arguments);

    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = arena_alloc(arena, (size_t)length + 1);

    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);

    char *text = arena_vformat(arena, format, arguments);

    va_end(arguments);
    return text;
}

char *join_words(struct arena *arena, const char *const *words)
{
    char *all = arena_format(arena, "%s", words != NULL && *words != NULL ? *words++ : "");

    for (; words != NULL && *words != NULL; words++) {
        all = arena_format(arena, "%s, %s", all, *words);
    }
    return all;
}

void *arena_grow(struct arena *arena, void *items, size_t *capacity, size_t count, size_t size)
{
    if (count == *capacity) {
        *capacity = *capacity == 0 ? 8 : *capacity * 2;

        void *larger = arena_alloc(arena, *capacity * size);

        if (count != 0) {
            memcpy(larger, items, count * size);
        }
        items = larger;
    }
    memset((char *)items + count * size, 0, size);
    return items;
}

void arena_release(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;

        arena->blocks = block->next;
        free(block);
    }
}
