/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/holder.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "console/broker/connect.h"

#define PATH_MAX_LENGTH 512

static bool note_path(const char *place, char path[PATH_MAX_LENGTH])
{
    char socket[PATH_MAX_LENGTH - 8];
    struct error_report ignored;

    if (!broker_socket_path(place, socket, sizeof(socket), &ignored)) {
        return false;
    }
    snprintf(path, PATH_MAX_LENGTH, "%s.gdb", socket);
    return true;
}

void holder_write(const char *place, unsigned port, const char *words)
{
    char path[PATH_MAX_LENGTH];
    FILE *note = note_path(place, path) ? fopen(path, "we") : NULL;

    if (note != NULL) {
        fprintf(note, "%ld %u %s\n", (long)getpid(), port, words);
        fclose(note);
    }
}

void holder_remove(const char *place)
{
    char path[PATH_MAX_LENGTH];

    if (note_path(place, path)) {
        unlink(path);
    }
}

bool holder_read(const char *place, struct holder *holder)
{
    char path[PATH_MAX_LENGTH];
    FILE *note = note_path(place, path) ? fopen(path, "re") : NULL;
    long process = 0;
    bool read;

    if (note == NULL) {
        return false;
    }
    read = fscanf(note, "%ld %u %63[^\n]", &process, &holder->port, holder->words) == 3;
    fclose(note);
    holder->process = (pid_t)process;
    return read && process > 0 && (kill(holder->process, 0) == 0 || errno == EPERM);
}
