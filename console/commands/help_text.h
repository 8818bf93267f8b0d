/* SPDX-License-Identifier: BSD-2-Clause */
/* Help, made from the tables of commands, options and topics. The manual page has the same sources. */
#pragma once

#include <stdio.h>

#include "console/commands/command.h"

struct help_topic {
    const char *name;
    const char *title;
    const char *text; /* lines; those that begin with two blanks are shown as they are */
};

/* Ends with a name of NULL. */
extern const struct help_topic help_topics[];

const struct help_topic *help_find_topic(const char *name);
/* What `lionscope` says when it cannot open the full screen: usage and five examples. */
void help_print_short(FILE *out);
void help_print_all(FILE *out);
void help_print_command(FILE *out, const struct command *command);
void help_print_topic(FILE *out, const struct help_topic *topic);
void help_print_version(FILE *out);

/* Whether a command takes an option, by the option's name; general ones are taken by all. */
bool help_takes(const struct command *command, const char *option);
/* True for options that every command takes. */
bool help_is_general(const char *option);
