/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has the gdb channel of a target, beside the broker's socket: a second `lionscope gdb` finds the port of
 * the first one there, and any other console can say whom it waits for.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct holder {
    pid_t process;
    unsigned port;  /* 0: none that others could use */
    char words[64]; /* what it does */
};

/* `place`: of the target. A note that cannot be written only makes for worse messages. */
void holder_write(const char *place, unsigned port, const char *words);
void holder_remove(const char *place);
/* False: nobody, or one that has gone without a word. */
bool holder_read(const char *place, struct holder *holder);
