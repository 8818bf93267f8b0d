/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/compose/watcher.h"

#include <string.h>

#include "microkit/include/microkit/grants.h"

#define MOST_ATTRIBUTES 24

static const char *const of_pd[] = { "name", "priority", "budget", "period", "stack_size", "cpu",
    "fpu", "domain", NULL };

/* What stays on the element: attributes of a protection domain. */
static void keep_attributes(struct composition *composition, struct xml_element *element,
        const struct xml_element *wishes, const struct watcher *watcher)
{
    memset(&element->attributes, 0, sizeof(element->attributes));
    for (const char *const *name = of_pd; *name != NULL; name++) {
        const struct xml_attribute *attribute = xml_attribute(wishes, *name);

        if (attribute != NULL) {
            *list_add(composition->arena, &element->attributes) = *attribute;
        }
    }
    if (xml_attribute(element, "name") == NULL) {
        attribute_add(composition, element, "name", "%s", watcher->name);
    }
    if (xml_attribute(element, "priority") == NULL) {
        attribute_add(composition, element, "priority", "%u", watcher->priority);
    }
    if (xml_attribute(element, "budget") == NULL && xml_attribute(element, "period") == NULL) {
        attribute_add(composition, element, "budget", "%u", watcher->budget);
        attribute_add(composition, element, "period", "%u", watcher->period);
    }
}

static void allow_attributes(struct composition *composition, const struct xml_element *element,
        const char *const *others)
{
    const char *allowed[MOST_ATTRIBUTES] = { NULL };
    size_t count = 0;

    for (const char *const *name = of_pd; *name != NULL; name++) {
        allowed[count++] = *name;
    }
    for (; *others != NULL && count + 1 < MOST_ATTRIBUTES; others++) {
        allowed[count++] = *others;
    }
    xml_allow_attributes(element, allowed, composition->diagnostics);
}

void watcher_read(struct composition *composition, struct pd *pd, const struct watcher *watcher,
        const char *const *others)
{
    struct xml_element *element = pd->element;
    struct xml_element *wishes = element_new(composition, watcher->element, element->position);

    allow_attributes(composition, element, others);
    wishes->attributes.items = element->attributes.items;
    wishes->attributes.count = element->attributes.count;
    pd->wishes = wishes;
    element->name = "protection_domain";
    keep_attributes(composition, element, wishes, watcher);
    pd->name = xml_attribute(element, "name")->value;
    if (child_of(element, "program_image") == NULL) {
        pd->image = element_add(composition, element, "program_image", element->position);
        attribute_add(composition, pd->image, "path", "%s", watcher->program);
        pd->program = watcher->program;
        pd->of_sdk = true;
    }
}

static void add_grants(struct composition *composition, const struct pd *pd,
        struct xml_element *cspace, const char *kind, unsigned *slot)
{
    list_for_each(target, &composition->pds) {
        if (*slot >= MICROKIT_GRANT_SLOTS) {
            return;
        }

        struct xml_element *grant = element_add(composition, cspace, kind, pd->position);

        attribute_add(composition, grant, "slot", "%u", (*slot)++);
        attribute_add(composition, grant, "pd", "%s", (*target)->name);
    }
}

struct xml_element *watcher_grant_all(
        struct composition *composition, struct pd *pd, unsigned first)
{
    const struct xml_element *own = child_of(pd->element, "cspace");
    size_t most = (MICROKIT_GRANT_SLOTS - first) / 2;
    unsigned slot = first;

    if (own != NULL) {
        report_error(composition->diagnostics, own->position,
                "'%s' is a %s: its capabilities are chosen by the composition", pd->name,
                pd->wishes->name);
        return NULL;
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
    return cspace;
}

static bool has_window(const struct pd *pd, const char *other)
{
    list_for_each(element, &pd->element->children) {
        const struct xml_attribute *name = xml_attribute(*element, "pd");

        if (strcmp((*element)->name, "image_window") == 0 && name != NULL
                && strcmp(name->value, other) == 0) {
            return true;
        }
    }
    return false;
}

void watcher_see_images(struct composition *composition, struct pd *pd, const char *permissions)
{
    list_for_each(other, &composition->pds) {
        /* Nobody sees the key. */
        if (*other != pd && (*other)->secret == NULL && !has_window(pd, (*other)->name)) {
            struct xml_element *window =
                    element_add(composition, pd->element, "image_window", pd->position);

            attribute_add(composition, window, "pd", "%s", (*other)->name);
            attribute_add(composition, window, "perms", "%s", permissions);
        }
    }
}
