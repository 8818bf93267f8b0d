/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key in a file, for host programs: 64 hexadecimal digits and the end of a line. Who else can read the file
 * has the key, so such a file is not taken.
 */
#pragma once

#include <stdint.h>

#define KEY_FILE_BYTES 32

enum key_file_result {
    KEY_FILE_GOOD,
    KEY_FILE_UNREADABLE, /* errno says why */
    KEY_FILE_OPEN_TO_OTHERS,
    KEY_FILE_NO_KEY,
};

enum key_file_result key_file_read(const char *path, uint8_t key[KEY_FILE_BYTES]);
