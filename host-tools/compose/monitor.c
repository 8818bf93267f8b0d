/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor: a client of a serial device (its link to the console) and of a timer, with a capability of
 * each PD's thread and scheduling context, a view of all queues, and windows on the images of all others.
 */
#include <string.h>

#include "host-tools/compose/watcher.h"
#include "monitor/include/monitor/config.h"

static const char magic[SDDF_MAGIC_LEN] = MONITOR_MAGIC;

static const struct watcher watcher = {
    .element = "monitor",
    .name = "lionscope", /* the name "monitor" is the fault monitor's */
    .program = "monitor.elf",
    /* Above what it watches, below the timer that it calls; never more than a fifth of the time. */
    .priority = 110,
    .budget = 1000,
    .period = 5000,
};

/* ---- reading ---- */

void monitor_read(struct composition *composition, struct pd *pd)
{
    static const char *const others[] = { "serial", "timer", "line_rate", "adopts", "windows",
        "module_key", "holds", "parent", NULL };

    watcher_read(composition, pd, &watcher, others);
    pd->monitor = section_add(
            composition, pd, "monitor_config", sizeof(*pd->monitor), "monitor_config.data");
    memcpy(pd->monitor->magic, magic, sizeof(magic));
    pd->monitor->line_rate =
            (uint32_t)number_or(composition, pd->wishes, "line_rate", 0, 0, UINT32_MAX);
}

/* ---- children ---- */

/* The profiler has to run before what it samples, so it is nobody's child. */
static bool is_profiler(const struct composition *composition, const struct xml_element *element)
{
    return composition->profiler != NULL && composition->profiler->element == element;
}

/* The PD of the top level that it is, or is below of. */
static const struct pd *top_of(const struct pd *pd)
{
    while (pd->parent != NULL) {
        pd = pd->parent;
    }
    return pd;
}

/* parent="supervisor": whoever can start it anew. */
static void put_below_parent(struct composition *composition, struct pd *pd)
{
    struct xml_element *root = composition->root;
    const struct xml_attribute *name = xml_attribute(pd->wishes, "parent");
    struct pd *parent;
    size_t kept = 0;

    if (name == NULL) {
        return;
    }
    parent = pd_find(composition, name->value);
    if (parent == NULL || top_of(parent) == pd || parent == composition->profiler) {
        report_error(composition->diagnostics, name->position,
                "parent=\"%s\" on element 'monitor': there is no protection domain of that name above "
                "it%s",
                name->value, parent == NULL ? pd_suggest(composition, name->value) : "");
        return;
    }
    for (size_t i = 0; i < root->children.count; i++) {
        if (root->children.items[i] != pd->element) {
            root->children.items[kept++] = root->children.items[i];
        }
    }
    root->children.count = kept;
    pd->parent = parent;
    *list_add(composition->arena, &parent->element->children) = pd->element;
    pd->element->parent = parent->element;
}

void monitor_adopt(struct composition *composition, struct pd *pd)
{
    struct xml_element *root = composition->root;
    const struct pd *top;
    size_t kept = 0;

    put_below_parent(composition, pd);
    top = top_of(pd);

    if (!boolean_or(composition, pd->wishes, "adopts", false)) {
        return;
    }
    for (size_t i = 0; i < root->children.count; i++) {
        struct xml_element *child = root->children.items[i];

        if (strcmp(child->name, "protection_domain") != 0 || child == top->element
                || is_profiler(composition, child)) {
            root->children.items[kept++] = child;
            continue;
        }
        *list_add(composition->arena, &pd->element->children) = child;
        child->parent = pd->element;
    }
    root->children.count = kept;
    list_for_each(other, &composition->pds) {
        if (*other != top && (*other)->parent == NULL && *other != composition->profiler) {
            (*other)->parent = pd;
        }
    }
}

/* ---- sight ---- */

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

static bool maps(const struct pd *pd, const struct region *region)
{
    list_for_each(element, &pd->element->children) {
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
    list_for_each(region, &composition->regions) {
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
    list_for_each(child, &element->children) {
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

/* A set with this one PD, by its index; empty if it has none. */
static uint64_t set_of(const struct composition *composition, const struct pd *pd)
{
    unsigned index = 0;

    return pd != NULL && find_index(composition->root, pd->element, &index) && index < 64
            ? UINT64_C(1) << index
            : 0;
}

static void keep_running(
        const struct composition *composition, struct pd *pd, const struct pd *kept)
{
    pd->monitor->keep_running |= set_of(composition, kept);
}

/* ---- who waits for a debugger at boot ---- */

static uint64_t priority_of(struct composition *composition, const struct pd *pd)
{
    return number_or(composition, pd->element, "priority", 0, 0, UINT8_MAX);
}

/* The monitor suspends it, which is only in time if the monitor runs first. NULL: it can. */
static const char *why_not_hold(
        struct composition *composition, const struct pd *monitor, const struct pd *pd)
{
    if (pd == NULL) {
        return "which there is not";
    }
    if (pd->parent != monitor) {
        return "which is no child of the monitor";
    }
    if ((set_of(composition, pd) & monitor->monitor->keep_running) != 0) {
        return "which carries the monitor's link or tells it the time";
    }
    if (priority_of(composition, pd) >= priority_of(composition, monitor)) {
        return "which runs before the monitor: its priority has to be lower";
    }
    return NULL;
}

/* holds="client0 client1" */
static void hold_named(struct composition *composition, struct pd *monitor)
{
    const struct xml_attribute *holds = xml_attribute(monitor->wishes, "holds");

    for (const char *text = holds != NULL ? holds->value : ""; *text != 0;) {
        size_t length = strcspn(text, " ");
        const char *name = arena_copy(composition->arena, text, length);
        const struct pd *pd = pd_find(composition, name);
        const char *reason = length == 0 ? NULL : why_not_hold(composition, monitor, pd);

        if (reason != NULL) {
            report_error(composition->diagnostics, holds->position,
                    "holds=\"...\" on element 'monitor' names '%s', %s%s", name, reason,
                    pd == NULL ? pd_suggest(composition, name) : "");
        } else if (length != 0) {
            monitor->monitor->hold |= set_of(composition, pd);
        }
        text += length + (text[length] == ' ');
    }
}

/* The PDs that carry the link or tell the time. */
void monitor_finish(struct composition *composition, struct pd *pd)
{
    list_for_each(instance, &composition->instances) {
        list_for_each(client, &(*instance)->clients) {
            if (client->pd == pd) {
                keep_running(composition, pd, (*instance)->driver_pd);
                keep_running(composition, pd, (*instance)->virt_tx);
                keep_running(composition, pd, (*instance)->virt_rx);
            }
        }
    }
    if (composition->network_link != NULL) {
        keep_running(composition, pd, composition->network_link);
    }
    hold_named(composition, pd);
}

void monitor_connect(struct composition *composition, struct pd *pd)
{
    watcher_grant_all(composition, pd, 1);
    add_queue_windows(composition, pd);
    watcher_see_images(composition, pd, window_permissions(composition, pd));
}
