/* SPDX-License-Identifier: BSD-2-Clause */
/* The entropy driver between its clients and a virtio-rng device that this test plays. */
#include <os/sddf.h>
#include <stdlib.h>
#include <string.h>

#include <lions/entropy.h>
#include <sddf/resources/device.h>

#include "lionsos/drivers/network/virtio/virtio_mmio.h"
#include "lionsos/drivers/network/virtio/virtqueue.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define IRQ        7
#define CLIENT     3
#define MEMORY     0x1000
#define MEMORY_IO  0x60000000u
#define POOL_WORDS 64

extern device_resources_t device_resources;

static struct virtio_mmio_registers *registers;
static uint16_t seen; /* entries of the available ring that the device has used up */
static uint64_t next_random;

static void set_up_device(uint32_t device_id)
{
    free(registers);
    free(device_resources.regions[1].region.vaddr);
    registers = calloc(1, sizeof(*registers));
    registers->magic = VIRTIO_MMIO_MAGIC;
    registers->version = VIRTIO_MMIO_VERSION;
    registers->device_id = device_id;
    registers->device_features = UINT32_MAX;
    registers->queue_size_max = 8;
    device_resources = (device_resources_t){ .magic = DEVICE_RESOURCES_MAGIC,
        .num_regions = 2,
        .num_irqs = 1,
        .regions = { { .region = { registers, sizeof(*registers) } },
                { .region = { calloc(1, MEMORY), MEMORY }, .io_addr = MEMORY_IO } },
        .irqs = { { .id = IRQ } } };
    seen = 0;
    fake_os_reset();
    init();
}

/* What the device sees at an address of its own. */
static void *seen_by_device(uint64_t address)
{
    assert_true(address >= MEMORY_IO && address < MEMORY_IO + MEMORY);
    return (char *)device_resources.regions[1].region.vaddr + (address - MEMORY_IO);
}

/* index and ring of available or used: their first four bytes are alike. */
struct ring_head {
    uint16_t flags;
    uint16_t index;
};

/* The device answers the request that waits, with `bytes` of it, and interrupts. False: none waits. */
static bool fill(uint32_t bytes, bool stuck)
{
    struct ring_head *available = seen_by_device(registers->queue_available_low);
    struct ring_head *used = seen_by_device(registers->queue_used_low);
    struct virtq_descriptor *descriptor = seen_by_device(registers->queue_descriptors_low);
    struct virtq_used_element *element = (struct virtq_used_element *)(used + 1);
    uint64_t *words;

    if (available->index == seen) {
        return false;
    }
    seen++;
    assert_int_equal(descriptor->flags, VIRTQ_WRITE);
    assert_true(descriptor->length >= POOL_WORDS * 8);
    words = seen_by_device(descriptor->address);
    for (uint32_t i = 0; i < bytes / 8 && i < descriptor->length / 8; i++) {
        words[i] = stuck ? 5 : ++next_random;
    }
    element[used->index % 8] = (struct virtq_used_element){ .id = 0, .length = bytes };
    used->index++;
    notified(IRQ);
    return true;
}

static enum entropy_result take(unsigned count, uint64_t *words)
{
    return entropy_take(CLIENT, words, count);
}

static void each_word_is_given_once(void **state)
{
    static bool given[16 * POOL_WORDS];
    uint64_t words[ENTROPY_WORDS_MAX];

    (void)state;
    set_up_device(4);
    next_random = 0;
    assert_true(fill(POOL_WORDS * 8, false));
    for (unsigned round = 0; round < 100; round++) {
        unsigned count = 1 + round % ENTROPY_WORDS_MAX;

        if (take(count, words) == ENTROPY_NOT_YET) {
            assert_true(fill(POOL_WORDS * 8, false));
            assert_int_equal(take(count, words), ENTROPY_OK);
        }
        for (unsigned i = 0; i < count; i++) {
            assert_true(words[i] > 0 && words[i] < 16 * POOL_WORDS && !given[words[i]]);
            given[words[i]] = true;
        }
    }
    assert_true(next_random > POOL_WORDS); /* it asked for more */
}

static void who_waits_is_notified(void **state)
{
    uint64_t word = 77;

    (void)state;
    set_up_device(4);
    assert_int_equal(take(1, &word), ENTROPY_NOT_YET);
    assert_int_equal(word, 77);
    assert_int_equal(fake_os.notified[CLIENT], 0);
    assert_true(fill(POOL_WORDS * 8, false));
    assert_int_equal(fake_os.notified[CLIENT], 1);
    assert_int_equal(fake_os.acknowledged[IRQ], 1);
    assert_int_equal(take(1, &word), ENTROPY_OK);
    notified(IRQ); /* nothing new: nobody is notified */
    assert_int_equal(fake_os.notified[CLIENT], 1);
}

/* The device may write less than it could; what it says beyond the buffer is not believed. */
static void short_and_long_fills(void **state)
{
    uint64_t words[ENTROPY_WORDS_MAX];

    (void)state;
    set_up_device(4);
    assert_true(fill(20, false)); /* two words and a half */
    assert_int_equal(take(3, words), ENTROPY_NOT_YET);
    assert_true(fill(UINT32_MAX, false));
    for (unsigned i = 0; i < POOL_WORDS; i++) {
        assert_int_equal(take(1, words), ENTROPY_OK);
    }
    assert_int_equal(take(1, words), ENTROPY_NOT_YET);
}

static void a_source_that_repeats_itself_is_none(void **state)
{
    uint64_t word;

    (void)state;
    set_up_device(4);
    assert_int_equal(take(1, &word), ENTROPY_NOT_YET);
    assert_true(fill(POOL_WORDS * 8, true));
    assert_int_equal(fake_os.notified[CLIENT], 1); /* to hear that there is none */
    assert_int_equal(take(1, &word), ENTROPY_NO_SOURCE);
    assert_false(fill(POOL_WORDS * 8, false)); /* it is not asked again */
}

static void without_a_device_there_is_no_source(void **state)
{
    uint64_t word;

    (void)state;
    set_up_device(0);
    assert_int_equal(take(1, &word), ENTROPY_NO_SOURCE);
    assert_true(fake_os.console_bytes > 0);
}

static void bad_requests_are_refused(void **state)
{
    uint64_t words[ENTROPY_WORDS_MAX];

    (void)state;
    set_up_device(4);
    fill(POOL_WORDS * 8, false);
    assert_int_equal(take(0, words), ENTROPY_BAD_REQUEST);
    assert_int_equal(take(ENTROPY_WORDS_MAX + 1, words), ENTROPY_BAD_REQUEST);
    assert_int_equal(microkit_msginfo_get_label(protected(CLIENT, microkit_msginfo_new(9, 1))),
            ENTROPY_BAD_REQUEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_is_given_once),
        cmocka_unit_test(who_waits_is_notified),
        cmocka_unit_test(short_and_long_fills),
        cmocka_unit_test(bad_requests_are_refused),
        cmocka_unit_test(a_source_that_repeats_itself_is_none),
        cmocka_unit_test(without_a_device_there_is_no_source),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    free(registers);
    free(device_resources.regions[1].region.vaddr);
    return failed;
}
