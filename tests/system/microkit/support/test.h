/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the PDs of the test systems share: named cases with expectations, and time. Lines go
 * straight to the serial port, which every reporting PD maps (symbol uart_base), so that release
 * configurations, which have no debug console, can be tested as well.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microkit.h>

/* The system description sets it: setvar_vaddr="uart_base". */
extern uintptr_t uart_base;

void print(const char *text);
void print_decimal(uint64_t value);
void print_hex(uint64_t value);

/* Ends the case before, if there is one, with PASS unless it has failed, and begins a new one. */
void begin_case(const char *name);
/* Ends the last case and the run: RUN PASSED if no case of this PD has failed. */
void finish_run(void);

/* For EXPECT and EXPECT_EQUAL. */
void expect(bool good, const char *what, const char *file, int line);
void expect_equal(uint64_t wanted, uint64_t got, const char *what, const char *file, int line);

/* The current case fails unless the condition holds; the PD goes on. */
#define EXPECT(condition) expect(condition, #condition, __FILE_NAME__, __LINE__)
#define EXPECT_EQUAL(wanted, got) \
    expect_equal((uint64_t)(wanted), (uint64_t)(got), #got, __FILE_NAME__, __LINE__)

/* ---- time: the physical timer, which user programs may use on these boards ---- */

static inline uint64_t ticks_now(void)
{
    uint64_t ticks;

    __asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(ticks)::"memory");
    return ticks;
}

static inline uint64_t ticks_of_us(uint64_t us)
{
    uint64_t hz;

    __asm__("mrs %0, cntfrq_el0" : "=r"(hz));
    return us * hz / 1000000;
}

/* Keeps the processor busy. */
static inline void spin_us(uint64_t us)
{
    uint64_t start = ticks_now();

    while (ticks_now() - start < ticks_of_us(us)) {}
}

/* Raises interrupt 30 in `us` microseconds, and until timer_off. */
static inline void timer_set_us(uint64_t us)
{
    __asm__ volatile("msr cntp_cval_el0, %0\n\tmsr cntp_ctl_el0, %1\n\tisb" ::"r"(
                             ticks_now() + ticks_of_us(us)),
                     "r"(1UL)
                     : "memory");
}

static inline void timer_off(void)
{
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"(0UL) : "memory");
}
