/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/telemetry/queues.h"

#include "monitor/inspect/windows.h"

struct watched_queue {
    struct protocol_watch_queue_request place; /* capacity 0: the slot is free */
    bool looked_at;                            /* last_* are valid */
    uint64_t last_tail;
    uint64_t last_head;
    bool changed; /* anything but the number of looks, since the interval began */
    struct protocol_queue_sample kept;
};

static struct watched_queue queues[PROTOCOL_QUEUES_MAX];

/* ---- watching ---- */

void queues_init(void)
{
    __builtin_memset(queues, 0, sizeof(queues));
}

static bool width_valid(uint64_t bytes)
{
    return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

static bool readable(uint64_t address, uint64_t bytes, uint64_t *detail)
{
    *detail = address;
    return windows_readable(address, bytes) == bytes;
}

/* Numbers of the fields of watch_queue_request, for BAD_VALUE. */
enum {
    FIELD_SLOT,
    FIELD_TAIL,
    FIELD_HEAD,
    FIELD_INDEX_BYTES,
    FIELD_CAPACITY,
    FIELD_FLAG,
    FIELD_FLAG_BYTES
};

static int bad_value(uint64_t field, uint64_t *detail)
{
    *detail = field;
    return PROTOCOL_ERROR_BAD_VALUE;
}

static int check_place(const struct protocol_watch_queue_request *request, uint64_t *detail)
{
    if (!width_valid(request->index_bytes)) {
        return bad_value(FIELD_INDEX_BYTES, detail);
    }
    if (request->tail_address % request->index_bytes != 0) {
        return bad_value(FIELD_TAIL, detail);
    }
    if (request->head_address % request->index_bytes != 0) {
        return bad_value(FIELD_HEAD, detail);
    }
    if (!readable(request->tail_address, request->index_bytes, detail)
            || !readable(request->head_address, request->index_bytes, detail)) {
        return PROTOCOL_ERROR_UNREADABLE;
    }
    if (request->flag_address == 0) {
        return 0;
    }
    if (!width_valid(request->flag_bytes)) {
        return bad_value(FIELD_FLAG_BYTES, detail);
    }
    if (request->flag_address % request->flag_bytes != 0) {
        return bad_value(FIELD_FLAG, detail);
    }
    return readable(request->flag_address, request->flag_bytes, detail) ? 0
                                                                        : PROTOCOL_ERROR_UNREADABLE;
}

static bool same_place(
        const struct protocol_watch_queue_request *a, const struct protocol_watch_queue_request *b)
{
    return a->tail_address == b->tail_address && a->head_address == b->head_address
            && a->index_bytes == b->index_bytes && a->capacity == b->capacity
            && a->flag_address == b->flag_address && a->flag_bytes == b->flag_bytes
            && a->flag_asleep == b->flag_asleep;
}

int queues_watch(const struct protocol_watch_queue_request *request, uint64_t *detail)
{
    struct watched_queue *queue;
    int error;

    if (request->slot >= PROTOCOL_QUEUES_MAX) {
        return bad_value(FIELD_SLOT, detail);
    }
    queue = &queues[request->slot];
    if (request->capacity != 0) {
        error = check_place(request, detail);
        if (error != 0) {
            return error;
        }
        if (same_place(request, &queue->place)) {
            return 0; /* repeated */
        }
    }
    *queue = (struct watched_queue){ .place = *request };
    queue->kept.slot = request->slot;
    queue->kept.counters.present = (1U << QUEUE_COUNTERS) - 1;
    queue->kept.histogram.count = PROTOCOL_HISTOGRAM_BINS;
    return 0;
}

bool queues_any(void)
{
    return queues_next(0) < PROTOCOL_QUEUES_MAX;
}

unsigned queues_next(unsigned slot)
{
    while (slot < PROTOCOL_QUEUES_MAX && queues[slot].place.capacity == 0) {
        slot++;
    }
    return slot;
}

/* ---- looking ---- */

static uint64_t read_number(uint64_t address, unsigned bytes)
{
    const void *at = (const void *)(uintptr_t)address;

    switch (bytes) {
    case 1:
        return __atomic_load_n((const uint8_t *)at, __ATOMIC_ACQUIRE);
    case 2:
        return __atomic_load_n((const uint16_t *)at, __ATOMIC_ACQUIRE);
    case 4:
        return __atomic_load_n((const uint32_t *)at, __ATOMIC_ACQUIRE);
    default:
        return __atomic_load_n((const uint64_t *)at, __ATOMIC_ACQUIRE);
    }
}

static uint64_t width_mask(unsigned bytes)
{
    return bytes == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * bytes) - 1;
}

/* 0 empty; 1 + i from i eighths to below i + 1 eighths; 9 full. */
static unsigned histogram_bin(uint64_t entries, uint64_t capacity)
{
    if (entries == 0) {
        return 0;
    }
    if (entries == capacity) {
        return PROTOCOL_HISTOGRAM_BINS - 1;
    }
    /* Where eight times as many are no 64-bit number, a few entries more or less do not matter. */
    return 1
            + (unsigned)(capacity <= UINT64_MAX / 8 ? entries * 8 / capacity
                                                    : entries / (capacity / 8 + 1));
}

static void note_entries(struct watched_queue *queue, uint64_t entries)
{
    uint64_t *counters = queue->kept.counters.at;

    if (counters[QUEUE_SAMPLES] == 0 || entries < counters[QUEUE_MINIMUM]) {
        counters[QUEUE_MINIMUM] = entries;
    }
    if (entries > counters[QUEUE_MAXIMUM]) {
        counters[QUEUE_MAXIMUM] = entries;
    }
    counters[QUEUE_SAMPLES]++;
    counters[QUEUE_SUM] += entries;
    counters[QUEUE_LAST] = entries;
    counters[QUEUE_FULL] += entries == queue->place.capacity;
    queue->changed |= entries == queue->place.capacity;
    queue->kept.histogram.at[histogram_bin(entries, queue->place.capacity)].samples++;
}

static void note_movement(struct watched_queue *queue, uint64_t tail, uint64_t head)
{
    uint64_t mask = width_mask(queue->place.index_bytes);
    uint64_t *counters = queue->kept.counters.at;

    if (queue->looked_at) {
        counters[QUEUE_ENQUEUED] += (tail - queue->last_tail) & mask;
        counters[QUEUE_DEQUEUED] += (head - queue->last_head) & mask;
        queue->changed |= tail != queue->last_tail || head != queue->last_head;
    } else {
        queue->changed = true;
    }
}

static void note_flag(struct watched_queue *queue, uint64_t entries, uint64_t head)
{
    uint64_t *counters = queue->kept.counters.at;
    uint64_t flag;
    bool asleep;

    if (queue->place.flag_address == 0) {
        return;
    }
    flag = read_number(queue->place.flag_address, queue->place.flag_bytes);
    queue->changed |= flag != counters[QUEUE_FLAG];
    counters[QUEUE_FLAG] = flag;
    asleep = entries != 0 && counters[QUEUE_FLAG] == queue->place.flag_asleep;
    counters[QUEUE_ASLEEP] += asleep;
    queue->changed |= asleep;
    if (asleep && queue->looked_at && head == queue->last_head) {
        counters[QUEUE_STUCK]++;
    } else {
        counters[QUEUE_STUCK] = 0;
    }
}

/*
 * Both indices as they were at one moment: the head is the same before and after the tail was read. A
 * look that the queue's users interrupt each time is taken as it is.
 */
#define INDEX_READS 3

static uint64_t read_indices(const struct watched_queue *queue, uint64_t *tail)
{
    uint64_t head = read_number(queue->place.head_address, queue->place.index_bytes);

    for (unsigned i = 0; i < INDEX_READS; i++) {
        uint64_t before = head;

        *tail = read_number(queue->place.tail_address, queue->place.index_bytes);
        head = read_number(queue->place.head_address, queue->place.index_bytes);
        if (head == before) {
            break;
        }
    }
    return head;
}

static void look(struct watched_queue *queue)
{
    uint64_t tail;
    uint64_t head = read_indices(queue, &tail);
    uint64_t entries = (tail - head) & width_mask(queue->place.index_bytes);

    if (entries > queue->place.capacity) {
        queue->kept.counters.at[QUEUE_CORRUPT]++;
        queue->changed = true;
        return;
    }
    note_entries(queue, entries);
    note_movement(queue, tail, head);
    note_flag(queue, entries, head);
    queue->last_tail = tail;
    queue->last_head = head;
    queue->looked_at = true;
}

void queues_look(void)
{
    for (unsigned slot = queues_next(0); slot < PROTOCOL_QUEUES_MAX; slot = queues_next(slot + 1)) {
        look(&queues[slot]);
    }
}

bool queues_changed(unsigned slot)
{
    return queues[slot].changed;
}

void queues_sample(unsigned slot, struct protocol_queue_sample *sample)
{
    *sample = queues[slot].kept;
    if (queues[slot].place.flag_address == 0) {
        sample->counters.present &= ~(1U << QUEUE_FLAG | 1U << QUEUE_ASLEEP | 1U << QUEUE_STUCK);
    }
}

void queues_end_interval(unsigned slot)
{
    struct protocol_queue_sample *kept = &queues[slot].kept;

    queues[slot].changed = false;
    kept->counters.at[QUEUE_SAMPLES] = 0;
    kept->counters.at[QUEUE_MINIMUM] = 0;
    kept->counters.at[QUEUE_MAXIMUM] = 0;
    kept->counters.at[QUEUE_SUM] = 0;
    kept->counters.at[QUEUE_ASLEEP] = 0;
    for (unsigned bin = 0; bin < PROTOCOL_HISTOGRAM_BINS; bin++) {
        kept->histogram.at[bin].samples = 0;
    }
}
