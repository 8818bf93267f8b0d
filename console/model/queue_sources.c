/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/queue_sources.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool find_layout(const char *kind, struct queue_layout *layout)
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
    if (!find_layout(words[1], &queue.layout)) {
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

static bool take_line(struct model *model, char *line, const struct description *at)
{
    char *words[WORDS];
    char *rest = NULL;
    char *word = strtok_r(line, " \t\r\n", &rest);
    size_t count = 0;

    if (word == NULL || word[0] == '#') {
        return true;
    }
    if (strcmp(word, "queue") != 0) {
        return wrong(at, "description (they begin with 'queue')", word);
    }
    while ((word = strtok_r(NULL, " \t\r\n", &rest)) != NULL && word[0] != '#') {
        if (count == WORDS) {
            return wrong(at, "part of a description; the line has too many", word);
        }
        words[count++] = word;
    }
    if (count < WORDS) {
        return error_set(at->error, STATUS_FAILURE,
                "%s:%u: a queue has name, kind, producer, consumer, place and capacity", at->path,
                at->line);
    }
    return take_queue(model, words, at);
}

bool queue_sources_read(struct model *model, const char *path, struct error_report *error)
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
        good = take_line(model, line, &at);
    }
    fclose(file);
    return good;
}

/* --- where the monitor sees them --- */

static const struct archive_pd *find_monitor(const struct model *model)
{
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        if (model->pds[i].listed && (model->pds[i].flags & PROTOCOL_PD_MONITOR)) {
            return names_describe_pd(&model->names, i);
        }
    }
    return NULL;
}

static bool is_in_a_window(const struct model *model, uint64_t address, uint64_t size)
{
    for (unsigned i = 0; i < model->window_count; i++) {
        const struct protocol_window *window = &model->windows[i];

        if (address >= window->address && size <= window->size
                && address - window->address <= window->size - size) {
            return true;
        }
    }
    return false;
}

static void place(
        const struct model *model, const struct archive_pd *monitor, struct model_queue *queue)
{
    const struct queue_layout *layout = &queue->layout;

    queue->refused = true;
    for (size_t i = 0; monitor != NULL && i < monitor->mapping_count; i++) {
        const struct archive_mapping *mapping = &monitor->mappings[i];
        uint64_t base = mapping->vaddr + queue->region_offset;

        if (strcmp(mapping->what, queue->region) != 0 || queue->region_offset >= mapping->size) {
            continue;
        }
        queue->probe.tail_address = base + layout->tail_at;
        queue->probe.head_address = base + layout->head_at;
        queue->probe.index_bytes = layout->index_bytes;
        queue->probe.capacity = queue->capacity;
        queue->probe.flag_address = layout->has_flag ? base + layout->flag_at : 0;
        queue->probe.flag_bytes = layout->has_flag ? layout->flag_bytes : 0;
        queue->probe.flag_asleep = layout->flag_asleep;
        queue->refused = !is_in_a_window(model, base, 16);
        return;
    }
}

void queue_sources_place(struct model *model)
{
    const struct archive_pd *monitor = find_monitor(model);

    for (unsigned i = 0; i < model->queue_count; i++) {
        place(model, monitor, &model->queues[i]);
    }
}
