/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line. One table feeds parser, help, completion and manual page. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "host-tools/lib/error_report.h"

#define OPTIONS_ARGUMENTS_MAX 16

struct options {
    const char *target;      /* --target; NULL: from environment, configuration or default */
    const char *archive;     /* --archive; NULL: from the configuration, or none */
    const char *key;         /* --key: file with the key for tcp:; NULL: from the configuration */
    const char *record;      /* --record: file for a recording of the link */
    const char *fields;      /* --fields: names separated by commas; NULL: all */
    const char *sort;        /* --sort: a column; NULL: natural order */
    const char *filter;      /* --filter: a regular expression, ! first: rows without it */
    const char *socket;      /* --socket, of `broker` */
    const char *queues_file; /* --queues: descriptions of queues */
    bool json;
    bool plain;    /* --plain: no full screen even on a terminal */
    bool ascii;    /* --ascii */
    bool no_color; /* --no-color or NO_COLOR */
    bool no_header;
    bool reverse;
    bool direct; /* --direct: no broker */
    bool follow; /* log */
    bool mouse;
    bool serve;         /* gdb: only the port, no GDB */
    bool print_command; /* gdb */
    const char *output; /* profile, core: file to write */
    const char *format; /* profile export */
    unsigned rate;      /* profile: samples a second; 0: the default */
    unsigned period;    /* profile: events from sample to sample; 0: the default */
    const char *event;  /* profile: NULL: the timer */
    const char *pds;    /* profile: names, separated by commas; NULL: all */
    bool off_cpu;       /* profile */
    bool flamegraph;    /* profile export */
    double duration_s;  /* profile; 0: the default */
    bool dry_run;       /* reload */
    bool older;         /* reload: a lower version is meant */
    bool unchecked;     /* reload: the target alone checks what fits */
    bool help;
    bool usage; /* -h: in short */
    bool version;
    double timeout_s;    /* for answers */
    double interval_s;   /* between samples */
    double probation_s;  /* reload; 0: the default */
    unsigned count;      /* of samples; 0: as the command likes */
    unsigned port;       /* gdb: to listen on; 0: any */
    const char *command; /* NULL: none */
    const char *arguments[OPTIONS_ARGUMENTS_MAX];
    size_t argument_count;
};

enum option_kind {
    OPTION_SWITCH,
    OPTION_TEXT,
    OPTION_COUNT,
    OPTION_SECONDS
};

struct option_entry {
    const char *name; /* without dashes */
    char letter;      /* 0: none */
    enum option_kind kind;
    size_t offset;        /* in struct options */
    const char *argument; /* what to call it in help; NULL for switches */
    const char *help;
};

extern const struct option_entry option_table[];
extern const size_t option_table_length;

/* Reads the command line and the environment. False: *error says what is wrong with it. */
bool options_parse(
        struct options *options, int argc, char *const argv[], struct error_report *error);
/* The option with this name or NULL. */
const struct option_entry *options_find(const char *name, size_t length);
/* The command and its arguments in short, for others: files without their folders. */
void options_in_words(const struct options *options, char *out, size_t size);
