/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

/* The name that was probably meant by `wrong`; NULL if none is near. */
const char *suggest(const char *wrong, const char *const *names, size_t count);
