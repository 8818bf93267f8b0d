/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/console.h"

#include <stdarg.h>

#include "tests/system/harness.h"

#define UART_PHYSICAL 0x09000000UL
#define UART_VIRTUAL  0x10000000UL
#define UART_FLAGS    0x18
#define UART_FULL     0x20

static word next_slot;

/* The device untyped that contains the UART; its start and size. */
static word find_device(word *start, word *bits)
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        const seL4_UntypedDesc *untyped = &boot_info->untypedList[i];

        if (untyped->isDevice && untyped->paddr <= UART_PHYSICAL
                && UART_PHYSICAL - untyped->paddr < 1UL << untyped->sizeBits) {
            *start = untyped->paddr;
            *bits = untyped->sizeBits;
            return boot_info->untyped.start + i;
        }
    }
    return 0;
}

static word retype(word untyped, word type, word bits)
{
    word slot = next_slot++;

    seL4_Untyped_Retype(untyped, type, bits, ROOT_CNODE, 0, 0, slot, 1);
    return slot;
}

/* Halves the untyped, towards the UART, until a page is left. */
static word carve_page(void)
{
    word start = 0;
    word bits = 0;
    word untyped = find_device(&start, &bits);

    while (bits > seL4_PageBits) {
        word half;

        bits--;
        half = retype(untyped, seL4_UntypedObject, bits);
        if (UART_PHYSICAL - start >= 1UL << bits) {
            half = retype(untyped, seL4_UntypedObject, bits);
            start += 1UL << bits;
        }
        untyped = half;
    }
    return retype(untyped, seL4_ARM_SmallPageObject, 0);
}

static word small_untyped(void)
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (!boot_info->untypedList[i].isDevice && boot_info->untypedList[i].sizeBits >= 14
                && boot_info->untypedList[i].sizeBits <= 20) {
            return boot_info->untyped.start + i;
        }
    }
    return boot_info->untyped.end - 1;
}

void console_init(void)
{
    next_slot = boot_info->empty.start;

    word frame = carve_page();
    word tables = small_untyped();

    for (int level = 0; level < 3; level++) {
        seL4_ARM_PageTable_Map(
                retype(tables, seL4_ARM_PageTableObject, 0), ROOT_VSPACE, UART_VIRTUAL, 0);
    }
    seL4_ARM_Page_Map(frame, ROOT_VSPACE, UART_VIRTUAL, seL4_ReadWrite, seL4_ARM_ExecuteNever);
}

volatile uint32_t *console_register(uint64_t offset)
{
    return (volatile uint32_t *)(UART_VIRTUAL + offset);
}

static void put(char c)
{
    volatile uint32_t *data = (volatile uint32_t *)UART_VIRTUAL;
    volatile uint32_t *flags = (volatile uint32_t *)(UART_VIRTUAL + UART_FLAGS);

    while (*flags & UART_FULL) {}
    *data = (uint8_t)c;
}

static void put_number(word value, word base)
{
    char digits[20];
    int at = 0;

    do {
        digits[at++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (at > 0) {
        put(digits[--at]);
    }
}

static void put_string(const char *string)
{
    for (; *string != 0; string++) {
        put(*string);
    }
}

void console_print(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    for (; *format != 0; format++) {
        if (*format == '\n') {
            put('\r');
            put('\n');
        } else if (*format != '%') {
            put(*format);
        } else if (*++format == 's') {
            put_string(va_arg(args, const char *));
        } else {
            put_number(va_arg(args, word), *format == 'x' ? 16 : 10);
        }
    }
    va_end(args);
}
