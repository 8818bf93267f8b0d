/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/compose/mac_address.h"

#include <string.h>

#define GROUP_BIT   1 /* of the first byte */
#define TEXT_LENGTH 17
#define DIGITS      "0123456789abcdefABCDEF"

static unsigned digit(char letter)
{
    return letter <= '9' ? (unsigned)(letter - '0') : (unsigned)((letter | 0x20) - 'a' + 10);
}

/* "xx:xx:xx:xx:xx:xx" */
static bool parse(const char *text, size_t length, uint8_t *bytes)
{
    if (length != TEXT_LENGTH) {
        return false;
    }
    for (size_t i = 0; i < ETH_HWADDR_LEN; i++) {
        const char *pair = &text[3 * i];

        if (strspn(pair, DIGITS) < 2 || (i + 1 < ETH_HWADDR_LEN && pair[2] != ':')) {
            return false;
        }
        bytes[i] = (uint8_t)(digit(pair[0]) << 4 | digit(pair[1]));
    }
    return true;
}

static const struct mac_address *find(const struct mac_list *list, const uint8_t *bytes)
{
    list_for_each(address, &list->items) {
        if (memcmp(address->bytes, bytes, ETH_HWADDR_LEN) == 0) {
            return address;
        }
    }
    return NULL;
}

static void add(struct composition *composition, struct mac_list *list, struct mac_address address)
{
    static const uint8_t nobody[ETH_HWADDR_LEN];
    const struct mac_address *other = find(list, address.bytes);

    if (other != NULL) {
        report_error(composition->diagnostics, address.position,
                "a MAC address of '%s' already belongs to '%s' of line %u", address.pd, other->pd,
                other->position.line);
    } else if ((address.bytes[0] & GROUP_BIT) != 0
            || memcmp(address.bytes, nobody, sizeof(nobody)) == 0) {
        report_error(composition->diagnostics, address.position,
                "a MAC address of '%s' is that of a group or of nobody; the lowest bit of its first "
                "byte has to be 0",
                address.pd);
    }
    *list_add(composition->arena, &list->items) = address;
}

void mac_list_read(
        struct composition *composition, struct mac_list *list, const struct client *client)
{
    const struct xml_attribute *mac = xml_attribute(client->element, "mac");
    struct mac_address address = { .pd = client->pd->name };
    size_t count = 0;

    if (mac == NULL) {
        return;
    }
    address.position = mac->position;
    for (const char *text = mac->value; *text != 0;) {
        size_t length = strcspn(text, " ");

        if (!parse(text, length, address.bytes)) {
            report_error(composition->diagnostics, mac->position,
                    "mac=\"%s\" on element '%s': expected six bytes like 52:54:01:00:00:01, and a "
                    "blank between two addresses",
                    mac->value, client->element->name);
            return;
        }
        add(composition, list, address);
        count++;
        text += length + (text[length] == ' ');
    }
    if (count == 0 || count > SDDF_NET_MAX_MACS) {
        report_error(composition->diagnostics, mac->position,
                "mac=\"...\" on element '%s' has %zu addresses; expected 1..%d",
                client->element->name, count, SDDF_NET_MAX_MACS);
    }
}

/* Locally administered: nobody else on the network should have it. */
void mac_list_choose(
        struct composition *composition, struct mac_list *list, const struct client *client)
{
    struct mac_address address = {
        .bytes = { 0x52, 0x54, 0x01, 0, 0, 1 }, .position = client->position, .pd = client->pd->name
    };

    if (xml_attribute(client->element, "mac") != NULL) {
        return;
    }
    while (find(list, address.bytes) != NULL) {
        address.bytes[ETH_HWADDR_LEN - 1]++;
    }
    *list_add(composition->arena, &list->items) = address;
}
