/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes that the command line changes, so that one composition serves several experiments. */
#include <stdio.h>
#include <string.h>

#include "host-tools/compose/composition.h"

/* What an element without a name is called. */
static const char *default_name(const struct xml_element *element)
{
    static const char *const names[][2] = { { "serial", "serial" }, { "timer", "timer" },
        { "network", "net" }, { "monitor", "lionscope" }, { "profiler", "profiler" } };

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
    for_each(child, &element->children)
    {
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
    for_each(attribute, &element->attributes)
    {
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

    const char *name = arena_copy(arena, setting, (size_t)(dot - setting));

    element = find(composition->root, name);
    if (element == NULL) {
        fprintf(stderr,
                "lionscope-compose: error: --set %s: nothing in the composition has the name '%s'\n",
                setting, name);
        return false;
    }
    set(arena, element, arena_copy(arena, dot + 1, (size_t)(equals - dot - 1)), equals + 1);
    return true;
}
