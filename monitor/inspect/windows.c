/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/inspect/windows.h"

#include "microkit/include/microkit/grants.h"

unsigned windows_count(void)
{
    return microkit_windows_count < MICROKIT_WINDOWS_MAX ? (unsigned)microkit_windows_count
                                                         : MICROKIT_WINDOWS_MAX;
}

struct protocol_window windows_entry(unsigned place)
{
    const struct microkit_window *window = &microkit_windows[place];

    return (struct protocol_window){ .address = window->address,
        .size = window->size,
        .flags = window->writable ? PROTOCOL_WINDOW_WRITABLE : 0 };
}

uint64_t windows_readable(uint64_t address, uint64_t length)
{
    for (unsigned i = 0; i < windows_count(); i++) {
        uint64_t offset = address - microkit_windows[i].address;

        if (address >= microkit_windows[i].address && offset < microkit_windows[i].size) {
            uint64_t left = microkit_windows[i].size - offset;

            return length < left ? length : left;
        }
    }
    return 0;
}
