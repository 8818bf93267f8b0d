/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which target is meant, and which archive belongs to it. In this order: --target, the environment
 * variable LIONSCOPE_TARGET, `default` in the configuration, the running demo.
 *
 * The configuration is $XDG_CONFIG_HOME/lionscope/config (usually ~/.config/lionscope/config):
 *
 *   # comment
 *   default = board
 *   [board]
 *   target = serial:/dev/ttyUSB0
 *   archive = /home/me/build/loader.archive
 *   queues = /home/me/my.queues
 *   key = /home/me/board.key
 */
#pragma once

#include "console/app/options.h"

struct target {
    char name[64];     /* in the configuration, or "" */
    char place[512];   /* serial:..., tcp:...,key=..., unix:..., file:... */
    char archive[512]; /* "" if there is none */
    char key[512];     /* file with the key for tcp:, "" if there is none */
    char queues[512];  /* file with descriptions of queues, "" if there is none */
};

/* False: *error says that there is none, or what is wrong with the configuration (file and line). */
bool target_find(struct target *target, const struct options *options, struct error_report *error);

/* The names in the configuration, for completion; calls `name` for each. */
void target_each_name(void (*name)(void *context, const char *name), void *context);

/* The folder for sockets and such of this user: $XDG_RUNTIME_DIR/lionscope or a private one in /tmp. */
bool target_runtime_folder(char *path, size_t size, struct error_report *error);
