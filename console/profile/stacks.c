/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/stacks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/symbols_code.h"

#define INLINES_MAX 12
#define BUCKETS     4096

/* What an address stands for; the same address is asked for again and again. */
struct place {
    struct place *next;
    unsigned pd;
    uint64_t address;
    uint64_t base; /* of the module that it is in */
    const char *module;
    struct symbols *symbols;
    struct caller_rule rule;
    uint64_t start, length; /* of the function; 0: not known */
    char symbol[96];
    unsigned count;
    uint32_t functions[INLINES_MAX]; /* innermost first */
};

struct stacks {
    struct programs *programs;
    struct profile *profile;
    stacks_module module;
    void *context;
    struct place *places[BUCKETS];
};

struct stacks *stacks_new(
        struct programs *programs, struct profile *profile, stacks_module module, void *context)
{
    struct stacks *stacks = calloc(1, sizeof(*stacks));

    if (stacks != NULL) {
        stacks->programs = programs;
        stacks->profile = profile;
        stacks->module = module;
        stacks->context = context;
    }
    return stacks;
}

void stacks_free(struct stacks *stacks)
{
    for (unsigned i = 0; stacks != NULL && i < BUCKETS; i++) {
        while (stacks->places[i] != NULL) {
            struct place *next = stacks->places[i]->next;

            free(stacks->places[i]);
            stacks->places[i] = next;
        }
    }
    free(stacks);
}

/* ---- places ---- */

static uint32_t named(struct stacks *stacks, const char *name, const char *module, const char *file)
{
    char full[240];

    if (module == NULL) {
        return profile_function(stacks->profile, name, file, 0);
    }
    snprintf(full, sizeof(full), "%.96s @%.96s", name, module);
    return profile_function(stacks->profile, full, file, 0);
}

static void name_functions(struct stacks *stacks, struct place *place, const char *module)
{
    struct code_frame frames[INLINES_MAX];
    struct code_location first;
    size_t count = 0;
    char unknown[24];

    if (place->symbols != NULL) {
        count = symbols_frames(place->symbols, place->address - place->base, frames, INLINES_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        const char *file = frames[i].file;

        /* A function has one file, whatever is inlined where it was hit. */
        if (i + 1 == count && place->length != 0
                && symbols_locate(place->symbols, place->start, &first)) {
            file = first.file;
        }
        place->functions[place->count++] = named(stacks, frames[i].function, module, file);
    }
    if (count == 0) {
        snprintf(unknown, sizeof(unknown), "0x%llx", (unsigned long long)place->address);
        place->functions[place->count++] =
                named(stacks, place->symbol[0] != '\0' ? place->symbol : unknown, module, "");
    }
}

static struct place *place_new(struct stacks *stacks, const struct place *key, const char *module)
{
    struct place *place = calloc(1, sizeof(*place));

    if (place == NULL) {
        return NULL;
    }
    *place = *key;
    if (place->symbols != NULL) {
        place->rule = symbols_caller(place->symbols, place->address - place->base);
        symbols_function(place->symbols, place->address - place->base, place->symbol,
                sizeof(place->symbol), &place->start, &place->length);
    }
    name_functions(stacks, place, module);
    return place;
}

/* Of an instruction, at this time: modules come and go. */
static const struct place *place_of(
        struct stacks *stacks, unsigned pd, uint64_t time, uint64_t address)
{
    struct place **link = &stacks->places[(address / 4 * 31 + pd) % BUCKETS];
    struct place key = { .pd = pd, .address = address };
    const char *module = NULL;
    struct place *place;

    if (stacks->module != NULL) {
        key.symbols = stacks->module(stacks->context, pd, time, address, &key.base, &module);
    }
    if (module == NULL) {
        key.symbols = programs_booted(stacks->programs, pd);
    }
    for (place = *link; place != NULL; place = place->next) {
        if (place->pd == pd && place->address == address && place->symbols == key.symbols
                && place->module == module) {
            return place;
        }
    }
    key.module = module;
    place = place_new(stacks, &key, module);
    if (place != NULL) {
        place->next = *link;
        *link = place;
    }
    return place;
}

/* ---- instructions ---- */

static bool instruction_at(const struct place *place, uint64_t address, uint32_t *word)
{
    const unsigned char *bytes =
            place->symbols != NULL ? symbols_bytes(place->symbols, address, sizeof(*word)) : NULL;

    if (bytes != NULL) {
        memcpy(word, bytes, sizeof(*word));
    }
    return bytes != NULL;
}

static bool is_direct_call(uint32_t word)
{
    return (word & 0xfc000000) == 0x94000000; /* BL */
}

static bool is_call(uint32_t word)
{
    return is_direct_call(word) || (word & 0xfffffc1f) == 0xd63f0000; /* BLR */
}

/* Between the function's first instruction and this one nothing was called: LR is as it was. */
static bool link_register_is_old(const struct place *place)
{
    uint64_t address = place->address - place->base;
    uint32_t word;

    if (place->length == 0) {
        return false;
    }
    for (uint64_t at = place->start; at < address; at += 4) {
        if (!instruction_at(place, at, &word) || is_call(word)) {
            return false;
        }
    }
    return true;
}

/* ---- stacks ---- */

static void push(struct profile_sample *sample, uint32_t function)
{
    if (sample->depth < PROFILE_FRAMES_MAX) {
        sample->frames[sample->depth++] = function;
    }
}

static void push_place(struct profile_sample *sample, const struct place *place)
{
    for (unsigned i = 0; i < place->count; i++) {
        push(sample, place->functions[i]);
    }
}

static void push_mark(struct stacks *stacks, struct profile_sample *sample, const char *mark)
{
    push(sample, profile_function(stacks->profile, mark, "", 0));
}

/* The call went to another function, which must have jumped on to the one that is inside of it. */
static void push_tail_call(struct stacks *stacks, struct profile_sample *sample,
        const struct place *caller, const struct place *inner, uint32_t word)
{
    int64_t distance = (int32_t)(word << 6) >> 4;
    uint64_t target = caller->address - caller->base + (uint64_t)distance;
    char name[96], marked[120];
    uint64_t start, length;

    if (!is_direct_call(word) || inner->length == 0 || inner->base != caller->base
            || !symbols_function(caller->symbols, target, name, sizeof(name), &start, &length)
            || start != target || start == inner->start
            || strncmp(inner->symbol, name, strlen(name)) == 0 /* its .cold part */) {
        return;
    }
    snprintf(marked, sizeof(marked), "%s [tail call]", name);
    push(sample, profile_function(stacks->profile, marked, "", 0));
}

/* False: this is no return address, and what follows is no stack. */
static bool push_caller(struct stacks *stacks, struct profile_sample *sample, unsigned pd,
        uint64_t address, const struct place **inner)
{
    const struct place *place = place_of(stacks, pd, sample->time, address - 4);
    uint32_t word;

    if (place == NULL || address < 4
            || (place->symbols != NULL
                    && (!instruction_at(place, address - 4 - place->base, &word)
                            || !is_call(word)))) {
        return false;
    }
    if (place->symbols != NULL && *inner != NULL) {
        push_tail_call(stacks, sample, place, *inner, word);
    }
    push_place(sample, place);
    *inner = place;
    return true;
}

enum next_caller {
    NEXT_LINKED, /* in the link register, and then the records */
    NEXT_RECORD,
    NEXT_GAP,
    NEXT_NONE,
};

/* The link register holds where this function itself goes on after a call, which it made with nothing saved. */
static bool link_register_is_of(struct stacks *stacks, const struct place *place, unsigned pd,
        const struct protocol_profile_sample *from)
{
    const struct place *call;

    if (place->length == 0 || from->lr - 4 - place->base - place->start >= place->length) {
        return false;
    }
    call = place_of(stacks, pd, from->time, from->lr - 4);
    return call != NULL && call->rule.place == CALLER_IN_LR;
}

static enum next_caller next_of_innermost(struct stacks *stacks, const struct place *place,
        unsigned pd, const struct protocol_profile_sample *from)
{
    switch (place->rule.place) {
    case CALLER_IN_LR:
        /* A function that never returns calls others without saving it. */
        return link_register_is_of(stacks, place, pd, from) ? NEXT_GAP : NEXT_LINKED;
    case CALLER_IN_RECORD:
        /* Or it is saved, but x29 does not point to it yet. */
        if (!place->rule.record_known || (int64_t)from->record == place->rule.record_offset) {
            return NEXT_RECORD;
        }
        return link_register_is_old(place) ? NEXT_LINKED : NEXT_GAP;
    case CALLER_ON_STACK:
        return link_register_is_old(place) ? NEXT_LINKED : NEXT_GAP;
    case CALLER_NONE:
        return NEXT_NONE;
    case CALLER_UNKNOWN:
        break;
    }
    return NEXT_GAP;
}

static bool is_system_call(uint32_t word)
{
    return (word & 0xffe0001f) == 0xd4000001; /* SVC */
}

/* In the kernel for a system call it goes on behind that, which may already be another function's code. */
static const struct place *innermost_place(struct stacks *stacks, unsigned pd, uint64_t time,
        const struct protocol_profile_sample *from)
{
    const struct place *place = place_of(stacks, pd, time, from->pc);
    uint32_t word;

    if (place != NULL && (from->flags & PROTOCOL_SAMPLE_KERNEL) && from->pc >= place->base + 4
            && instruction_at(place, from->pc - 4 - place->base, &word) && is_system_call(word)) {
        return place_of(stacks, pd, time, from->pc - 4);
    }
    return place;
}

void stacks_take(struct stacks *stacks, unsigned pd, const struct protocol_profile_sample *from,
        struct profile_sample *sample)
{
    const struct place *inner = innermost_place(stacks, pd, sample->time, from);
    enum next_caller next;

    if (inner == NULL) {
        return;
    }
    push_place(sample, inner);
    next = next_of_innermost(stacks, inner, pd, from);
    if (next == NEXT_NONE) {
        return;
    }
    if (next == NEXT_LINKED && !push_caller(stacks, sample, pd, from->lr, &inner)) {
        next = NEXT_GAP;
    }
    if (next == NEXT_GAP && (from->frames.count != 0 || inner->rule.place != CALLER_UNKNOWN)) {
        push_mark(stacks, sample, STACKS_GAP);
        inner = NULL;
    }
    for (unsigned i = 0; i < from->frames.count; i++) {
        /* Of a function that saved no record, the caller is not in the next one. */
        if (inner != NULL && next != NEXT_RECORD && inner->rule.place == CALLER_ON_STACK) {
            push_mark(stacks, sample, STACKS_GAP);
            inner = NULL;
        }
        if (!push_caller(stacks, sample, pd, from->frames.at[i].address, &inner)) {
            push_mark(stacks, sample, STACKS_CUT);
            return;
        }
        next = NEXT_LINKED;
    }
    if (from->flags & (PROTOCOL_SAMPLE_CUT | PROTOCOL_SAMPLE_NO_STACK)) {
        push_mark(stacks, sample, STACKS_CUT);
    }
}
