/* SPDX-License-Identifier: BSD-2-Clause */
/* All commands there are, in the order in which help lists them. */
#pragma once

#include "console/commands/command.h"

#define COMMANDS(COMMAND) \
    COMMAND(ps)           \
    COMMAND(queues)       \
    COMMAND(budgets)      \
    COMMAND(top)          \
    COMMAND(map)          \
    COMMAND(pd)           \
    COMMAND(log)          \
    COMMAND(watch)        \
    COMMAND(read)         \
    COMMAND(doctor)       \
    COMMAND(gdb)          \
    COMMAND(core)         \
    COMMAND(profile)      \
    COMMAND(modules)      \
    COMMAND(reload)       \
    COMMAND(rollback)     \
    COMMAND(info)         \
    COMMAND(keygen)       \
    COMMAND(sign)         \
    COMMAND(shell)        \
    COMMAND(help)         \
    COMMAND(completion)   \
    COMMAND(complete)     \
    COMMAND(manual)       \
    COMMAND(broker)

#define COMMAND_DECLARE(name) extern const struct command command_##name;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE
