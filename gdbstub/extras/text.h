/* SPDX-License-Identifier: BSD-2-Clause */
/* Text in fixed room, always with a zero at the end; what does not fit is left out. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "gdbstub/target/target.h"

struct text {
    char *at;
    size_t room; /* bytes left, the zero included */
};

void text_put(struct text *text, const char *words);
void text_put_hex(struct text *text, uint64_t number);
void text_put_decimal(struct text *text, uint64_t number);

/* Why a PD has stopped, in words. */
void explain_stop(const struct target_stop *stop, char words[TARGET_TEXT_MAX]);
