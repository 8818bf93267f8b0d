/* SPDX-License-Identifier: BSD-2-Clause */
/* A module with all that the console looks for: header, settings, variables of the tool, a relocation. */
#include <lions/reload.h>

LIONS_MODULE("seed", 1, 1, 1, 1, 16);

__attribute__((section(".seed_config"), used)) char seed_config[16] = { 1 };
char microkit_name[64] __attribute__((section(".data.microkit"), used)) = "seed";
uint64_t *relocated = (uint64_t *)seed_config;
static volatile uint64_t counter[8];

__attribute__((section(".text.start"), used)) void _start(void)
{
    for (;;) {
        counter[*relocated % 8]++;
    }
}
