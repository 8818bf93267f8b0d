/* SPDX-License-Identifier: BSD-2-Clause */
/* Instead of lib/util/reload.c, which reads the target's clock: the state stays where it is. */
#pragma once

#include <stdbool.h>

/* What the next lions_reload_attach() tells: whether an image before this one has left its state. */
extern bool reload_peer_takes_over;
