/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatted output for PDs.
 *
 * Conversions d i u o x X b c s p %, flags - + space # 0, width, precision (both also as *), and the
 * lengths hh h l ll z j t. No floating point and no %n: an unknown conversion is printed as it stands.
 *
 * sddf_printf() prints through _sddf_putchar(), of which two libraries bring their own: with
 * libsddf_util it goes to the serial virtualiser (see serial_putchar_init), with libsddf_util_debug to
 * the kernel's debug console.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct serial_queue_handle;

/* Print; each returns the number of characters the whole text has. */
int sddf_printf(const char *format, ...);
int sddf_vprintf(const char *format, va_list arguments);
/* Always to the kernel's debug console; nothing is printed by a kernel without one. */
int sddf_dprintf(const char *format, ...);
int sddf_vdprintf(const char *format, va_list arguments);
/* To memory, NUL-terminated if size > 0; the text is cut if it does not fit. */
int sddf_snprintf(char *buffer, size_t size, const char *format, ...);
int sddf_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments);
/* Without a limit: the caller knows that the text fits. */
int sddf_sprintf(char *buffer, const char *format, ...);
/* One call of `out` for each character. */
int sddf_fctprintf(
        void (*out)(char character, void *argument), void *argument, const char *format, ...);
int sddf_vfctprintf(void (*out)(char character, void *argument), void *argument, const char *format,
        va_list arguments);

/* One character to wherever sddf_printf() prints; the serial kind is sent at the next newline. */
void _sddf_putchar(char character);
/* The same, and sent at once: for echo and prompts. */
void sddf_putchar_unbuffered(char character);

/*
 * Serial kind only. Call once in init(), after serial_queue_init(), before the first print: `channel`
 * is the serial connection's id, `tx` the queue to the Tx virtualiser, which printing then owns.
 * Characters that find the queue full are dropped.
 */
void serial_putchar_init(unsigned int channel, struct serial_queue_handle *tx);
