/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing recordings and reading them back at their own pace. */
#include "host-tools/lib/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "host-tools/lib/clock.h"

static void put(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint64_t get(const uint8_t *at, int bytes)
{
    uint64_t value = 0;

    for (int i = 0; i < bytes; i++) {
        value |= (uint64_t)at[i] << (8 * i);
    }
    return value;
}

/* --- writing --- */

struct recorder {
    struct transport base;
    struct transport *inner;
    FILE *file;
    int64_t start_us;
};

static void record(struct recorder *recorder, uint32_t direction, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;

    while (length > 0) {
        uint32_t part = length < RECORD_MAX ? (uint32_t)length : RECORD_MAX;
        uint8_t head[RECORD_HEAD_BYTES];

        put(head, (uint64_t)(clock_us() - recorder->start_us), 8);
        put(head + 8, part | direction, 4);
        fwrite(head, 1, sizeof(head), recorder->file);
        fwrite(from, 1, part, recorder->file);
        from += part;
        length -= part;
    }
    fflush(recorder->file);
}

static ssize_t recorder_read(struct transport *transport, void *bytes, size_t size)
{
    struct recorder *recorder = (struct recorder *)transport;
    ssize_t got = transport_read(recorder->inner, bytes, size);

    if (got > 0) {
        record(recorder, 0, bytes, (size_t)got);
    }
    return got;
}

static ssize_t recorder_write(struct transport *transport, const void *bytes, size_t size)
{
    struct recorder *recorder = (struct recorder *)transport;
    ssize_t written = transport_write(recorder->inner, bytes, size);

    if (written > 0) {
        record(recorder, RECORD_TO_TARGET, bytes, (size_t)written);
    }
    return written;
}

static void recorder_close(struct transport *transport)
{
    struct recorder *recorder = (struct recorder *)transport;

    transport_close(recorder->inner);
    fclose(recorder->file);
    free(recorder);
}

static const struct transport_ops recorder_ops = {
    .read = recorder_read,
    .write = recorder_write,
    .close = recorder_close,
};

struct transport *recording_transport(
        struct transport *inner, const char *path, struct error_report *error)
{
    struct recorder *recorder = calloc(1, sizeof(*recorder));
    FILE *file = recorder != NULL ? fopen(path, "wbe") : NULL;

    if (file == NULL) {
        error_set(error, STATUS_FAILURE, "%s: %s", path, strerror(errno));
        free(recorder);
        return NULL;
    }
    fwrite(RECORDING_MAGIC, 1, strlen(RECORDING_MAGIC), file);
    recorder->base = *inner;
    recorder->base.ops = &recorder_ops;
    recorder->inner = inner;
    recorder->file = file;
    recorder->start_us = clock_us();
    return &recorder->base;
}

/* --- reading --- */

struct player {
    struct transport base; /* fd: a timer that expires when the next record is due */
    FILE *file;
    bool fast;
    int64_t start_us;
    uint8_t bytes[RECORD_MAX];
    size_t length; /* of the record that waits in bytes; 0: none */
    size_t taken;
    int64_t due_us; /* of it, since start */
    char trouble[80];
};

static void arm(struct player *player)
{
    int64_t wait = player->fast ? 0 : player->due_us - (clock_us() - player->start_us);
    struct itimerspec when = { 0 };

    wait = wait < 1 ? 1 : wait;
    when.it_value.tv_sec = wait / 1000000;
    when.it_value.tv_nsec = wait % 1000000 * 1000;
    timerfd_settime(player->base.fd, 0, &when, NULL);
}

/* Reads the next record that came from the target. False at the end, or at damage. */
static bool load_record(struct player *player)
{
    uint8_t head[RECORD_HEAD_BYTES];

    while (fread(head, 1, sizeof(head), player->file) == sizeof(head)) {
        uint32_t length = (uint32_t)get(head + 8, 4);
        bool to_target = (length & RECORD_TO_TARGET) != 0;

        length &= ~RECORD_TO_TARGET;
        if (length > RECORD_MAX || fread(player->bytes, 1, length, player->file) != length) {
            return false;
        }
        if (!to_target && length > 0) {
            player->due_us = (int64_t)(get(head, 8) & INT64_MAX);
            player->length = length;
            player->taken = 0;
            return true;
        }
    }
    return false;
}

static ssize_t player_read(struct transport *transport, void *bytes, size_t size)
{
    struct player *player = (struct player *)transport;
    size_t left = player->length - player->taken;
    uint64_t expirations;
    ssize_t ignored = read(player->base.fd, &expirations, sizeof(expirations));

    (void)ignored;
    if (left == 0) {
        if (!load_record(player)) {
            errno = 0;
            return -1;
        }
        left = player->length;
    }
    if (!player->fast && clock_us() - player->start_us < player->due_us) {
        arm(player);
        return 0;
    }
    left = left < size ? left : size;
    memcpy(bytes, player->bytes + player->taken, left);
    player->taken += left;
    arm(player);
    return (ssize_t)left;
}

static ssize_t player_write(struct transport *transport, const void *bytes, size_t size)
{
    (void)transport;
    (void)bytes;
    return (ssize_t)size; /* nobody is there to hear it */
}

static void player_close(struct transport *transport)
{
    struct player *player = (struct player *)transport;

    close(player->base.fd);
    fclose(player->file);
    free(player);
}

static const struct transport_ops player_ops = {
    .read = player_read,
    .write = player_write,
    .close = player_close,
};

static FILE *open_recording(const char *path, struct error_report *error)
{
    char magic[sizeof(RECORDING_MAGIC) - 1];
    FILE *file = fopen(path, "rbe");

    if (file == NULL) {
        error_set(error, STATUS_UNREACHABLE, "%s: %s", path, strerror(errno));
        return NULL;
    }
    if (fread(magic, 1, sizeof(magic), file) != sizeof(magic)
            || memcmp(magic, RECORDING_MAGIC, sizeof(magic)) != 0) {
        error_set(error, STATUS_FAILURE, "%s is no recording of a link", path);
        error_advise(error, "recordings are made with --record FILE");
        fclose(file);
        return NULL;
    }
    return file;
}

struct transport *transport_open_recording(const char *place, struct error_report *error)
{
    char path[256];
    const char *comma = strrchr(place, ',');
    bool fast = comma != NULL && strcmp(comma, ",fast") == 0;
    struct player *player;
    FILE *file;

    snprintf(path, sizeof(path), "%.*s", fast ? (int)(comma - place) : (int)strlen(place), place);
    file = open_recording(path, error);
    if (file == NULL) {
        return NULL;
    }
    player = calloc(1, sizeof(*player));
    if (player == NULL
            || (player->base.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC))
                    < 0) {
        error_set(error, STATUS_FAILURE, "%s: %s", path, strerror(errno));
        free(player);
        fclose(file);
        return NULL;
    }
    player->base.ops = &player_ops;
    player->base.replay = true;
    player->file = file;
    player->fast = fast;
    player->start_us = clock_us();
    arm(player);
    return &player->base;
}
