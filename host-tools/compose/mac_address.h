/* SPDX-License-Identifier: BSD-2-Clause */
/* MAC addresses of network clients: read, compared, chosen. */
#pragma once

#include <sddf/network/config.h>

#include "host-tools/compose/composition.h"

struct mac_address {
    uint8_t bytes[ETH_HWADDR_LEN];
    struct position position; /* of the attribute, or of the client if the address was chosen */
    const char *pd;
};

struct mac_list {
    LIST(struct mac_address) items;
};

/*
 * Adds the addresses of an attribute `mac`, "52:54:01:00:00:01" or several with blanks between them;
 * without the attribute, one that nobody has. Wrong, double and group addresses are reported.
 */
void mac_list_read(
        struct composition *composition, struct mac_list *list, const struct client *client);

/* Chooses an address for each client that has named none, once all the others are in the list. */
void mac_list_choose(
        struct composition *composition, struct mac_list *list, const struct client *client);
