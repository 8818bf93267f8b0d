/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/reload/record.h"

#include <stddef.h>

#include "monitor/protocol/crc32c.h"

#define MARK 0x52454c44u /* "DLER": no word of zeros is a record */

union record {
    struct {
        uint8_t step, running, previous, next;
        uint32_t check;
    };
    struct {
        uint32_t content;
        uint32_t check_of_content;
    };
    uint64_t word;
};

bool record_is_valid(const struct reload_module *module)
{
    union record record = { .word = module->record };

    return record.check_of_content == (~record.content ^ MARK) && record.step < STEPS
            && record.running < RELOAD_IMAGES && record.previous <= RELOAD_NO_IMAGE
            && record.next < RELOAD_IMAGES;
}

void record_set(struct reload_module *module, enum reload_step step, uint8_t running,
        uint8_t previous, uint8_t next)
{
    union record record = {
        .step = (uint8_t)step, .running = running, .previous = previous, .next = next
    };

    record.check_of_content = ~record.content ^ MARK;
    __atomic_store_n(&module->record, record.word, __ATOMIC_RELEASE);
    __atomic_signal_fence(__ATOMIC_SEQ_CST); /* what it announces comes behind it */
}

void record_set_step(struct reload_module *module, enum reload_step step)
{
    record_set(module, step, module->running, module->previous, module->next);
}

static uint32_t check_of(const struct reload_image *image)
{
    return crc32c_add(MARK, (const uint8_t *)image, offsetof(struct reload_image, check));
}

void image_seal(struct reload_image *image)
{
    image->check = check_of(image);
}

bool image_is_whole(const struct reload_image *image)
{
    return image->entry != 0 && image->build_id_length <= sizeof(image->build_id)
            && image->check == check_of(image);
}
