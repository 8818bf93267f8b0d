/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor: a client of a serial device (its link to the console) and of a timer, with a capability of
 * each PD's thread and scheduling context, a view of all queues, and windows on the images of all others.
 */
#include <string.h>

#include "host-tools/compose/composition.h"
#include "microkit/include/microkit/grants.h"
#include "monitor/include/monitor/config.h"

#define DEFAULT_NAME    "lionscope" /* the name "monitor" is the fault monitor's */
#define DEFAULT_PROGRAM "monitor.elf"
/* Above what it watches, below the timer that it calls; never more than a fifth of the time. */
#define DEFAULT_PRIORITY 110
#define DEFAULT_BUDGET   1000 /* us */
#define DEFAULT_PERIOD   5000

static const char magic[SDDF_MAGIC_LEN] = MONITOR_MAGIC;

/* ---- reading ---- */

/* What stays on the element: attributes of a protection domain. */
static void keep_attributes(struct composition *composition, struct xml_element *element,
        const struct xml_element *wishes)
{
    static const char *const kept[] = { "name", "priority", "budget", "period", "stack_size", "cpu",
        "fpu", "domain", NULL };

    memset(&element->attributes, 0, sizeof(element->attributes));
    for (const char *const *name = kept; *name != NULL; name++) {
        const struct xml_attribute *attribute = xml_attribute(wishes, *name);

        if (attribute != NULL) {
            *list_add(composition->arena, &element->attributes) = *attribute;
        }
    }
    if (xml_attribute(element, "name") == NULL) {
        attribute_add(composition, element, "name", "%s", DEFAULT_NAME);
    }
    if (xml_attribute(element, "priority") == NULL) {
        attribute_add(composition, element, "priority", "%u", DEFAULT_PRIORITY);
    }
    if (xml_attribute(element, "budget") == NULL && xml_attribute(element, "period") == NULL) {
        attribute_add(composition, element, "budget", "%u", DEFAULT_BUDGET);
        attribute_add(composition, element, "period", "%u", DEFAULT_PERIOD);
    }
}

void monitor_read(struct composition *composition, struct pd *pd)
{
    static const char *const allowed[] = { "name", "priority", "budget", "period", "stack_size",
        "cpu", "fpu", "domain", "serial", "timer", "line_rate", "adopts", "windows", NULL };
    struct xml_element *element = pd->element;
    struct xml_element *wishes = element_new(composition, "monitor", element->position);

    xml_allow_attributes(element, allowed, composition->diagnostics);
    wishes->attributes.items = element->attributes.items;
    wishes->attributes.count = element->attributes.count;
    pd->wishes = wishes;
    element->name = "protection_domain";
    keep_attributes(composition, element, wishes);
    if (child_of(element, "program_image") == NULL) {
        pd->image = element_add(composition, element, "program_image", element->position);
        attribute_add(composition, pd->image, "path", "%s", DEFAULT_PROGRAM);
        pd->program = DEFAULT_PROGRAM;
        pd->of_sdk = true;
    }
    pd->monitor = section_add(
            composition, pd, "monitor_config", sizeof(*pd->monitor), "monitor_config.data");
    memcpy(pd->monitor->magic, magic, sizeof(magic));
    pd->monitor->line_rate =
            (uint32_t)number_or(composition, wishes, "line_rate", 0, 0, UINT32_MAX);
}

/* ---- children ---- */

void monitor_adopt(struct composition *composition, struct pd *pd)
{
    struct xml_element *root = composition->root;
    size_t kept = 0;

    if (!boolean_or(composition, pd->wishes, "adopts", false)) {
        return;
    }
    for (size_t i = 0; i < root->children.count; i++) {
        struct xml_element *child = root->children.items[i];

        if (strcmp(child->name, "protection_domain") != 0 || child == pd->element) {
            root->children.items[kept++] = child;
            continue;
        }
        *list_add(composition->arena, &pd->element->children) = child;
        child->parent = pd->element;
    }
    root->children.count = kept;
    for_each(other, &composition->pds)
    {
        if (*other != pd && (*other)->parent == NULL) {
            (*other)->parent = pd;
        }
    }
}

/* ---- authority ---- */

static void add_grants(struct composition *composition, const struct pd *pd,
        struct xml_element *cspace, const char *kind, unsigned *slot)
{
    for_each(target, &composition->pds)
    {
        if (*slot >= MICROKIT_GRANT_SLOTS) {
            return;
        }

        struct xml_element *grant = element_add(composition, cspace, kind, pd->position);

        attribute_add(composition, grant, "slot", "%u", (*slot)++);
        attribute_add(composition, grant, "pd", "%s", (*target)->name);
    }
}

static void add_cspace(struct composition *composition, struct pd *pd)
{
    const struct xml_element *own = child_of(pd->element, "cspace");
    size_t most = (MICROKIT_GRANT_SLOTS - 1) / 2;
    unsigned slot = 1;

    if (own != NULL) {
        report_error(composition->diagnostics, own->position,
                "'%s' is a monitor: its capabilities are chosen by the composition", pd->name);
        return;
    }
    if (composition->pds.count > most) {
        report_error(composition->diagnostics, pd->position,
                "'%s' cannot watch all %zu protection domains: it has room for two capabilities "
                "each of %zu",
                pd->name, composition->pds.count, most);
    }

    struct xml_element *cspace = element_add(composition, pd->element, "cspace", pd->position);

    add_grants(composition, pd, cspace, "cap_tcb", &slot);
    add_grants(composition, pd, cspace, "cap_sc", &slot);
}

/* ---- sight ---- */

static bool has_window(const struct pd *pd, const char *other)
{
    for_each(element, &pd->element->children)
    {
        const struct xml_attribute *name = xml_attribute(*element, "pd");

        if (strcmp((*element)->name, "image_window") == 0 && name != NULL
                && strcmp(name->value, other) == 0) {
            return true;
        }
    }
    return false;
}

static const char *window_permissions(struct composition *composition, const struct pd *pd)
{
    const struct xml_attribute *windows = xml_attribute(pd->wishes, "windows");

    if (windows != NULL && strcmp(windows->value, "r") != 0 && strcmp(windows->value, "rw") != 0) {
        report_error(composition->diagnostics, windows->position,
                "windows=\"%s\" on element 'monitor': expected r, or rw for a monitor that sets "
                "breakpoints",
                windows->value);
        return "r";
    }
    return windows != NULL ? windows->value : "r";
}

static void add_image_windows(struct composition *composition, struct pd *pd)
{
    const char *permissions = window_permissions(composition, pd);

    for_each(other, &composition->pds)
    {
        if (*other != pd && !has_window(pd, (*other)->name)) {
            struct xml_element *window =
                    element_add(composition, pd->element, "image_window", pd->position);

            attribute_add(composition, window, "pd", "%s", (*other)->name);
            attribute_add(composition, window, "perms", "%s", permissions);
        }
    }
}

static bool maps(const struct pd *pd, const struct region *region)
{
    for_each(element, &pd->element->children)
    {
        const struct xml_attribute *name = xml_attribute(*element, "mr");

        if (strcmp((*element)->name, "map") == 0 && name != NULL
                && strcmp(name->value, region->name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_queue_windows(struct composition *composition, struct pd *pd)
{
    for_each(region, &composition->regions)
    {
        if ((*region)->is_queue && !maps(pd, *region)) {
            map_add(composition, pd->position, pd, *region, "r", true);
        }
    }
}

/* ---- who may not be stopped ---- */

/* Place of a PD in the system description, parents before their children; true if found. */
static bool find_index(
        const struct xml_element *element, const struct xml_element *wanted, unsigned *index)
{
    for_each(child, &element->children)
    {
        if (strcmp((*child)->name, "protection_domain") != 0) {
            continue;
        }
        if (*child == wanted) {
            return true;
        }
        (*index)++;
        if (find_index(*child, wanted, index)) {
            return true;
        }
    }
    return false;
}

static void keep_running(
        const struct composition *composition, struct pd *pd, const struct pd *kept)
{
    unsigned index = 0;

    if (kept != NULL && find_index(composition->root, kept->element, &index) && index < 64) {
        pd->monitor->keep_running |= UINT64_C(1) << index;
    }
}

/* The PDs that carry the link or tell the time. */
void monitor_finish(struct composition *composition, struct pd *pd)
{
    for_each(instance, &composition->instances)
    {
        for_each(client, &(*instance)->clients)
        {
            if (client->pd == pd) {
                keep_running(composition, pd, (*instance)->driver_pd);
                keep_running(composition, pd, (*instance)->virt_tx);
                keep_running(composition, pd, (*instance)->virt_rx);
            }
        }
    }
}

void monitor_connect(struct composition *composition, struct pd *pd)
{
    add_cspace(composition, pd);
    add_queue_windows(composition, pd);
    add_image_windows(composition, pd);
}
