/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms in which the facts leave. The caller checks the stream for errors. */
#pragma once

#include <stdio.h>

#include "host-tools/board_facts/facts.h"

/* board_facts.h: constants for kernel and loader. */
void emit_header(FILE *out, const struct board_facts *facts);

/* board_facts.ld: where the kernel image lies, for its linker script. */
void emit_linker_script(FILE *out, const struct board_facts *facts);

/* platform_gen.json: regions that user programs may get, for the Microkit tool (microkit.md, 2). */
void emit_platform(FILE *out, const struct board_facts *facts);
