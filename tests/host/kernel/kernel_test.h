/* SPDX-License-Identifier: BSD-2-Clause */
/* cmocka needs these before it; kernel headers come after. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
