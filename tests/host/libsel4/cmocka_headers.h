/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* cmocka, and in front of it what it wants to have been included. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
