/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a file that the microkit tool has put into a memory region. */
#include <microkit.h>

/* Set by the microkit tool: where the region is, its size, the file's size. */
char *message;
seL4_Word region_size;
seL4_Word message_size;

void init(void)
{
    microkit_dbg_puts("reader: ");
    microkit_dbg_put32((seL4_Uint32)message_size);
    microkit_dbg_puts(" bytes in a region of ");
    microkit_dbg_put32((seL4_Uint32)region_size);
    microkit_dbg_puts("\n");
    for (seL4_Word i = 0; i < message_size; i++) {
        microkit_dbg_putc(message[i]);
    }
}

void notified(microkit_channel ch)
{
    (void)ch;
}
