/* SPDX-License-Identifier: BSD-2-Clause */
/* Serial lines and pseudo terminals, raw, eight bits, no parity, one stop bit, no flow control. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "host-tools/lib/descriptor.h"

#define DEFAULT_BAUD  115200
#define BITS_PER_BYTE 10 /* with start and stop bit */

static const struct {
    unsigned baud;
    speed_t speed;
} speeds[] = {
    { 9600, B9600 },
    { 19200, B19200 },
    { 38400, B38400 },
    { 57600, B57600 },
    { 115200, B115200 },
    { 230400, B230400 },
    { 460800, B460800 },
    { 921600, B921600 },
    { 1000000, B1000000 },
    { 1500000, B1500000 },
    { 2000000, B2000000 },
    { 3000000, B3000000 },
    { 4000000, B4000000 },
};

static const speed_t *find_speed(unsigned baud)
{
    for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
        if (speeds[i].baud == baud) {
            return &speeds[i].speed;
        }
    }
    return NULL;
}

static bool make_raw(int fd, speed_t speed)
{
    struct termios settings;

    if (tcgetattr(fd, &settings) != 0) {
        return false;
    }
    cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    cfsetispeed(&settings, speed);
    cfsetospeed(&settings, speed);
    return tcsetattr(fd, TCSANOW, &settings) == 0;
}

/* "PATH" or "PATH,BAUD". */
static bool split(
        const char *place, char *path, size_t size, unsigned *baud, struct error_report *error)
{
    const char *comma = strrchr(place, ',');
    size_t length = comma != NULL ? (size_t)(comma - place) : strlen(place);
    char *end = NULL;

    *baud = DEFAULT_BAUD;
    if (comma != NULL) {
        *baud = (unsigned)strtoul(comma + 1, &end, 10);
        if (end == comma + 1 || *end != '\0' || find_speed(*baud) == NULL) {
            return error_set(error, STATUS_USAGE, "'%s' is no rate of a serial line", comma + 1);
        }
    }
    if (length == 0 || length >= size) {
        return error_set(error, STATUS_USAGE, "'serial:%s' names no device", place);
    }
    memcpy(path, place, length);
    path[length] = '\0';
    return true;
}

struct transport *transport_open_serial(const char *place, struct error_report *error)
{
    char path[256];
    unsigned baud;
    struct transport *transport;
    int fd;

    if (!split(place, path, sizeof(path), &baud, error)) {
        return NULL;
    }
    fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        error_set(error, STATUS_UNREACHABLE, "%s: %s", path, strerror(errno));
        if (errno == EACCES) {
            error_advise(
                    error, "serial lines usually belong to a group such as 'dialout'; join it");
        }
        return NULL;
    }
    if (!make_raw(fd, *find_speed(baud))) {
        error_set(error, STATUS_UNREACHABLE, "%s is no serial line: %s", path, strerror(errno));
        close(fd);
        return NULL;
    }
    transport = descriptor_transport(fd);
    if (transport == NULL) {
        error_set(error, STATUS_FAILURE, "out of memory");
        close(fd);
        return NULL;
    }
    transport->byte_rate = baud / BITS_PER_BYTE;
    return transport;
}
