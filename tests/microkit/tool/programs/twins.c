/* SPDX-License-Identifier: BSD-2-Clause */
/* A second variable of a name that client.c has, too: the symbol is ambiguous. */
#include <stdint.h>

static volatile uint64_t twin_var = 1;

uint64_t TWIN_FUNCTION(void)
{
    return twin_var;
}
