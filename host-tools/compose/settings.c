/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes that the command line changes, so that one composition serves several experiments. */
#include <stdio.h>
#include <string.h>

#include "host-tools/compose/composition.h"

/* What an element without a name is called. */
static const char *default_name(const struct xml_element *element)
{
    static const char *const names[][2] = { { "serial", "serial" }, { "timer", "timer" },
        { "network", "net" }, { "monitor", "lionscope" }, { "profiler", "profiler" },
        { "network_link", "link_listener" } };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(element->name, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return "";
}

static bool is_named(const struct xml_element *element, const char *name)
{
    const struct xml_attribute *own = xml_attribute(element, "name");

    return strcmp(own != NULL ? own->value : default_name(element), name) == 0;
}

static struct xml_element *find(struct xml_element *element, const char *name)
{
    list_for_each(child, &element->children) {
        struct xml_element *found = is_named(*child, name) ? *child : find(*child, name);

        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

static void set(
        struct arena *arena, struct xml_element *element, const char *name, const char *value)
{
    list_for_each(attribute, &element->attributes) {
        if (strcmp(attribute->name, name) == 0) {
            attribute->value = value;
            return;
        }
    }

    struct xml_attribute *attribute = list_add(arena, &element->attributes);

    attribute->name = name;
    attribute->value = value;
    attribute->position = element->position;
}

/* "client1", or "client1.network_client" for an element within. */
static struct xml_element *find_path(
        struct arena *arena, struct xml_element *root, const char *path, size_t length)
{
    struct xml_element *element = find(root, arena_copy(arena, path, length));
    size_t dot = length - 1; /* the path is not empty */

    while (element == NULL && dot > 0 && path[dot] != '.') {
        dot--;
    }
    if (element != NULL || dot == 0) {
        return element;
    }
    element = find(root, arena_copy(arena, path, dot));
    if (element == NULL) {
        return NULL;
    }
    list_for_each(child, &element->children) {
        if (strlen((*child)->name) == length - dot - 1
                && strncmp((*child)->name, &path[dot + 1], length - dot - 1) == 0) {
            return *child;
        }
    }
    return NULL;
}

bool composition_set(struct composition *composition, const char *setting)
{
    struct arena *arena = composition->arena;
    const char *equals = strchr(setting, '=');
    const char *dot = equals;
    struct xml_element *element;

    /* Names may have dots in them, attributes have none. */
    while (dot != NULL && dot > setting && *dot != '.') {
        dot--;
    }
    if (dot == NULL || dot == setting || dot + 1 == equals) {
        fprintf(stderr, "lionscope-compose: error: --set %s: expected NAME.ATTRIBUTE=VALUE\n",
                setting);
        return false;
    }

    element = find_path(arena, composition->root, setting, (size_t)(dot - setting));
    if (element == NULL) {
        fprintf(stderr,
                "lionscope-compose: error: --set %s: nothing in the composition has the name '%.*s'\n",
                setting, (int)(dot - setting), setting);
        return false;
    }
    set(arena, element, arena_copy(arena, dot + 1, (size_t)(equals - dot - 1)), equals + 1);
    return true;
}
