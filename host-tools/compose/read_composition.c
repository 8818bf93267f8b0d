/* SPDX-License-Identifier: BSD-2-Clause */
/* From the tree of a composition to PDs, instances of device classes, and who uses them. */
#include <string.h>

#include "host-tools/compose/composition.h"

static const char *const class_names[CLASS_COUNT + 1] = { "serial", "timer", "network", "entropy",
    NULL };
/* Random numbers are for the network link alone, which says itself where they come from. */
static const char *const client_names[CLASS_COUNT] = { "serial_client", "timer_client",
    "network_client", NULL };

/* What may stand on the top level, and in a protection domain: what `.system` knows, and ours. */
static const char *const top_level[] = { "protection_domain", "memory_region", "channel", "domains",
    "serial", "timer", "network", "monitor", "profiler", "network_link", NULL };
static const char *const in_pd[] = { "program_image", "map", "irq", "setvar", "protection_domain",
    "cspace", "virtual_machine", "image_window", "ioport", "serial_client", "timer_client",
    "network_client", "benchmark", "benchmark_idle", "benchmark_client", "section", "reload",
    NULL };

static const char *const in_network_client[] = { "copier", NULL };
static const char *const nothing[] = { NULL };

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

const char *class_name(enum device_class device_class)
{
    return class_names[device_class];
}

/* ---- attributes and children ---- */

uint64_t number_or(struct composition *composition, const struct xml_element *element,
        const char *name, uint64_t otherwise, uint64_t least, uint64_t most)
{
    uint64_t value = otherwise;

    if (element == NULL || !read_number(&composition->reader, element, name, &value)) {
        return otherwise;
    }
    if (value < least || value > most) {
        report_error(composition->diagnostics, attribute_position(element, name),
                "%s=\"%s\" on element '%s': expected %llu..%llu", name,
                xml_attribute(element, name)->value, element->name, (unsigned long long)least,
                (unsigned long long)most);
        return otherwise;
    }
    return value;
}

bool boolean_or(struct composition *composition, const struct xml_element *element,
        const char *name, bool otherwise)
{
    bool value = otherwise;

    return element != NULL && read_boolean(&composition->reader, element, name, &value) ? value
                                                                                        : otherwise;
}

const char *text_or(struct composition *composition, const struct xml_element *element,
        const char *name, const char *otherwise)
{
    const char *text =
            element != NULL ? read_text(&composition->reader, element, name, false) : NULL;

    return text != NULL ? text : otherwise;
}

const struct xml_element *child_of(const struct xml_element *element, const char *name)
{
    list_for_each(child, &element->children) {
        if (is(*child, name)) {
            return *child;
        }
    }
    return NULL;
}

void allow_children(struct composition *composition, const struct xml_element *element,
        const char *const *names)
{
    if (names[0] == NULL) {
        no_children(&composition->reader, element);
        return;
    }
    list_for_each(child, &element->children) {
        const struct xml_element *first = child_of(element, (*child)->name);

        if (!is_one_of((*child)->name, names)) {
            unknown_element(&composition->reader, *child, names);
        } else if (first != *child) {
            report_error(composition->diagnostics, (*child)->position,
                    "'%s' has a second '%s'; the first is at line %u", element->name,
                    (*child)->name, first->position.line);
        } else {
            no_children(&composition->reader, *child);
        }
    }
}

bool is_file_name(struct composition *composition, struct position position, const char *what,
        const char *name)
{
    static const char letters[] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

    if (name[0] != 0 && name[0] != '.' && name[0] != '-' && name[strspn(name, letters)] == 0) {
        return true;
    }
    report_error(composition->diagnostics, position,
            "%s '%s' becomes part of file names: expected letters, digits, '_', '-' and '.', and a "
            "letter, digit or '_' first",
            what, name);
    return false;
}

/* ---- protection domains ---- */

struct pd *pd_find(const struct composition *composition, const char *name)
{
    list_for_each(pd, &composition->pds) {
        if (strcmp((*pd)->name, name) == 0) {
            return *pd;
        }
    }
    return NULL;
}

const char *pd_suggest(const struct composition *composition, const char *name)
{
    LIST(const char *) names = { 0 };

    list_for_each(pd, &composition->pds) {
        *list_add(composition->arena, &names) = (*pd)->name;
    }
    *list_add(composition->arena, &names) = NULL;
    return suggestion(composition->arena, name, names.items);
}

/* Elements of clients, noted until all instances are known. */
struct wish {
    struct pd *pd;
    const struct xml_element *element;
    enum device_class device_class;
};

struct wishes {
    LIST(struct wish) items;
};

static bool note_client(struct composition *composition, struct wishes *wishes, struct pd *pd,
        const struct xml_element *element)
{
    for (unsigned i = 0; i < CLASS_COUNT; i++) {
        if (client_names[i] == NULL || !is(element, client_names[i])) {
            continue;
        }
        allow_children(composition, element, i == CLASS_NETWORK ? in_network_client : nothing);
        if (pd->client_of[i] != NULL) {
            report_error(composition->diagnostics, element->position,
                    "protection domain '%s' has a second '%s'; the first is at line %u", pd->name,
                    element->name, pd->client_of[i]->position.line);
            return true;
        }
        pd->client_of[i] = element;
        *list_add(composition->arena, &wishes->items) =
                (struct wish){ pd, element, (enum device_class)i };
        return true;
    }
    return false;
}

static void read_program(struct composition *composition, struct pd *pd, struct xml_element *image)
{
    const struct xml_attribute *path = xml_attribute(image, "path");

    if (pd->image == NULL && path != NULL && path->value[0] != 0) {
        pd->image = image;
        pd->program = path->value;
        if (strpbrk(path->value, " \t\n$#:;=%*?[]~\\'\"`&|<>()!") != NULL) {
            report_error(composition->diagnostics, path->position,
                    "path=\"%s\": a makefile cannot name this file; rename it without blanks and "
                    "special characters",
                    path->value);
        }
    }
}

static bool find_section(const struct pd *pd, const char *name)
{
    list_for_each(section, &pd->own_sections) {
        if (strcmp(section->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Configuration of the user's own: a section and the file with its contents. */
static bool read_section(
        struct composition *composition, struct pd *pd, const struct xml_element *element)
{
    static const char *const allowed[] = { "name", "path", NULL };
    const char *name;
    const char *path;

    if (!is(element, "section")) {
        return false;
    }
    xml_allow_attributes(element, allowed, composition->diagnostics);
    no_children(&composition->reader, element);
    name = read_text(&composition->reader, element, "name", true);
    path = read_text(&composition->reader, element, "path", true);
    if (name == NULL || path == NULL) {
        return true;
    }
    if (find_section(pd, name)) {
        report_error(composition->diagnostics, attribute_position(element, "name"),
                "section '%s' of '%s' is filled in twice", name, pd->name);
    }
    if (is_file_name(composition, attribute_position(element, "name"), "name", name)
            && is_file_name(composition, attribute_position(element, "path"), "path", path)) {
        *list_add(composition->arena, &pd->own_sections) = (struct section){ name, path };
    }
    return true;
}

/* A monitor has its link on a serial device and needs a timer. */
static void read_monitor(struct composition *composition, struct wishes *wishes, struct pd *pd)
{
    static const enum device_class needed[] = { CLASS_SERIAL, CLASS_TIMER };

    monitor_read(composition, pd);
    if (composition->monitor != NULL) {
        report_error(composition->diagnostics, pd->wishes->position,
                "a system has one monitor; '%s' is at line %u", composition->monitor->name,
                composition->monitor->wishes->position.line);
        return;
    }
    composition->monitor = pd;
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        pd->client_of[needed[i]] = pd->wishes;
        *list_add(composition->arena, &wishes->items) = (struct wish){ pd, pd->wishes, needed[i] };
    }
}

static void read_instance(struct composition *composition, const struct xml_element *element,
        enum device_class device_class);

/* A network link is a client of everything, and brings its source of random numbers. */
static void read_network_link(struct composition *composition, struct wishes *wishes, struct pd *pd)
{
    struct xml_element *entropy;
    const struct xml_attribute *device;

    network_link_read(composition, pd);
    if (composition->network_link != NULL) {
        report_error(composition->diagnostics, pd->wishes->position,
                "a system has one network link; '%s' is at line %u",
                composition->network_link->name, composition->network_link->wishes->position.line);
        return;
    }
    composition->network_link = pd;
    entropy = element_new(composition, class_names[CLASS_ENTROPY], pd->wishes->position);
    device = require_attribute(&composition->reader, pd->wishes, "entropy_device");
    if (device == NULL) {
        return;
    }
    attribute_add(composition, entropy, "device", "%s", device->value);
    entropy->attributes.items[0].position = device->position;
    read_instance(composition, entropy, CLASS_ENTROPY);
    for (unsigned i = 0; i < CLASS_COUNT; i++) {
        pd->client_of[i] = pd->wishes;
        *list_add(composition->arena, &wishes->items) =
                (struct wish){ pd, pd->wishes, (enum device_class)i };
    }
}

static void read_pd(struct composition *composition, struct wishes *wishes,
        struct xml_element *element, struct pd *parent)
{
    struct pd *pd = arena_alloc(composition->arena, sizeof(*pd));
    const struct xml_attribute *name;
    size_t kept = 0;

    pd->element = element;
    pd->position = element->position;
    pd->parent = parent;
    if (is(element, "monitor")) {
        read_monitor(composition, wishes, pd);
    } else if (is(element, "profiler")) {
        profiler_read(composition, pd);
    } else if (is(element, "network_link")) {
        read_network_link(composition, wishes, pd);
    }
    name = xml_attribute(element, "name");
    pd->name = name != NULL ? name->value : "";
    pd->position = name != NULL ? name->position : element->position;
    if (name != NULL && name->value[0] != 0) {
        is_file_name(composition, name->position, "name", name->value);
    }
    *list_add(composition->arena, &composition->pds) = pd;
    for (size_t i = 0; i < element->children.count; i++) {
        struct xml_element *child = element->children.items[i];

        if (note_client(composition, wishes, pd, child) || benchmark_read(composition, pd, child)
                || read_section(composition, pd, child) || reload_read(composition, pd, child)) {
            continue;
        }
        if (!is_one_of(child->name, in_pd)) {
            unknown_element(&composition->reader, child, in_pd);
            continue;
        }
        element->children.items[kept++] = child;
        if (is(child, "protection_domain")) {
            read_pd(composition, wishes, child, pd);
        } else if (is(child, "program_image")) {
            read_program(composition, pd, child);
        }
    }
    element->children.count = kept;
}

/* ---- instances ---- */

static void find_driver(struct composition *composition, struct instance *instance,
        const struct xml_attribute *device)
{
    const char *class = class_name(instance->device_class);
    const char *const *compatible =
            board_compatible(composition->board, composition->arena, instance->node);

    instance->driver = drivers_find(composition->drivers, class, compatible);
    if (instance->driver == NULL) {
        report_error(composition->diagnostics, device->position,
                "no %s driver for device \"%s\", which is compatible with: %s; there are drivers for: "
                "%s",
                class, device->value,
                compatible[0] != NULL ? join_words(composition->arena, compatible) : "nothing",
                join_words(composition->arena,
                        drivers_known(composition->arena, composition->drivers, class)));
    }
}

/* Two drivers for one device would fight. */
static void check_device_is_free(struct composition *composition, const struct instance *instance,
        const struct xml_attribute *device)
{
    list_for_each(other, &composition->instances) {
        if ((*other)->node == instance->node && *other != instance) {
            report_error(composition->diagnostics, device->position,
                    "device \"%s\" already belongs to '%s' of line %u", device->value,
                    (*other)->name, (*other)->element->position.line);
            return;
        }
    }
}

static void find_device(struct composition *composition, struct instance *instance)
{
    const struct xml_attribute *device =
            require_attribute(&composition->reader, instance->element, "device");
    enum board_find result;

    instance->node = -1;
    instance->node_name = "";
    if (device == NULL) {
        return;
    }
    result = board_find(composition->board, device->value, &instance->node);
    if (result != BOARD_FOUND) {
        instance->node = -1;
        report_error(composition->diagnostics, device->position,
                result == BOARD_UNKNOWN
                        ? "device \"%s\" is not in the device tree '%s'%s"
                        : "device \"%s\" is the name of several nodes of '%s'; name it by its "
                          "path%s",
                device->value, composition->board->path,
                result == BOARD_UNKNOWN
                        ? board_suggest(composition->board, composition->arena, device->value)
                        : "");
        return;
    }
    instance->node_name = board_node_name(composition->board, instance->node);
    check_device_is_free(composition, instance, device);
    if (!dt_is_enabled(&composition->board->tree, instance->node)) {
        report_error(composition->diagnostics, device->position,
                "device \"%s\" is disabled in the device tree '%s'", device->value,
                composition->board->path);
    }
    find_driver(composition, instance, device);
}

static void name_instance(struct composition *composition, struct instance *instance)
{
    const struct xml_attribute *name = xml_attribute(instance->element, "name");
    struct position position = attribute_position(instance->element, "name");

    instance->name = text_or(composition, instance->element, "name",
            instance->device_class == CLASS_NETWORK ? "net" : class_name(instance->device_class));
    if (name != NULL) {
        is_file_name(composition, position, "name", instance->name);
    }
    list_for_each(other, &composition->instances) {
        if (strcmp((*other)->name, instance->name) == 0) {
            report_error(composition->diagnostics, position,
                    "'%s' of line %u has the name '%s' too; give one of them another name",
                    (*other)->element->name, (*other)->element->position.line, instance->name);
            return;
        }
    }
}

static void read_instance(struct composition *composition, const struct xml_element *element,
        enum device_class device_class)
{
    struct instance *instance = arena_alloc(composition->arena, sizeof(*instance));

    instance->device_class = device_class;
    instance->element = element;
    instance->alone = true;
    name_instance(composition, instance);
    list_for_each(other, &composition->instances) {
        if ((*other)->device_class == device_class) {
            (*other)->alone = false;
            instance->alone = false;
        }
    }
    find_device(composition, instance);
    *list_add(composition->arena, &composition->instances) = instance;
}

static void find_parent(struct composition *composition, struct instance *instance)
{
    const char *name = text_or(composition, instance->element, "parent", NULL);

    if (name == NULL) {
        return;
    }
    instance->parent = pd_find(composition, name);
    if (instance->parent == NULL) {
        report_error(composition->diagnostics, attribute_position(instance->element, "parent"),
                "parent=\"%s\" on element '%s': there is no such protection domain%s", name,
                instance->element->name, pd_suggest(composition, name));
    }
}

/* ---- clients ---- */

static const char *instance_names(struct composition *composition, enum device_class device_class)
{
    LIST(const char *) names = { 0 };

    list_for_each(instance, &composition->instances) {
        if ((*instance)->device_class == device_class) {
            *list_add(composition->arena, &names) = (*instance)->name;
        }
    }
    *list_add(composition->arena, &names) = NULL;
    return join_words(composition->arena, names.items);
}

struct instance *instance_for(struct composition *composition, enum device_class device_class,
        const struct xml_element *element, const char *pd_name)
{
    const char *class = class_name(device_class);
    const struct xml_attribute *name = xml_attribute(element, class);
    struct instance *found = NULL;
    size_t count = 0;

    list_for_each(instance, &composition->instances) {
        if ((*instance)->device_class == device_class
                && (name == NULL || strcmp((*instance)->name, name->value) == 0)) {
            found = *instance;
            count++;
        }
    }
    if (count == 0 && name != NULL) {
        report_error(composition->diagnostics, name->position,
                "%s=\"%s\" on element '%s': there is no such '%s' element; there are: %s", class,
                name->value, element->name, class, instance_names(composition, device_class));
    } else if (count == 0) {
        report_error(composition->diagnostics, element->position,
                "'%s' needs a '%s' element: there is none in the composition", pd_name, class);
    } else if (count > 1 && name == NULL) {
        report_error(composition->diagnostics, element->position,
                "'%s' has to say which '%s' it means, with %s=\"...\"; there are: %s", pd_name,
                class, class, instance_names(composition, device_class));
    }
    return found;
}

void instance_add_client(struct composition *composition, struct instance *instance, struct pd *pd,
        const struct xml_element *element)
{
    *list_add(composition->arena, &instance->clients) =
            (struct client){ .pd = pd, .element = element, .position = element->position };
}

static void resolve_wish(struct composition *composition, const struct wish *wish)
{
    size_t errors = composition->diagnostics->errors.count;
    struct instance *instance =
            instance_for(composition, wish->device_class, wish->element, wish->pd->name);

    if (composition->diagnostics->errors.count != errors) {
        list_for_each(other, &composition->instances) {
            (*other)->maybe_more |= (*other)->device_class == wish->device_class;
        }
    }
    if (instance != NULL) {
        instance_add_client(composition, instance, wish->pd, wish->element);
    }
}

/* ---- the whole ---- */

static void read_root(struct composition *composition)
{
    static const char *const allowed[] = { "dma_end", NULL };
    struct xml_element *root = composition->root;

    xml_allow_attributes(root, allowed, composition->diagnostics);
    if (!board_dma_range(composition->board, &composition->dma)) {
        report_error(composition->diagnostics, root->position,
                "the device tree '%s' has no memory node to take memory for devices from",
                composition->board->path);
    }
    composition->dma.end = number_or(composition, root, "dma_end", composition->dma.end,
            composition->dma.start, UINT64_MAX / 2);
}

static void read_top_level(
        struct composition *composition, struct wishes *wishes, struct xml_element *element)
{
    for (unsigned i = 0; i < CLASS_COUNT; i++) {
        if (i != CLASS_ENTROPY && is(element, class_names[i])) {
            read_instance(composition, element, (enum device_class)i);
            return;
        }
    }
    if (is(element, "protection_domain") || is(element, "monitor") || is(element, "profiler")
            || is(element, "network_link")) {
        read_pd(composition, wishes, element, NULL);
    }
}

void composition_read(struct composition *composition)
{
    struct xml_element *root = composition->root;
    struct wishes wishes = { 0 };
    size_t kept = 0;

    if (!is(root, "composition")) {
        report_error(composition->diagnostics, root->position,
                "the outermost element is '%s'; a composition starts with 'composition'",
                root->name);
        return;
    }
    read_root(composition);
    for (size_t i = 0; i < root->children.count; i++) {
        struct xml_element *child = root->children.items[i];

        if (!is_one_of(child->name, top_level)) {
            unknown_element(&composition->reader, child, top_level);
            continue;
        }
        if (is(child, "network_link") && !network_link_wanted(child)) {
            continue;
        }
        read_top_level(composition, &wishes, child);
        if (!is_one_of(child->name, class_names)) {
            root->children.items[kept++] = child;
        }
    }
    root->children.count = kept;
    list_for_each(instance, &composition->instances) {
        find_parent(composition, *instance);
    }
    list_for_each(wish, &wishes.items) {
        resolve_wish(composition, wish);
    }
}
