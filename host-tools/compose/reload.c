/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components whose image the monitor can replace: two slots for another image's code and variables, and
 * a region in which one image leaves to the next what has to live on.
 */
#include <errno.h>
#include <string.h>

#include <lions/reload.h>

#include "host-tools/compose/composition.h"
#include "monitor/include/monitor/reload_config.h"
#include "monitor/signature/public_key.h"

#define TEXT_SIZE      0x20000 /* what modules are linked for: lionsos/cmake/component.cmake */
#define DATA_SIZE      0x40000
#define HAND_OVER_SIZE 0x2000
#define SIZE_MOST      0x10000000

static const char client_magic[] = LIONS_RELOAD_MAGIC;
static const char magic[] = MONITOR_RELOAD_MAGIC;

static void note(struct composition *composition, const struct reloadable *reloadable)
{
    if (strlen(reloadable->kind) >= MONITOR_MODULE_KIND) {
        report_error(composition->diagnostics, reloadable->position,
                "kind \"%s\" of a reloadable image is longer than %d characters", reloadable->kind,
                MONITOR_MODULE_KIND - 1);
        return;
    }
    list_for_each(other, &composition->reloadables) {
        if (other->pd == reloadable->pd) {
            report_error(composition->diagnostics, reloadable->position,
                    "protection domain '%s' has a second 'reload'; the first is at line %u",
                    reloadable->pd->name, other->position.line);
            return;
        }
    }
    if (composition->reloadables.count == MONITOR_RELOADABLE_MAX) {
        report_error(composition->diagnostics, reloadable->position,
                "'%s' is one reloadable protection domain too many: a monitor has room for %d",
                reloadable->pd->name, MONITOR_RELOADABLE_MAX);
        return;
    }
    *list_add(composition->arena, &composition->reloadables) = *reloadable;
}

void reload_note(struct composition *composition, struct pd *pd, const struct component *component)
{
    struct reloadable reloadable = { .pd = pd,
        .position = pd->position,
        .kind = component->module_kind,
        .interface = 1,
        .version = 1,
        .config_bytes = (uint32_t)component->config_bytes,
        .text_size = TEXT_SIZE,
        .data_size = DATA_SIZE,
        .hand_over_size =
                component->hand_over_size != 0 ? component->hand_over_size : HAND_OVER_SIZE };

    note(composition, &reloadable);
}

bool reload_is_possible(const struct composition *composition, const struct pd *pd)
{
    list_for_each(reloadable, &composition->reloadables) {
        if (reloadable->pd == pd) {
            return true;
        }
    }
    return false;
}

/* Whole pages. */
static uint64_t read_size(struct composition *composition, const struct xml_element *element,
        const char *name, uint64_t otherwise)
{
    uint64_t size = number_or(composition, element, name, otherwise, SMALL_PAGE, SIZE_MOST);

    if (size % SMALL_PAGE != 0) {
        report_error(composition->diagnostics, attribute_position(element, name),
                "%s=\"%s\" on element 'reload' is not a multiple of 0x%llx", name,
                xml_attribute(element, name)->value, (unsigned long long)SMALL_PAGE);
        return otherwise;
    }
    return size;
}

bool reload_read(struct composition *composition, struct pd *pd, const struct xml_element *element)
{
    static const char *const allowed[] = { "kind", "interface", "version", "config_bytes",
        "text_size", "data_size", "hand_over_size", NULL };
    struct reloadable reloadable = { .pd = pd, .position = element->position };

    if (strcmp(element->name, "reload") != 0) {
        return false;
    }
    xml_allow_attributes(element, allowed, composition->diagnostics);
    no_children(&composition->reader, element);
    require_attribute(&composition->reader, element, "config_bytes");
    reloadable.kind = read_text(&composition->reader, element, "kind", true);
    reloadable.interface = (uint32_t)number_or(composition, element, "interface", 1, 0, UINT32_MAX);
    reloadable.version = (uint32_t)number_or(composition, element, "version", 1, 0, UINT32_MAX);
    reloadable.config_bytes =
            (uint32_t)number_or(composition, element, "config_bytes", 0, 0, UINT32_MAX);
    reloadable.text_size = read_size(composition, element, "text_size", TEXT_SIZE);
    reloadable.data_size = read_size(composition, element, "data_size", DATA_SIZE);
    reloadable.hand_over_size = read_size(composition, element, "hand_over_size", HAND_OVER_SIZE);
    if (reloadable.kind != NULL) {
        note(composition, &reloadable);
    }
    return true;
}

/* ---- connecting ---- */

static void *map_for_monitor(struct composition *composition, const struct region *region)
{
    struct pd *monitor = composition->monitor;

    return (void *)(uintptr_t)map_add(composition, monitor->position, monitor, region, "rw", true);
}

/* Code and variables lie side by side in the PD, as the image was linked. */
static void connect_slot(struct composition *composition, const struct reloadable *reloadable,
        unsigned number, monitor_reload_slot_t *slot)
{
    struct pd *pd = reloadable->pd;
    struct position position = reloadable->position;
    struct region *text = region_add(
            composition, position, reloadable->text_size, "%s/slot%u/text", pd->name, number);
    struct region *data = region_add(
            composition, position, reloadable->data_size, "%s/slot%u/data", pd->name, number);

    slot->address = address_take(
            pd, composition->arena, reloadable->text_size + reloadable->data_size, SMALL_PAGE);
    map_add_at(composition, position, pd, text, slot->address, "rx", true);
    map_add_at(composition, position, pd, data, slot->address + text->size, "rw", true);
    slot->text = map_for_monitor(composition, text);
    slot->data = map_for_monitor(composition, data);
}

static void connect_hand_over(struct composition *composition, const struct reloadable *reloadable,
        monitor_reload_pd_t *entry)
{
    struct pd *pd = reloadable->pd;
    struct region *region = region_add(composition, reloadable->position,
            reloadable->hand_over_size, "%s/hand_over", pd->name);
    lions_reload_config_t *client = section_add(composition, pd, "reload_client_config",
            sizeof(*client), "reload_client_%s.data", pd->name);

    memcpy(client->magic, client_magic, sizeof(client_magic));
    client->hand_over.vaddr =
            (void *)(uintptr_t)map_add(composition, reloadable->position, pd, region, "rw", true);
    client->hand_over.size = region->size;
    entry->hand_over.vaddr = map_for_monitor(composition, region);
    entry->hand_over.size = region->size;
}

static void connect(struct composition *composition, const struct reloadable *reloadable,
        monitor_reload_pd_t *entry)
{
    strncpy(entry->pd, reloadable->pd->name, sizeof(entry->pd) - 1);
    strncpy(entry->kind, reloadable->kind, sizeof(entry->kind) - 1);
    entry->interface = reloadable->interface;
    entry->config_bytes = reloadable->config_bytes;
    entry->version = reloadable->version;
    entry->text_bytes = (uint32_t)reloadable->text_size;
    entry->data_bytes = (uint32_t)reloadable->data_size;
    for (unsigned i = 0; i < MONITOR_RELOAD_SLOTS; i++) {
        connect_slot(composition, reloadable, i, &entry->slots[i]);
    }
    connect_hand_over(composition, reloadable, entry);
}

/* With module_key="" or none, modules need not be signed. */
static void read_key(struct composition *composition, uint8_t key[MONITOR_MODULE_KEY])
{
    const struct xml_attribute *path = xml_attribute(composition->monitor->wishes, "module_key");

    if (path == NULL || path->value[0] == '\0') {
        return;
    }
    switch (public_key_read(path->value, key)) {
    case PUBLIC_KEY_GOOD:
        break;
    case PUBLIC_KEY_UNREADABLE:
        report_error(composition->diagnostics, path->position,
                "module_key=\"%s\": %s; make a pair with 'lionscope keygen module FILE' and name "
                "FILE.pub",
                path->value, strerror(errno));
        break;
    case PUBLIC_KEY_PRIVATE:
        report_error(composition->diagnostics, path->position,
                "module_key=\"%s\": this is the private key, which does not belong into a system; "
                "name the public one, %s.pub",
                path->value, path->value);
        break;
    case PUBLIC_KEY_NONE:
        report_error(composition->diagnostics, path->position,
                "module_key=\"%s\": no public key of P-256 in PEM form, as 'lionscope keygen module' "
                "makes them",
                path->value);
        break;
    }
}

void reload_connect(struct composition *composition)
{
    monitor_reload_config_t *config;

    if (composition->reloadables.count == 0) {
        return;
    }
    if (composition->monitor == NULL) {
        report_error(composition->diagnostics, composition->reloadables.items[0].position,
                "'%s' is to be reloadable, but the composition has no monitor",
                composition->reloadables.items[0].pd->name);
        return;
    }
    config = section_add(composition, composition->monitor, "reload_config", sizeof(*config),
            "reload_config.data");
    memcpy(config->magic, magic, sizeof(magic));
    read_key(composition, config->key);
    list_for_each(reloadable, &composition->reloadables) {
        if (reloadable->pd->parent != composition->monitor) {
            report_error(composition->diagnostics, reloadable->position,
                    "'%s' is to be reloadable, but is no child of the monitor '%s'",
                    reloadable->pd->name, composition->monitor->name);
            continue;
        }
        connect(composition, reloadable, &config->pds[config->count++]);
    }
}
