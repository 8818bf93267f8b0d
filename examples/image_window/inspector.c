/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and writes the memory of its child through a window, without the child's help. */
#include <microkit.h>

#include "subject.h"

/* Set by the microkit tool. */
seL4_Word window;       /* where the child's image appears here */
seL4_Word window_size;  /* bytes */
seL4_Word image_base;   /* where the child has it */
seL4_Word stack_window; /* where its stack appears */

static seL4_Word *find_counter(void)
{
    seL4_Word *words = (seL4_Word *)window;

    for (seL4_Word i = 0; i < window_size / sizeof(seL4_Word); i++) {
        if (words[i] == MAGIC && words[i + 1] == 42) {
            return &words[i + 1];
        }
    }
    return 0;
}

void init(void)
{
    microkit_dbg_puts("inspector: the child's image begins at ");
    microkit_dbg_put32((seL4_Uint32)image_base);
    microkit_dbg_puts("\n");
}

void notified(microkit_channel ch)
{
    seL4_Word *count = find_counter();

    if (count == 0) {
        microkit_dbg_puts("inspector: not found\n");
        return;
    }
    microkit_dbg_puts("inspector: the child has counted to ");
    microkit_dbg_put32((seL4_Uint32)*count);
    microkit_dbg_puts("; its stack ");
    microkit_dbg_puts(stack_window > window + window_size ? "is there too\n" : "is missing\n");
    *count = 1000;
    microkit_notify(ch);
}
