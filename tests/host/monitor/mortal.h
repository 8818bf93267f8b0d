/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that can be ended before each of its stores to memory that outlives it. It is compiled with the instrumentation that
 * compilers have to find data races (-fsanitize=thread), and what that calls is here.
 */
#pragma once

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

/* Memory that stays; stores elsewhere are of no interest. At most eight ranges, all of them anew with count 0. */
struct mortal_range {
    const void *start;
    size_t size;
};
void mortal_remember(const struct mortal_range *ranges, size_t count);

/* A place where it can be ended, beside its stores. */
void mortal_point(void);

/* Runs it, and ends it at the n-th point, from 1 on. False: it had fewer, and has been run to its end. */
bool mortal_run(void (*run)(void), unsigned long n);
