/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever a client sends, in whatever order, while PDs run, stop and fault: the stub does not leave its
 * memory, and when the client is gone there is no breakpoint left.
 *
 * Input: lines. A line is a packet, framed here with the right check sum; a line that begins with '=' is
 * sent raw; '~' lets the machine run, '^' lets a PD fault, '@' gives it another image. Inputs of odd length are for a machine that cannot step.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdbstub/extras/images.h"
#include "tests/host/gdbstub/simulated.h"

#define PDS 3

static struct simulated machine;
static struct gdbstub stub;

static void drain(void)
{
    const uint8_t *bytes;
    size_t length = gdbstub_output(&stub, &bytes);
    uint8_t sum = 0;

    for (size_t i = 0; i < length; i++) {
        sum ^= bytes[i]; /* reads it all, for the sanitizer */
    }
    gdbstub_sent(&stub, length + (sum & 1));
}

static void send_packet(const uint8_t *payload, size_t length)
{
    uint8_t sum = 0;
    char end[4];

    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + payload[i]);
    }
    gdbstub_input(&stub, (const uint8_t *)"$", 1);
    gdbstub_input(&stub, payload, length);
    snprintf(end, sizeof(end), "#%02x", sum);
    gdbstub_input(&stub, (const uint8_t *)end, 3);
}

/* What it leaves lies in one half of its memory. */
static void replace_image(unsigned pd, bool first_half)
{
    const struct target_region half = { SIMULATED_BASE + (first_half ? 0 : SIMULATED_MEMORY / 2),
        SIMULATED_MEMORY / 2 };

    machine.module = (struct target_module){ .address = half.start, .path = "/modules/pd0/<1>" };
    gdbstub_left(&stub, pd, &half);
    if (machine.pds[pd].running) {
        gdbstub_replaced(&stub, pd);
    }
}

static void take_line(const uint8_t *line, size_t length)
{
    if (length > 0 && line[0] == '=') {
        gdbstub_input(&stub, line + 1, length - 1);
    } else if (length > 0 && line[0] == '~') {
        simulated_run(&machine, 40);
    } else if (length > 1 && line[0] == '^') {
        unsigned pd = line[1] % PDS;

        if (machine.pds[pd].running) {
            simulated_fault(&machine, pd, length);
        }
    } else if (length > 1 && line[0] == '@') {
        replace_image(line[1] % PDS, length % 2 == 0);
    } else {
        send_packet(line, length);
    }
}

static void check_nothing_left(void)
{
    for (unsigned pd = 0; pd < PDS; pd++) {
        for (unsigned unit = 0; unit < SIMULATED_UNITS; unit++) {
            if (machine.pds[pd].units[unit].used) {
                abort();
            }
        }
        if (machine.pds[pd].claimed || machine.pds[pd].stops_at_timeout) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    simulated_init(&machine, PDS, 1);
    machine.target.steps = length % 2 == 0; /* with and without */
    gdbstub_init(&stub, &machine.target);
    machine.stub = &stub;
    gdbstub_connect(&stub);
    while (length > 0) {
        const uint8_t *end = memchr(bytes, '\n', length);
        size_t line = end == NULL ? length : (size_t)(end - bytes);

        take_line(bytes, line);
        if (line % 3 != 0) {
            drain(); /* sometimes the client does not fetch its answers */
        }
        bytes += end == NULL ? line : line + 1;
        length -= end == NULL ? line : line + 1;
    }
    gdbstub_disconnect(&stub);
    check_nothing_left();
    return 0;
}
