/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* What the tests of the wrappers share: the recorder instead of the kernel, and checks of a call. */

#include <sel4/sel4.h>
#include <sel4/syscalls.h>

/* What every message word of the IPC buffer holds when a test begins. */
#define STALE_WORD 0x5741535445574f52UL

/* cmocka set-up: no call recorded, an empty answer (success), stale words in the IPC buffer. */
int reset_recorder(void **state);

/* Message register i as the last call sent it, wherever it travelled. */
seL4_Word sent_mr(int i);
