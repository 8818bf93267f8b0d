/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/drivers/serial/pl011/pl011.h"

#include <stddef.h>

_Static_assert(offsetof(struct pl011_registers, flags) == 0x18, "DDI 0183, table 3-1");
_Static_assert(offsetof(struct pl011_registers, interrupt_clear) == 0x44, "DDI 0183, table 3-1");

/* Reference clock of QEMU's virt machine (device-tree node apb-pclk) and of most evaluation boards. */
#define CLOCK_HZ 24000000u

/* 3.3.1: data register */
#define DATA_FRAMING_ERROR (1u << 8)
#define DATA_PARITY_ERROR  (1u << 9)
#define DATA_BREAK         (1u << 10)
#define DATA_BROKEN        (DATA_FRAMING_ERROR | DATA_PARITY_ERROR | DATA_BREAK)

/* 3.3.3: flags */
#define FLAG_BUSY           (1u << 3)
#define FLAG_RECEIVE_EMPTY  (1u << 4)
#define FLAG_TRANSMIT_FULL  (1u << 5)
#define FLAG_TRANSMIT_EMPTY (1u << 7)

#define FIFO_DEPTH 16 /* 2.4.2; revisions from r1p5 on have 32 */

/* 3.3.7: line control */
#define LINE_FIFOS     (1u << 4)
#define LINE_EIGHT_BIT (3u << 5)

/* 3.3.8: control */
#define CONTROL_ENABLE   (1u << 0)
#define CONTROL_TRANSMIT (1u << 8)
#define CONTROL_RECEIVE  (1u << 9)

/* 3.3.9: interrupt when the transmit FIFO is 1/8 full, the receive FIFO 1/2 */
#define LEVEL_TRANSMIT_EIGHTH (0u << 0)
#define LEVEL_RECEIVE_HALF    (2u << 3)

/* What is still being sent takes at most 32 bytes of 10 bits; each look takes a bus access. */
#define BUSY_LOOKS_MAX 10000000

static void wait_until_sent(struct pl011_registers *registers)
{
    for (int looks = 0; looks < BUSY_LOOKS_MAX; looks++) {
        if (!(registers->flags & FLAG_BUSY)) {
            return;
        }
    }
}

bool pl011_init(struct pl011_registers *registers, uint64_t baud, bool receive)
{
    /* 3.3.6: divisor = clock / (16 * baud) in 1/64ths, here rounded; 1.0 to 65535.0 */
    uint64_t divisor = baud == 0 ? 0 : (CLOCK_HZ * 4ull + baud / 2) / baud;

    if (divisor < (1u << 6) || divisor > (65535u << 6)) {
        return false;
    }

    wait_until_sent(registers); /* the kernel's last words before this driver */
    registers->control = 0;
    registers->interrupt_mask = 0;
    registers->baud_integer = (uint32_t)(divisor >> 6);
    registers->baud_fraction = (uint32_t)(divisor & 0x3f);
    registers->line_control = LINE_EIGHT_BIT | LINE_FIFOS; /* also takes over the divisor */
    registers->fifo_level = LEVEL_TRANSMIT_EIGHTH | LEVEL_RECEIVE_HALF;
    registers->interrupt_clear = PL011_INTERRUPT_ALL;
    registers->control = CONTROL_ENABLE | CONTROL_TRANSMIT | (receive ? CONTROL_RECEIVE : 0);
    return true;
}

unsigned pl011_room(const struct pl011_registers *registers)
{
    uint32_t flags = registers->flags;

    return flags & FLAG_TRANSMIT_EMPTY ? FIFO_DEPTH : flags & FLAG_TRANSMIT_FULL ? 0 : 1;
}

void pl011_put(struct pl011_registers *registers, char character)
{
    registers->data = (unsigned char)character;
}

bool pl011_has_input(const struct pl011_registers *registers)
{
    return !(registers->flags & FLAG_RECEIVE_EMPTY);
}

enum pl011_input pl011_get(struct pl011_registers *registers, char *character)
{
    if (!pl011_has_input(registers)) {
        return PL011_NOTHING;
    }
    uint32_t data = registers->data;

    *character = (char)data;
    return data & DATA_BROKEN ? PL011_BROKEN_BYTE : PL011_BYTE;
}

void pl011_enable(struct pl011_registers *registers, uint32_t interrupts)
{
    registers->interrupt_mask |= interrupts;
}

void pl011_disable(struct pl011_registers *registers, uint32_t interrupts)
{
    registers->interrupt_mask &= ~interrupts;
}

void pl011_clear(struct pl011_registers *registers, uint32_t interrupts)
{
    registers->interrupt_clear = interrupts;
}
