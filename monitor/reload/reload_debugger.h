/* SPDX-License-Identifier: BSD-2-Clause */
/* Reloads of PDs that somebody debugs: the debugger hears of them, and what it has stopped is left alone. */
#pragma once

#include <microkit.h>

#include "monitor/reload/transaction.h"

/* After gdb_channel_init(). module_of: NULL: that PD cannot be reloaded. */
void reload_debugger_init(const struct reload_module *(*module_of)(unsigned pd));
/* Something else is going to be staged into the free slot. */
void reload_debugger_staging(const struct reload_module *module);
/* Another image has been installed, and not begun yet: a debugger may stop it before it does. */
void reload_debugger_replaced(const struct reload_module *module);
/* The fault is a debugger's breakpoint, watchpoint or step, and says nothing of the image. */
bool reload_debugger_expects(microkit_child child, microkit_msginfo message);
