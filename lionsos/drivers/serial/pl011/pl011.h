/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arm PrimeCell UART (PL011): registers and the few operations on them.
 * Section numbers are those of the PL011 Technical Reference Manual, DDI 0183.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* 3.2: register map. */
struct pl011_registers {
    volatile uint32_t data;             /* 0x00 UARTDR */
    volatile uint32_t receive_status;   /* 0x04 UARTRSR, UARTECR */
    volatile uint32_t reserved_0[4];    /* 0x08 */
    volatile uint32_t flags;            /* 0x18 UARTFR */
    volatile uint32_t reserved_1;       /* 0x1c */
    volatile uint32_t low_power;        /* 0x20 UARTILPR */
    volatile uint32_t baud_integer;     /* 0x24 UARTIBRD */
    volatile uint32_t baud_fraction;    /* 0x28 UARTFBRD */
    volatile uint32_t line_control;     /* 0x2c UARTLCR_H */
    volatile uint32_t control;          /* 0x30 UARTCR */
    volatile uint32_t fifo_level;       /* 0x34 UARTIFLS */
    volatile uint32_t interrupt_mask;   /* 0x38 UARTIMSC: 1 lets the interrupt through */
    volatile uint32_t interrupt_raw;    /* 0x3c UARTRIS */
    volatile uint32_t interrupt_status; /* 0x40 UARTMIS */
    volatile uint32_t interrupt_clear;  /* 0x44 UARTICR */
};

/* 3.3.6 to 3.3.13: bits of interrupt_mask, _raw, _status and _clear. */
#define PL011_INTERRUPT_RECEIVE  (1u << 4)
#define PL011_INTERRUPT_TRANSMIT (1u << 5)
#define PL011_INTERRUPT_RECEIVE_TIMEOUT \
    (1u << 6) /* bytes below the FIFO level wait for 32 bit times */
#define PL011_INTERRUPT_ALL 0x7ffu

#define PL011_INTERRUPTS_OF_INPUT (PL011_INTERRUPT_RECEIVE | PL011_INTERRUPT_RECEIVE_TIMEOUT)

/*
 * 8 data bits, no parity, 1 stop bit, FIFOs on, all interrupts off. `baud` in bits per second, from
 * 1,500,000 down to 23; returns false, and leaves the device as it was, for any other.
 */
bool pl011_init(struct pl011_registers *registers, uint64_t baud, bool receive);

/* How many bytes the transmit FIFO surely takes now: a look at the device for many bytes, not for each. */
unsigned pl011_room(const struct pl011_registers *registers);
/* Sends a byte, for which there is room. */
void pl011_put(struct pl011_registers *registers, char character);

/* True if the receive FIFO has a byte. */
bool pl011_has_input(const struct pl011_registers *registers);

enum pl011_input {
    PL011_NOTHING,
    PL011_BYTE,
    PL011_BROKEN_BYTE
};

/* Takes a byte from the receive FIFO. A byte with a framing, parity or break error is BROKEN. */
enum pl011_input pl011_get(struct pl011_registers *registers, char *character);

/* Lets the given interrupts through, or keeps them back. */
void pl011_enable(struct pl011_registers *registers, uint32_t interrupts);
void pl011_disable(struct pl011_registers *registers, uint32_t interrupts);

/* Forgets latched interrupts; call it before looking for their cause, so that none is lost. */
void pl011_clear(struct pl011_registers *registers, uint32_t interrupts);
