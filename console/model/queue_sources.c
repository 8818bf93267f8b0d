/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/queue_sources.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/memory_map.h"
#include "console/model/queue_discovery.h"

#define LINE_MAX_BYTES 512
#define WORDS          6

/* Layouts of the queues that the system's own libraries use. */
static const struct {
    const char *kind;
    struct queue_layout layout;
} known_layouts[] = {
    /* tail, head, then a flag of the producer, which says nothing of the consumer */
    { "serial", { .tail_at = 0, .head_at = 4, .index_bytes = 4 } },
    /* tail, head, consumer_signalled: 0 asks for a signal */
    { "net",
            { .tail_at = 0,
                    .head_at = 2,
                    .index_bytes = 2,
                    .has_flag = true,
                    .flag_at = 4,
                    .flag_bytes = 4,
                    .flag_asleep = 0 } },
    { "block_request", { .tail_at = 4, .head_at = 0, .index_bytes = 4 } },
    { "block_response", { .tail_at = 4, .head_at = 0, .index_bytes = 4 } },
};

static uint8_t type_bytes(const char *name, size_t length)
{
    static const struct {
        const char *name;
        uint8_t bytes;
    } types[] = { { "u8", 1 }, { "u16", 2 }, { "u32", 4 }, { "u64", 8 } };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strlen(types[i].name) == length && strncmp(types[i].name, name, length) == 0) {
            return types[i].bytes;
        }
    }
    return 0;
}

bool queue_layout_find(const char *kind, struct queue_layout *layout)
{
    const char *comma = strchr(kind, ',');

    for (size_t i = 0; i < sizeof(known_layouts) / sizeof(known_layouts[0]); i++) {
        if (strcmp(known_layouts[i].kind, kind) == 0) {
            *layout = known_layouts[i].layout;
            return true;
        }
    }
    if (comma == NULL) {
        return false;
    }
    *layout = (struct queue_layout){ .index_bytes = type_bytes(kind, (size_t)(comma - kind)) };
    layout->head_at = layout->index_bytes;
    return layout->index_bytes != 0
            && type_bytes(comma + 1, strlen(comma + 1)) == layout->index_bytes;
}

/* A place in a file, for messages. */
struct description {
    const char *path;
    unsigned line;
    struct error_report *error;
};

static bool wrong(const struct description *at, const char *what, const char *text)
{
    return error_set(
            at->error, STATUS_FAILURE, "%s:%u: '%s' is no %s", at->path, at->line, text, what);
}

static bool take_number(const char *text, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 0);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

static bool take_pd(
        const struct model *model, const char *text, int *pd, const struct description *at)
{
    *pd = strcmp(text, "-") == 0 ? -1 : names_find_pd(&model->names, text);
    return strcmp(text, "-") == 0 || *pd >= 0 || wrong(at, "protection domain of the system", text);
}

static bool take_place(char *text, struct model_queue *queue, const struct description *at)
{
    char *plus = strchr(text, '+');

    if (plus != NULL) {
        *plus = '\0';
        if (!take_number(plus + 1, &queue->region_offset)) {
            return wrong(at, "offset", plus + 1);
        }
    }
    if (text[0] == '\0' || strlen(text) >= sizeof(queue->region)) {
        return wrong(at, "memory region", text);
    }
    strcpy(queue->region, text);
    return true;
}

/* words: name, kind, producer, consumer, place, capacity */
static bool take_queue(struct model *model, char *words[WORDS], const struct description *at)
{
    struct model_queue queue = { 0 };

    snprintf(queue.name, sizeof(queue.name), "%s", words[0]);
    snprintf(queue.kind, sizeof(queue.kind), "%s", words[1]);
    if (!queue_layout_find(words[1], &queue.layout)) {
        return wrong(at, "kind of queue (serial, net, block_request, block_response, TYPE,TYPE)",
                words[1]);
    }
    if (!take_pd(model, words[2], &queue.producer, at)
            || !take_pd(model, words[3], &queue.consumer, at)
            || !take_place(words[4], &queue, at)) {
        return false;
    }
    if (!take_number(words[5], &queue.capacity) || queue.capacity == 0) {
        return wrong(at, "capacity", words[5]);
    }
    return model_add_queue(model, &queue)
            || error_set(at->error, STATUS_FAILURE, "%s:%u: more than %d queues", at->path,
                    at->line, PROTOCOL_QUEUES_MAX);
}

/* Cuts the rest of a line into words; -1: more than `size`. */
static int cut(char **rest, char **words, int size)
{
    int count = 0;
    char *word;

    while ((word = strtok_r(NULL, " \t\r\n", rest)) != NULL && word[0] != '#') {
        if (count == size) {
            return -1;
        }
        words[count++] = word;
    }
    return count;
}

/* "tail=in": the value of one setting of a type. */
static bool take_setting(
        struct user_queue_type *type, const char *word, const struct description *at)
{
    const char *value = strchr(word, '=');
    const char *colon = value != NULL ? strchr(value, ':') : NULL;

    if (value == NULL || strlen(value + 1) >= sizeof(type->tail)) {
        return wrong(at, "setting of a type (tail=, head=, capacity=, flag=MEMBER:ASLEEP)", word);
    }
    value++;
    if (strncmp(word, "tail=", 5) == 0) {
        strcpy(type->tail, value);
    } else if (strncmp(word, "head=", 5) == 0) {
        strcpy(type->head, value);
    } else if (strncmp(word, "capacity=", 9) == 0) {
        return take_number(value, &type->capacity) || wrong(at, "capacity", value);
    } else if (strncmp(word, "flag=", 5) == 0 && colon != NULL) {
        snprintf(type->flag, sizeof(type->flag), "%.*s", (int)(colon - value), value);
        return take_number(colon + 1, &type->flag_asleep) || wrong(at, "value of a flag", colon);
    } else {
        return wrong(at, "setting of a type (tail=, head=, capacity=, flag=MEMBER:ASLEEP)", word);
    }
    return true;
}

static bool take_type(struct model *model, struct programs *programs, char **words, int count,
        const struct description *at)
{
    struct user_queue_type type = { .capacity = 0 };

    if (count < 1 || strlen(words[0]) >= sizeof(type.type)) {
        return wrong(at, "name of a type", count < 1 ? "" : words[0]);
    }
    strcpy(type.type, words[0]);
    for (int i = 1; i < count; i++) {
        if (!take_setting(&type, words[i], at)) {
            return false;
        }
    }
    if (type.tail[0] == '\0' || type.head[0] == '\0' || type.capacity == 0) {
        return wrong(at, "complete type: it needs tail=, head= and capacity=", words[0]);
    }
    return queue_discovery_user_type(model, programs, &type) > 0
            || wrong(at, "type of a variable in any program of the archive", words[0]);
}

static bool take_line(
        struct model *model, struct programs *programs, char *line, const struct description *at)
{
    char *words[WORDS];
    char *rest = NULL;
    char *word = strtok_r(line, " \t\r\n", &rest);
    int count;

    if (word == NULL || word[0] == '#') {
        return true;
    }
    count = cut(&rest, words, WORDS);
    if (count < 0) {
        return error_set(at->error, STATUS_FAILURE, "%s:%u: too many words", at->path, at->line);
    }
    if (strcmp(word, "type") == 0) {
        return take_type(model, programs, words, count, at);
    }
    if (strcmp(word, "queue") != 0) {
        return wrong(at, "description (they begin with 'queue' or 'type')", word);
    }
    if (count < WORDS) {
        return error_set(at->error, STATUS_FAILURE,
                "%s:%u: a queue has name, kind, producer, consumer, place and capacity", at->path,
                at->line);
    }
    return take_queue(model, words, at);
}

bool queue_sources_read(struct model *model, struct programs *programs, const char *path,
        struct error_report *error)
{
    struct description at = { .path = path, .error = error };
    char line[LINE_MAX_BYTES];
    bool good = true;
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        return error_set(error, STATUS_FAILURE, "%s: %s", path, strerror(errno));
    }
    while (good && fgets(line, sizeof(line), file) != NULL) {
        at.line++;
        good = take_line(model, programs, line, &at);
    }
    fclose(file);
    return good;
}

/* --- where the monitor sees them --- */

static void place(const struct model *model, struct model_queue *queue)
{
    const struct queue_layout *layout = &queue->layout;
    uint64_t base = 0, length = 0;

    queue->refused = !memory_find_region(model, queue->region, queue->region_offset, &base, &length)
            || length < layout->head_at + layout->index_bytes;
    if (queue->refused) {
        return;
    }
    queue->probe.tail_address = base + layout->tail_at;
    queue->probe.head_address = base + layout->head_at;
    queue->probe.index_bytes = layout->index_bytes;
    queue->probe.capacity = queue->capacity;
    queue->probe.flag_address = layout->has_flag ? base + layout->flag_at : 0;
    queue->probe.flag_bytes = layout->has_flag ? layout->flag_bytes : 0;
    queue->probe.flag_asleep = layout->flag_asleep;
}

void queue_sources_place(struct model *model)
{
    for (unsigned i = 0; i < model->queue_count; i++) {
        place(model, &model->queues[i]);
    }
}
