/* SPDX-License-Identifier: BSD-2-Clause */
/* What the unit tests of the microkit tool include besides the headers that they test. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"
