/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/secure_channel/key_file.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

static int digit(int character)
{
    if (isdigit(character)) {
        return character - '0';
    }
    return isxdigit(character) ? tolower(character) - 'a' + 10 : -1;
}

static bool take_key(FILE *file, uint8_t key[KEY_FILE_BYTES])
{
    int rest;

    for (unsigned i = 0; i < KEY_FILE_BYTES; i++) {
        int high = digit(fgetc(file));
        int low = high < 0 ? -1 : digit(fgetc(file));

        if (low < 0) {
            return false;
        }
        key[i] = (uint8_t)(high << 4 | low);
    }
    do {
        rest = fgetc(file);
    } while (rest == '\n' || rest == '\r');
    return rest == EOF;
}

enum key_file_result key_file_read(const char *path, uint8_t key[KEY_FILE_BYTES])
{
    enum key_file_result result = KEY_FILE_GOOD;
    FILE *file = fopen(path, "re");
    struct stat status;

    if (file == NULL) {
        return KEY_FILE_UNREADABLE;
    }
    if (fstat(fileno(file), &status) != 0) {
        result = KEY_FILE_UNREADABLE;
    } else if ((status.st_mode & 077) != 0) {
        result = KEY_FILE_OPEN_TO_OTHERS;
    } else if (!take_key(file, key)) {
        result = KEY_FILE_NO_KEY;
    }
    fclose(file);
    return result;
}
