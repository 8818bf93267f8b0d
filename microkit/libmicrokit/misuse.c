/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What PDs are told about their mistakes. All of it goes to the debug console and nothing touches
 * the message registers, so a check never disturbs the message that a PD is putting together.
 */
#include <microkit.h>

#include "microkit/libmicrokit/report.h"

/* Type number of a TCB capability (sel4-abi.md, 3.3). */
#define CAPABILITY_IS_THREAD 12

/* Words for error codes (sel4-abi.md, 5.1), in their order. */
static const char *const error_texts[] = {
    "no error",
    "invalid argument",
    "no such capability; is the id one of the system description?",
    "not allowed on this capability",
    "value out of range",
    "misaligned address",
    "lookup failed",
    "message too short",
    "something is there already",
    "a capability has others derived from it",
    "not enough memory",
};

static void put_text_and_decimal(const char *text, seL4_Uint32 number)
{
    microkit_dbg_puts(text);
    microkit_dbg_put32(number);
}

/* Decimal as long as it fits 32 bits, as ids do; hexadecimal above, as addresses do. */
static void put_value(seL4_Word value)
{
    if (value >> 32 == 0) {
        microkit_dbg_put32((seL4_Uint32)value);
        return;
    }
    microkit_dbg_puts("0x");
    for (int shift = 60; shift >= 0; shift -= 4) {
        microkit_dbg_putc("0123456789abcdef"[value >> shift & 15]);
    }
}

void microkit_internal_put_name(void)
{
    for (int i = 0; i < MICROKIT_PD_NAME_LENGTH && microkit_name[i] != 0; i++) {
        microkit_dbg_putc(microkit_name[i]);
    }
}

void microkit_internal_misuse(const char *function, const char *problem, seL4_Word value)
{
#ifdef CONFIG_PRINTING
    microkit_internal_put_name();
    microkit_dbg_putc(' ');
    microkit_dbg_puts(function);
    microkit_dbg_puts(": ");
    microkit_dbg_puts(problem);
    microkit_dbg_puts(" '");
    put_value(value);
    microkit_dbg_puts("'\n");
#else
    (void)function;
    (void)problem;
    (void)value;
    (void)put_value;
#endif
}

void microkit_internal_refused(const char *function, seL4_Error error)
{
    seL4_Word number = (seL4_Word)error;

    microkit_internal_put_name();
    microkit_dbg_putc(' ');
    microkit_dbg_puts(function);
    put_text_and_decimal(": the kernel refused, error ", (seL4_Uint32)number);
    if (number < sizeof(error_texts) / sizeof(error_texts[0])) {
        microkit_dbg_puts(": ");
        microkit_dbg_puts(error_texts[number]);
    }
    microkit_dbg_puts("\n");
    microkit_internal_crash(error);
}

void microkit_internal_check_child(const char *function, seL4_Word base, microkit_child child)
{
#ifdef CONFIG_DEBUG_BUILD
    if (child > MICROKIT_MAX_CHANNEL_ID
            || seL4_DebugCapIdentify(base + child) != CAPABILITY_IS_THREAD) {
        microkit_internal_misuse(function,
                base == BASE_TCB_CAP ? "this PD has no child with id"
                                     : "this PD has no virtual CPU with id",
                child);
    }
#else
    (void)function;
    (void)base;
    (void)child;
    (void)CAPABILITY_IS_THREAD;
#endif
}

void microkit_internal_check_deferred(const char *function, seL4_CPtr cap)
{
    seL4_CPtr lost = microkit_signal_cap;

    if (!microkit_have_signal || lost == cap) {
        return;
    }
    if (lost - BASE_OUTPUT_NOTIFICATION_CAP < MICROKIT_MAX_CHANNELS) {
        microkit_internal_misuse(function, "this loses the deferred notification of channel",
                lost - BASE_OUTPUT_NOTIFICATION_CAP);
    } else if (lost - BASE_IRQ_CAP < MICROKIT_MAX_CHANNELS) {
        microkit_internal_misuse(function, "this loses the deferred acknowledgement of interrupt",
                lost - BASE_IRQ_CAP);
    } else {
        microkit_internal_misuse(function, "this loses the deferred action on capability", lost);
    }
}
