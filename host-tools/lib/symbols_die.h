/* SPDX-License-Identifier: BSD-2-Clause */
/* Between symbols.c and symbols_types.c only. */
#pragma once

#include <elfutils/libdw.h>

#include "host-tools/lib/symbols.h"

/* The type that a DIE describes. */
struct c_type type_from_die(const Dwarf_Die *die);
