/* SPDX-License-Identifier: BSD-2-Clause */
/* What an image says of itself whose policy says nothing. In the library a file of its own, so that the policy's goes first. */
#include <lions/tx_policy.h>

LIONS_NET_VIRT_TX(1);
