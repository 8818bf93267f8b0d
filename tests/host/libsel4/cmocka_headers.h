/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* cmocka and what it needs in front of it. */

/* clang-format off: cmocka.h wants these first. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format on */
