/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte offsets in struct user_context, for assembly and for the assertions in context.h. */
#pragma once

#include <kernel/gen_config.h>

#define CONTEXT_SP         248
#define CONTEXT_PC         256
#define CONTEXT_SPSR       264
#define CONTEXT_RESTART_PC 272
#define CONTEXT_TPIDR      280
#define CONTEXT_TPIDRRO    288
