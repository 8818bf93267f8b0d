/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD that asks what it may do. Never run. */
#include <microkit.h>
#include <microkit/grants.h>

#ifdef TOO_FEW_WINDOWS
#define FEW 4
__attribute__((used)) struct microkit_window few_windows[FEW] __asm__("microkit_windows");
#else
MICROKIT_DEFINE_GRANTS;

/* Words of the tables above, as other names for them. */
__asm__(".globl first_windows_address, first_windows_size, first_window_is_writable\n"
        ".set first_windows_address, microkit_windows\n"
        ".set first_windows_size, microkit_windows + 8\n"
        ".set first_window_is_writable, microkit_windows + 16\n"
        ".globl second_windows_address, second_window_is_writable, grants_2_and_3, grants_4_and_5\n"
        ".set second_windows_address, microkit_windows + 24\n"
        ".set second_window_is_writable, microkit_windows + 40\n"
        ".set grants_2_and_3, microkit_grants + 8\n"
        ".set grants_4_and_5, microkit_grants + 16\n");
#endif

void init(void)
{
}

void notified(microkit_channel ch)
{
    (void)ch;
}
