/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Types of the interface: words, capability aliases, message info, rights, user context. */
#include <sel4/arch/types.h>
#include <sel4/macros.h>
#include <sel4/objecttype.h>
#include <sel4/sel4_arch/types.h>
#include <sel4/shared_types.h>
#include <sel4/simple_types.h>

typedef seL4_CPtr seL4_CNode;
typedef seL4_CPtr seL4_IRQHandler;
typedef seL4_CPtr seL4_IRQControl;
typedef seL4_CPtr seL4_TCB;
typedef seL4_CPtr seL4_Untyped;
typedef seL4_CPtr seL4_DomainSet;
typedef seL4_CPtr seL4_SchedContext;
typedef seL4_CPtr seL4_SchedControl;
typedef seL4_CPtr seL4_Endpoint;
typedef seL4_CPtr seL4_Notification;
typedef seL4_CPtr seL4_Reply;

#define seL4_NilData 0

#include <sel4/faults.h>
