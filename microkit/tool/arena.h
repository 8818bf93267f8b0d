/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that is released all at once, and lists that live in it. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

/* Begins as { 0 }. */
struct arena {
    struct arena_block *blocks;
};

/* Zeroed memory, aligned for any type. Ends the program when the host has none left. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* `length` bytes of a text, and a 0. */
char *arena_copy(struct arena *arena, const char *text, size_t length);
char *arena_format(struct arena *arena, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
/* As printf; the text ends with 0. */
char *arena_vformat(struct arena *arena, const char *format, va_list arguments);
/* "a, b, c" of a list that ends with NULL; "" for no list at all. */
char *join_words(struct arena *arena, const char *const *words);
/* Releases everything; the arena may be used again. */
void arena_release(struct arena *arena);

/* A list of items of one type: `LIST(struct map) maps;` */
#define LIST(type)       \
    struct {             \
        type *items;     \
        size_t count;    \
        size_t capacity; \
    }

/* A pointer to a new, zeroed item at the end. Earlier pointers into the list become stale. */
#define list_add(arena, list)                                                                   \
    ((list)->items = arena_grow(                                                                \
             arena, (list)->items, &(list)->capacity, (list)->count, sizeof((list)->items[0])), \
            &(list)->items[(list)->count++])

/* An empty list may have no items at all, and no address may be computed from NULL. */
#define list_for_each(item, list)                                      \
    for (__auto_type item = (list)->count != 0 ? (list)->items : NULL; \
            item != NULL && item < (list)->items + (list)->count; item++)

/*
 * For list_add: the items, moved to a larger place if there is no room for one more; it is
 * zeroed.
 */
void *arena_grow(struct arena *arena, void *items, size_t *capacity, size_t count, size_t size);
