/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entropy driver PD for virtio-rng: passive, above all its clients. One buffer is with the device or full
 * of random words; each word is given out once and wiped. The buffer goes back to the device when it does
 * not suffice any more, so a client waits for the device at most once for a call.
 *
 * The protocol is in lions/entropy.h. Numbers in parentheses are sections of the Virtual I/O Device
 * specification, version 1.2.
 */
#include <os/sddf.h>

#include <lions/entropy.h>
#include <sddf/resources/device.h>
#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "lionsos/drivers/network/virtio/virtio_mmio.h"
#include "lionsos/drivers/network/virtio/virtqueue.h"

__attribute__((__section__(".device_resources"), used)) device_resources_t device_resources;

/* Regions in the order of config.json. */
#define REGION_REGISTERS 0
#define REGION_MEMORY    1

#define VIRTIO_ENTROPY_DEVICE 4 /* (5.4.1) */
#define REQUEST_QUEUE         0
#define QUEUE_SIZE            8 /* entries; QEMU's device has no more, and we use one */
#define POOL_WORDS            64

/* What driver and device share. */
struct entropy_memory {
    _Alignas(16) struct virtq_descriptor descriptors[QUEUE_SIZE];
    struct {
        uint16_t flags;
        uint16_t index;
        uint16_t ring[QUEUE_SIZE];
        uint16_t used_event;
    } available;
    struct {
        _Alignas(4) uint16_t flags;
        uint16_t index;
        struct virtq_used_element ring[QUEUE_SIZE];
        uint16_t available_event;
    } used;
    uint64_t pool[POOL_WORDS];
};

/* What happened so far; read by debuggers and monitors. */
struct entropy_driver_counters {
    uint64_t fills;
    uint64_t words; /* given out */
    uint64_t refused;
    uint64_t repetitions; /* fills thrown away, because a word came twice in a row */
    uint64_t unknown_channels;
} entropy_driver_counters;

static volatile struct virtio_mmio_registers *registers;
static struct entropy_memory *memory;
static uint64_t memory_io_address;
static unsigned available_words; /* the first so many of the pool */
static uint16_t next_used;
static bool with_device; /* the pool */
static bool works;
static uint64_t waiting; /* bit per channel */

/* ---- device ---- */

static void request_fill(void)
{
    with_device = true;
    available_words = 0;
    memory->descriptors[0] = (struct virtq_descriptor){
        .address = memory_io_address + offsetof(struct entropy_memory, pool),
        .length = sizeof(memory->pool),
        .flags = VIRTQ_WRITE,
    };
    memory->available.ring[memory->available.index % QUEUE_SIZE] = 0;
    SHARED_STORE_RELEASE(&memory->available.index, (uint16_t)(memory->available.index + 1));
    THREAD_MEMORY_FENCE(); /* the index before the notification */
    registers->queue_notify = REQUEST_QUEUE;
}

/* A source that is stuck says the same again; by chance that happens once in 2^64 words. */
static bool repeats(unsigned words)
{
    for (unsigned i = 1; i < words; i++) {
        if (memory->pool[i] == memory->pool[i - 1]) {
            return true;
        }
    }
    return false;
}

static void wake_clients(void)
{
    for (; waiting != 0; waiting &= waiting - 1) {
        sddf_notify((sddf_channel)__builtin_ctzl(waiting));
    }
}

/* The device may have written less than it could. */
static void take_fill(void)
{
    uint32_t words;

    if (!with_device || SHARED_LOAD_ACQUIRE(&memory->used.index) == next_used) {
        return;
    }
    words = SHARED_LOAD(&memory->used.ring[next_used++ % QUEUE_SIZE].length) / sizeof(uint64_t);
    with_device = false;
    entropy_driver_counters.fills++;
    available_words = MIN(words, POOL_WORDS);
    if (repeats(available_words)) {
        entropy_driver_counters.repetitions++;
        available_words = 0;
        works = false;
    }
    wake_clients();
}

static bool add_queue(void)
{
    const struct virtio_mmio_queue queue = { .size = QUEUE_SIZE,
        .descriptors = memory_io_address,
        .available = memory_io_address + offsetof(struct entropy_memory, available),
        .used = memory_io_address + offsetof(struct entropy_memory, used) };

    return virtio_mmio_add_queue(registers, REQUEST_QUEUE, &queue);
}

/* ---- entry points ---- */

void init(void)
{
    uint64_t features;

    assert(device_resources_check_magic(&device_resources));
    assert(device_resources.num_regions == 2 && device_resources.num_irqs == 1);
    assert(device_resources.regions[REGION_MEMORY].region.size >= sizeof(struct entropy_memory));
    registers = device_resources.regions[REGION_REGISTERS].region.vaddr;
    memory = device_resources.regions[REGION_MEMORY].region.vaddr;
    memory_io_address = device_resources.regions[REGION_MEMORY].io_addr;
    works = virtio_mmio_start(registers, VIRTIO_ENTROPY_DEVICE, 0, &features) == VIRTIO_STARTED
            && add_queue();
    /* Nothing of a previous life, if this is a restart: the device has forgotten it, too. */
    sddf_memset(memory, 0, sizeof(*memory));
    next_used = 0;
    available_words = 0;
    waiting = 0;
    if (!works) {
        sddf_dprintf("%s: there is no virtio-rng device here\n", sddf_get_pd_name());
        return;
    }
    virtio_mmio_run(registers);
    request_fill();
}

void notified(sddf_channel channel)
{
    if (channel != device_resources.irqs[0].id) {
        entropy_driver_counters.unknown_channels++;
        return;
    }
    virtio_mmio_take_interrupt(registers);
    take_fill();
    sddf_deferred_irq_ack(channel);
}

static microkit_msginfo reply(enum entropy_result result, unsigned words)
{
    entropy_driver_counters.refused += result == ENTROPY_BAD_REQUEST;
    return microkit_msginfo_new(result, words);
}

microkit_msginfo protected(sddf_channel channel, microkit_msginfo request)
{
    uint64_t count = sddf_get_mr(0);

    if (microkit_msginfo_get_label(request) != ENTROPY_TAKE || count == 0
            || count > ENTROPY_WORDS_MAX) {
        return reply(ENTROPY_BAD_REQUEST, 0);
    }
    if (!works) {
        return reply(ENTROPY_NO_SOURCE, 0);
    }
    if (available_words < count) {
        waiting |= BIT(channel);
        if (!with_device) {
            request_fill();
        }
        return reply(ENTROPY_NOT_YET, 0);
    }
    for (unsigned i = 0; i < count; i++) {
        available_words--;
        sddf_set_mr(i, memory->pool[available_words]);
        memory->pool[available_words] = 0;
    }
    entropy_driver_counters.words += count;
    return reply(ENTROPY_OK, (unsigned)count);
}
