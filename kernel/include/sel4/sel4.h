/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything a program needs to talk to the kernel. */
#pragma once

#include <sel4/bootinfo.h>
#include <sel4/config.h>
#include <sel4/constants.h>
#include <sel4/errors.h>
#include <sel4/faults.h>
#include <sel4/functions.h>
#include <sel4/invocation.h>
#include <sel4/macros.h>
#include <sel4/objecttype.h>
#include <sel4/shared_types.h>
#include <sel4/simple_types.h>
#include <sel4/syscall.h>
#include <sel4/types.h>

#ifdef __aarch64__
#include <interfaces/sel4_client.h>

#include <sel4/syscalls.h>
#endif
