/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * What the tests of the wrappers share: the interface with the recorder (fake/) instead of the
 * kernel, and access to what a call sent. sel4.h comes first, as in programs.
 */
/* clang-format off */
#include <sel4/sel4.h>
#include <interfaces/sel4_client.h>
#include <sel4/syscalls.h>
/* clang-format on */

/* What every message word of the IPC buffer holds when a test begins. */
#define STALE_WORD 0x5741535445574f52UL

/* cmocka set-up: no call recorded, an empty answer (success), stale words in the IPC buffer. */
int reset_recorder(void **state);

/* Message register i as the last call sent it, wherever it travelled. */
seL4_Word sent_mr(int i);
