/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals that end the program: seen by whoever waits, so that everything is put back in order. */
#pragma once

#include <stdbool.h>

/* Catches SIGINT, SIGTERM and SIGHUP; ignores SIGPIPE (writes then fail). */
void interrupt_catch(void);
/* One of them came. Waiting in poll ends early when one comes. */
bool interrupt_seen(void);
