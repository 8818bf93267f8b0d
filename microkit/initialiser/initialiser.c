/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The initial task: carries out the list of operations that the microkit tool has made, checks each
 * result, and stops for good. It decides nothing itself.
 */
#include <sel4/sel4.h>

#include "microkit/include/microkit/system_spec.h"
#include "microkit/initialiser/console.h"

extern const struct system_spec system_spec; /* behind this program: initialiser.ld */

seL4_IPCBuffer *__sel4_ipc_buffer;

void initialise(seL4_BootInfo *info);

static _Noreturn void stop(void)
{
    for (;;) {
        seL4_TCB_Suspend(seL4_CapInitThreadTCB);
    }
}

/* ---- is this the boot that the tool simulated? ---- */

static void check_equal(const char *what, uint64_t expected, uint64_t found)
{
    if (expected == found) {
        return;
    }
    console_line("INIT|ERROR: the kernel did not boot as the microkit tool expected: ", what);
    console_value("expected ", expected);
    console_value("found    ", found);
    console_line("INIT|ERROR: is the kernel the one of the SDK, the machine the board's?", "");
    stop();
}

static void check_boot(const struct system_spec *spec, const seL4_BootInfo *info)
{
    check_equal("specification", SYSTEM_SPEC_MAGIC, spec->magic);
    check_equal("image frames", spec->image_frames, info->userImageFrames.start);
    check_equal("first untyped capability", spec->first_untyped, info->untyped.start);
    check_equal("first empty slot", spec->first_empty, info->empty.start);
    for (uint64_t i = 0; i < spec->untyped_count; i++) {
        check_equal("address of an untyped", spec->untypeds[i].paddr, info->untypedList[i].paddr);
        check_equal(
                "size of an untyped", spec->untypeds[i].size_bits, info->untypedList[i].sizeBits);
        check_equal(
                "kind of an untyped", spec->untypeds[i].is_device, info->untypedList[i].isDevice);
    }
}

/* ---- operations ---- */

/* Nearest, as for all times of the description. */
static uint64_t ticks_from_us(uint64_t us)
{
    uint64_t frequency;

    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));

    uint64_t whole = us / 1000000 * frequency;

    return whole + (us % 1000000 * frequency + 500000) / 1000000;
}

static _Noreturn void report_failure(const struct spec_operation *operation, uint64_t number,
        uint64_t repetition, uint64_t error)
{
    console_line("INIT|ERROR: an operation of the specification failed", "");
    console_value("operation  ", number);
    console_value("repetition ", repetition);
    console_value("label      ", operation->label);
    console_value("capability ", operation->service);
    console_value("error      ", error);
    console_value("word 0     ", seL4_GetMR(0));
    stop();
}

static void invoke(const struct spec_operation *operation, uint64_t number)
{
    const uint64_t *caps = (const uint64_t *)(operation + 1);
    const uint64_t *words = caps + operation->cap_count;
    uint64_t values[SPEC_MAX_WORDS] = { 0 };
    uint64_t service = operation->service;
    seL4_MessageInfo_t message =
            seL4_MessageInfo_new(operation->label, 0, operation->cap_count, operation->word_count);

    for (unsigned i = 0; i < operation->word_count; i++) {
        values[i] = words[i];
    }
    if (operation->flags & SPEC_MICROSECONDS) {
        values[operation->word_count - 1] = ticks_from_us(values[operation->word_count - 1]);
    }
    for (unsigned i = 0; i < operation->cap_count; i++) {
        seL4_SetCap((int)i, caps[i]);
    }
    for (uint32_t repetition = 0; repetition < operation->repeat; repetition++) {
        for (unsigned i = 4; i < operation->word_count; i++) {
            seL4_SetMR((int)i, values[i]);
        }

        seL4_MessageInfo_t reply = seL4_CallWithMRs(service, message, &(seL4_Word){ values[0] },
                &(seL4_Word){ values[1] }, &(seL4_Word){ values[2] }, &(seL4_Word){ values[3] });

        if (seL4_MessageInfo_get_label(reply) != seL4_NoError) {
            report_failure(operation, number, repetition, seL4_MessageInfo_get_label(reply));
        }
        service += operation->flags & SPEC_STEP_SERVICE ? 1 : 0;
        for (unsigned i = 0; i < operation->word_count; i++) {
            values[i] += operation->step_words >> i & 1 ? operation->step : 0;
        }
    }
}

/* Prefilled regions: 16 bytes a step, the rest one by one. Sources are page aligned. */
static void copy_memory(const uint64_t words[3])
{
    char *to = (char *)(uintptr_t)words[0];
    const char *from = (const char *)(uintptr_t)words[1];
    uint64_t left = words[2];

    for (; left >= 16; left -= 16) {
        __asm__ volatile("ldp x9, x10, [%1], #16\n\tstp x9, x10, [%0], #16"
                         : "+r"(to), "+r"(from)::"x9", "x10", "memory");
    }
    for (; left > 0; left--) {
        *(volatile char *)to++ = *from++;
    }
}

static void carry_out(const struct system_spec *spec)
{
    const char *at = (const char *)&spec->untypeds[spec->untyped_count];

    for (uint64_t number = 0; number < spec->operation_count; number++) {
        const struct spec_operation *operation = (const struct spec_operation *)at;
        const uint64_t *values = (const uint64_t *)(operation + 1);

        if (operation->kind == SPEC_COPY_MEMORY) {
            copy_memory(values);
        } else {
            invoke(operation, number);
        }
        at = (const char *)(values + operation->cap_count + operation->word_count);
    }
}

void initialise(seL4_BootInfo *info)
{
    __sel4_ipc_buffer = info->ipcBuffer;
    console_line("INIT|INFO: starting the system", "");
    check_boot(&system_spec, info);
    carry_out(&system_spec);
    console_line("INIT|INFO: all protection domains are started", "");
    stop();
}
