/* SPDX-License-Identifier: BSD-2-Clause */
/* Output of the suites, the same in all configurations: the board's UART, mapped as a device. */
#pragma once

/* Uses up device untypeds and a few slots from the start of BootInfo's empty region. */
void console_init(void);
/* %s, %u (unsigned long or unsigned), %x. */
void console_print(const char *format, ...);
