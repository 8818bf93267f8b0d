/* SPDX-License-Identifier: BSD-2-Clause */
/* Output of the suites, the same in all configurations: the board's UART, mapped as a device. */
#pragma once

#include <stdint.h>

/* Uses up device untypeds and a few slots from the start of BootInfo's empty region. */
void console_init(void);
/* %s, %u (unsigned long or unsigned), %x. */
void console_print(const char *format, ...);
/* A register of the UART (PL011), for cases that need a device. */
volatile uint32_t *console_register(uint64_t offset);
