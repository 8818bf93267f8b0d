/* SPDX-License-Identifier: BSD-2-Clause */
/* What the command line says. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TARGETS_MAX 16

/* Payloads of UDP: room for our header, and what fits an Ethernet frame. */
#define UDP_SIZE_MIN 32
#define UDP_SIZE_MAX 1472
#define TCP_SIZE_MAX 65536

enum protocol {
    PROTOCOL_UDP,
    PROTOCOL_TCP,
};

struct target {
    enum protocol protocol;
    char host[256];
    char port[16];
    const char *text; /* as given */
};

struct options {
    struct target targets[TARGETS_MAX];
    uint32_t target_count;
    uint32_t clients;  /* per target */
    uint32_t window;   /* messages on their way per client */
    uint64_t rate;     /* messages per second and client; 0: as fast as the window allows */
    uint64_t count;    /* messages per client; 0: until `seconds` are over */
    uint64_t bytes;    /* per client instead of count; 0: none */
    double seconds;    /* 0: no limit */
    uint32_t size_min; /* payload bytes */
    uint32_t size_max;
    double timeout; /* seconds after which a message is given up */
    uint64_t seed;
    double every; /* seconds from one line of progress to the next; 0: none */
    bool burst;   /* the next window only when the last one is answered */
    bool forever; /* until interrupted, also while nobody answers */
    bool json;
};

/* Fills `options`. False after a message on stderr: the arguments are wrong. --help ends the program. */
bool options_parse(struct options *options, int argc, char **argv);
