/* SPDX-License-Identifier: BSD-2-Clause */
/* What the plant says, on a UART of its own: a system of release configuration has no console. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* `BENCH name value` */
void output_figure(const char *name, uint64_t value);
/* A line of text, and a number unless it is UINT64_MAX. */
void output_line(const char *text, uint64_t number);
/* Ends the run as failed unless `good`. */
void check(bool good, const char *what, uint64_t number);
/* RUN PASSED. */
void output_end(void) __attribute__((noreturn));
/* If TRACED: says READY and waits for a character, that who listens can have begun to trace. */
void output_wait(void);
