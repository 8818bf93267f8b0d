/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console as a client of the stub: packets of GDB's remote protocol, one after the other, each with
 * its answer, over the claimed gdb channel.
 */
#pragma once

#include "console/gdb/stub_line.h"

#define STUB_CLIENT_ANSWER_MAX 40000

struct stub_client {
    struct session *session;
    struct stub_line line;
    uint8_t raw[STUB_CLIENT_ANSWER_MAX];
    size_t raw_length;
    uint8_t answer[STUB_CLIENT_ANSWER_MAX + 1]; /* of the last packet, a zero behind it */
    size_t length;
};

/* Connects; false: *error says why not. */
bool stub_client_open(
        struct stub_client *client, struct session *session, struct error_report *error);
/* The PDs are let go. */
void stub_client_close(struct stub_client *client);
/* Sends a packet without bytes that need an escape; its answer is in client->answer. */
bool stub_client_ask(struct stub_client *client, const char *packet, struct error_report *error);
