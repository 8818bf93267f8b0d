/* SPDX-License-Identifier: BSD-2-Clause */
#include <board_facts.h>
#include <kernel/gen_config.h>

#include "microkit/loader/loader.h"

void loader_puts(const char *string)
{
#ifdef CONFIG_PRINTING
    volatile uint32_t *data = (volatile uint32_t *)BOARD_UART_PHYS;
    volatile uint32_t *flags = (volatile uint32_t *)(BOARD_UART_PHYS + 0x18);

    for (; *string != 0; string++) {
        if (*string == '\n') {
            *data = '\r';
        }
        while (*flags & 0x20) {}
        *data = (uint8_t)*string;
    }
#else
    (void)string;
#endif
}
