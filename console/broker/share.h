/* SPDX-License-Identifier: BSD-2-Clause */
/* One link, many users: requests are passed on, events go to all who subscribed them. */
#pragma once

#include <poll.h>

#include "host-tools/lib/client.h"

#define SHARE_USERS_MAX 16

struct share;

/* Opens the target when the first user is there. `record` may be NULL. NULL without memory. */
struct share *share_new(const char *place, const char *record);
void share_free(struct share *share);

/* Takes over a connected socket. False: too many. */
bool share_add_user(struct share *share, int fd);
unsigned share_users(const struct share *share);

/* Fills in what to poll (at most SHARE_USERS_MAX + 1); how many. */
size_t share_poll(const struct share *share, struct pollfd *polled);
int share_wait_ms(const struct share *share);
/* Does what is due; to be called after each poll. */
void share_step(struct share *share);
