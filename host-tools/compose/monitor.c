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
        NULL };

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

void monitor_adopt(struct composition *composition, struct pd *pd)
{
    struct xml_element *root = composition->root;
    size_t kept = 0;

    if (!boolean_or(composition, pd->wishes, "adopts", false)) {
        return;
    }
    for (size_t i = 0; i < root->children.count; i++) {
        struct xml_element *child = root->children.items[i];

        if (strcmp(child->name, "protection_domain") != 0 || child == pd->element
                || is_profiler(composition, child)) {
            root->children.items[kept++] = child;
            continue;
        }
        *list_add(composition->arena, &pd->element->children) = child;
        child->parent = pd->element;
    }
    root->children.count = kept;
    list_for_each(other, &composition->pds) {
        if (*other != pd && (*other)->parent == NULL && *other != composition->profiler) {
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
}

void monitor_connect(struct composition *composition, struct pd *pd)
{
    watcher_grant_all(composition, pd, 1);
    add_queue_windows(composition, pd);
    watcher_see_images(composition, pd, window_permissions(composition, pd));
}
