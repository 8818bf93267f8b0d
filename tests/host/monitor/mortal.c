/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/monitor/mortal.h"

#include <stdint.h>

#define RANGES_MAX 8
#define PIECE      8u /* bytes that a copy moves between two points */

static struct mortal_range remembered[RANGES_MAX];
static size_t remembered_count;
static jmp_buf grave;
static unsigned long points_left; /* 0: it lives for ever */

void mortal_remember(const struct mortal_range *ranges, size_t count)
{
    remembered_count = count < RANGES_MAX ? count : RANGES_MAX;
    for (size_t i = 0; i < remembered_count; i++) {
        remembered[i] = ranges[i];
    }
}

void mortal_point(void)
{
    if (points_left != 0 && --points_left == 0) {
        longjmp(grave, 1);
    }
}

bool mortal_run(void (*run)(void), unsigned long n)
{
    if (setjmp(grave) != 0) {
        return true;
    }
    points_left = n;
    run();
    points_left = 0;
    return false;
}

static void before_store(const void *address)
{
    for (size_t i = 0; i < remembered_count; i++) {
        if ((uintptr_t)address - (uintptr_t)remembered[i].start < remembered[i].size) {
            mortal_point();
            return;
        }
    }
}

/* ---- instead of the C library's: in pieces ---- */

void *mortal_memcpy(void *to, const void *from, size_t size);
void *mortal_memset(void *to, int value, size_t size);

void *mortal_memcpy(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (i % PIECE == 0) {
            before_store(to);
        }
        ((volatile uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    }
    return to;
}

void *mortal_memset(void *to, int value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (i % PIECE == 0) {
            before_store(to);
        }
        ((volatile uint8_t *)to)[i] = (uint8_t)value;
    }
    return to;
}

/* ---- what the instrumentation calls ---- */

#define BEFORE_READ(name)     \
    void name(void *address); \
    void name(void *address)  \
    {                         \
        (void)address;        \
    }
#define BEFORE_WRITE(name)     \
    void name(void *address);  \
    void name(void *address)   \
    {                          \
        before_store(address); \
    }

BEFORE_READ(__tsan_read1)
BEFORE_READ(__tsan_read2)
BEFORE_READ(__tsan_read4)
BEFORE_READ(__tsan_read8)
BEFORE_READ(__tsan_read16)
BEFORE_READ(__tsan_unaligned_read2)
BEFORE_READ(__tsan_unaligned_read4)
BEFORE_READ(__tsan_unaligned_read8)
BEFORE_READ(__tsan_unaligned_read16)
BEFORE_READ(__tsan_func_entry)
BEFORE_WRITE(__tsan_write1)
BEFORE_WRITE(__tsan_write2)
BEFORE_WRITE(__tsan_write4)
BEFORE_WRITE(__tsan_write8)
BEFORE_WRITE(__tsan_write16)
BEFORE_WRITE(__tsan_unaligned_write2)
BEFORE_WRITE(__tsan_unaligned_write4)
BEFORE_WRITE(__tsan_unaligned_write8)
BEFORE_WRITE(__tsan_unaligned_write16)

void __tsan_init(void);
void __tsan_func_exit(void);
void __tsan_read_range(const void *address, size_t size);
void __tsan_write_range(void *address, size_t size);
void __tsan_atomic_signal_fence(int order);
uint64_t __tsan_atomic64_load(const uint64_t *address, int order);
void __tsan_atomic64_store(uint64_t *address, uint64_t value, int order);
void __tsan_atomic32_store(uint32_t *address, uint32_t value, int order);

void __tsan_init(void)
{
}

void __tsan_func_exit(void)
{
}

void __tsan_read_range(const void *address, size_t size)
{
    (void)address;
    (void)size;
}

/* A structure at once: whoever relies on the half of it is not found. */
void __tsan_write_range(void *address, size_t size)
{
    (void)size;
    before_store(address);
}

void __tsan_atomic_signal_fence(int order)
{
    (void)order;
}

uint64_t __tsan_atomic64_load(const uint64_t *address, int order)
{
    (void)order;
    return *(const volatile uint64_t *)address;
}

void __tsan_atomic64_store(uint64_t *address, uint64_t value, int order)
{
    (void)order;
    before_store(address);
    *(volatile uint64_t *)address = value;
}

void __tsan_atomic32_store(uint32_t *address, uint32_t value, int order)
{
    (void)order;
    before_store(address);
    *(volatile uint32_t *)address = value;
}
