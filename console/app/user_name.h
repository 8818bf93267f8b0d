/* SPDX-License-Identifier: BSD-2-Clause */
/* Who somebody is, for people on this and on other machines. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* "user@host"; a number for a user without a name. */
void user_name(uid_t user, char *out, size_t size);
