/* SPDX-License-Identifier: BSD-2-Clause */
/* `protection_domain` and what stands in it. */
#include <string.h>

#include "microkit/tool/reader.h"

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

static struct arena *arena_of(struct reader *reader)
{
    return reader->diagnostics->arena;
}

static void read_program_image(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    static const char *const allowed[] = { "path", "path_for_symbols", NULL };

    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    if (pd->image_position.line != 0) {
        report_error(reader->diagnostics, element->position,
                "protection domain '%s' has a second program_image; the first is at line %u",
                pd->name, pd->image_position.line);
        return;
    }
    pd->image_path = read_text(reader, element, "path", true);
    pd->image_position = attribute_position(element, "path");
    pd->symbols_path = read_text(reader, element, "path_for_symbols", false);
    pd->symbols_position = attribute_position(element, "path_for_symbols");
}

static void read_map_setvar(struct reader *reader, struct protection_domain *pd,
        const struct xml_element *element, const char *attribute, enum setvar_kind kind,
        const struct map *map)
{
    struct setvar *setvar = read_setvar(reader, pd, element, attribute, kind);

    if (setvar != NULL) {
        setvar->region_name = map->region_name;
        setvar->value = map->vaddr;
    }
}

static void read_map(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    static const char *const allowed[] = { "mr", "vaddr", "perms", "cached", "setvar_vaddr",
        "setvar_size", "setvar_prefill_size", NULL };
    struct map *map = list_add(arena_of(reader), &pd->maps);

    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    map->region = NONE;
    map->region_name = read_text(reader, element, "mr", true);
    map->position = attribute_position(element, "mr");
    map->permissions = PERMISSION_READ | PERMISSION_WRITE;
    map->cached = true;
    if (require_attribute(reader, element, "vaddr") != NULL
            && read_number(reader, element, "vaddr", &map->vaddr)) {
        map->vaddr_position = attribute_position(element, "vaddr");
    }
    read_permissions(reader, element, "rwx", &map->permissions);
    read_boolean(reader, element, "cached", &map->cached);
    read_map_setvar(reader, pd, element, "setvar_vaddr", SETVAR_VADDR, map);
    read_map_setvar(reader, pd, element, "setvar_size", SETVAR_SIZE, map);
    read_map_setvar(reader, pd, element, "setvar_prefill_size", SETVAR_PREFILL_SIZE, map);
}

static void read_irq(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    static const char *const allowed[] = { "irq", "id", "trigger", "setvar_id", NULL };
    static const char *const x86_only[] = { "pin", "ioapic", "vector", "pcidev", "handle",
        "polarity", NULL };
    struct irq *irq = list_add(arena_of(reader), &pd->irqs);
    const struct xml_attribute *trigger = xml_attribute(element, "trigger");

    irq->number = UINT64_MAX;
    no_children(reader, element);
    for (const char *const *name = x86_only; *name != NULL; name++) {
        const struct xml_attribute *attribute = xml_attribute(element, *name);

        if (attribute != NULL) {
            report_error(reader->diagnostics, attribute->position,
                    "attribute '%s' of 'irq' exists on x86 only; on Arm an interrupt is named by "
                    "the attribute 'irq'",
                    *name);
            return;
        }
    }
    xml_allow_attributes(element, allowed, reader->diagnostics);
    irq->position = attribute_position(element, "irq");
    if (require_attribute(reader, element, "irq") != NULL) {
        read_decimal(reader, element, "irq", &irq->number);
    }
    read_id(reader, element, &irq->id, &irq->id_position);
    if (trigger != NULL && strcmp(trigger->value, "edge") != 0
            && strcmp(trigger->value, "level") != 0) {
        report_error(reader->diagnostics, trigger->position,
                "trigger=\"%s\" of 'irq': expected level or edge", trigger->value);
    }
    irq->edge = trigger != NULL && strcmp(trigger->value, "edge") == 0;

    struct setvar *setvar = read_setvar(reader, pd, element, "setvar_id", SETVAR_ID);

    if (setvar != NULL) {
        setvar->value = irq->id;
    }
}

static void read_setvar_element(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    static const char *const allowed[] = { "symbol", "region_paddr", NULL };
    const char *region;
    struct setvar *setvar;

    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    region = read_text(reader, element, "region_paddr", true);
    require_attribute(reader, element, "symbol");
    setvar = read_setvar(reader, pd, element, "symbol", SETVAR_REGION_PADDR);
    if (setvar != NULL) {
        setvar->region_name = region;
        setvar->position = attribute_position(element, "region_paddr");
    }
}

static void read_grant(struct reader *reader, struct protection_domain *pd,
        const struct xml_element *element, enum cap_kind kind)
{
    const char *whose = kind == CAP_KIND_FRAME ? "mr" : "pd";
    const char *const allowed[] = { "slot", whose, NULL };
    struct cap_grant *grant = list_add(arena_of(reader), &pd->grants);
    const char *name;

    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    name = read_text(reader, element, whose, true);
    grant->kind = kind;
    grant->pd = NONE;
    grant->region = NONE;
    grant->pd_name = kind == CAP_KIND_FRAME ? NULL : name;
    grant->region_name = kind == CAP_KIND_FRAME ? name : NULL;
    grant->position = attribute_position(element, whose);
    grant->slot_position = attribute_position(element, "slot");
    if (require_attribute(reader, element, "slot") == NULL
            || !read_number(reader, element, "slot", &grant->slot)) {
        return;
    }
    if (grant->slot == 0 || grant->slot > MAX_CSPACE_SLOT) {
        report_error(reader->diagnostics, grant->slot_position,
                "slot=\"%s\" on element '%s': slots are 1..%d",
                xml_attribute(element, "slot")->value, element->name, MAX_CSPACE_SLOT);
        grant->slot = 0;
    }
}

static void read_cspace(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    static const char *const no_attributes[] = { NULL };
    static const char *const known[] = { "cap_tcb", "cap_sc", "cap_vspace", "cap_frame", NULL };

    xml_allow_attributes(element, no_attributes, reader->diagnostics);
    list_for_each(child, &element->children) {
        if (is(*child, "cap_tcb")) {
            read_grant(reader, pd, *child, CAP_KIND_TCB);
        } else if (is(*child, "cap_sc")) {
            read_grant(reader, pd, *child, CAP_KIND_SC);
        } else if (is(*child, "cap_vspace")) {
            read_grant(reader, pd, *child, CAP_KIND_VSPACE);
        } else if (is(*child, "cap_frame")) {
            read_grant(reader, pd, *child, CAP_KIND_FRAME);
        } else {
            unknown_element(reader, *child, known);
        }
    }
}

static void read_window_setvar(struct reader *reader, struct protection_domain *pd,
        const struct xml_element *element, const char *attribute, enum window_value value)
{
    struct setvar *setvar = read_setvar(reader, pd, element, attribute, SETVAR_WINDOW);

    if (setvar != NULL) {
        setvar->window = pd->windows.count - 1;
        setvar->value = value;
    }
}

static void read_image_window(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    static const char *const allowed[] = { "pd", "vaddr", "perms", "setvar_vaddr", "setvar_size",
        "setvar_image_base", "setvar_stack_vaddr", NULL };
    struct image_window *window = list_add(arena_of(reader), &pd->windows);

    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    window->pd = NONE;
    window->pd_name = read_text(reader, element, "pd", true);
    window->position = attribute_position(element, "pd");
    window->permissions = PERMISSION_READ;
    if (require_attribute(reader, element, "vaddr") != NULL) {
        read_number(reader, element, "vaddr", &window->vaddr);
    }
    window->vaddr_position = attribute_position(element, "vaddr");
    read_permissions(reader, element, "rw", &window->permissions);
    read_window_setvar(reader, pd, element, "setvar_vaddr", WINDOW_VADDR);
    read_window_setvar(reader, pd, element, "setvar_size", WINDOW_SIZE);
    read_window_setvar(reader, pd, element, "setvar_image_base", WINDOW_IMAGE_BASE);
    read_window_setvar(reader, pd, element, "setvar_stack_vaddr", WINDOW_STACK_VADDR);
}

static void read_time(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    pd->budget = DEFAULT_BUDGET_US;
    read_number(reader, element, "budget", &pd->budget);
    pd->period = pd->budget;
    read_number(reader, element, "period", &pd->period);
    if (pd->budget > pd->period) {
        report_error(reader->diagnostics,
                attribute_position(
                        element, xml_attribute(element, "budget") != NULL ? "budget" : "period"),
                "budget (%llu us%s) of '%s' is larger than its period (%llu us)",
                (unsigned long long)pd->budget,
                xml_attribute(element, "budget") == NULL ? ", the default" : "", pd->name,
                (unsigned long long)pd->period);
    } else if (pd->budget < MIN_BUDGET_US) {
        report_error(reader->diagnostics, attribute_position(element, "budget"),
                "budget (%llu us) of '%s' is below %d us, the least that the kernel schedules",
                (unsigned long long)pd->budget, pd->name, MIN_BUDGET_US);
    } else if (pd->period > MAX_PERIOD_US) {
        report_error(reader->diagnostics,
                attribute_position(
                        element, xml_attribute(element, "period") != NULL ? "period" : "budget"),
                "period (%llu us) of '%s' is longer than %llu us, the most that the kernel can "
                "count",
                (unsigned long long)pd->period, pd->name, (unsigned long long)MAX_PERIOD_US);
    } else if (pd->budget == MIN_BUDGET_US) {
        report_warning(reader->diagnostics, attribute_position(element, "budget"),
                "with a budget of %d us '%s' completes no system call: the kernel wants as much to be "
                "left at each; use more",
                MIN_BUDGET_US, pd->name);
    }
}

static void read_priority(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    if (read_number(reader, element, "priority", &pd->priority) && pd->priority > MAX_PRIORITY) {
        report_error(reader->diagnostics, attribute_position(element, "priority"),
                "priority=\"%s\" of '%s': priorities are 0..%d",
                xml_attribute(element, "priority")->value, pd->name, MAX_PRIORITY);
        pd->priority = MAX_PRIORITY;
    }
}

static void read_stack_size(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    pd->stack_size = DEFAULT_STACK_SIZE;
    if (!read_number(reader, element, "stack_size", &pd->stack_size)) {
        return;
    }
    if (pd->stack_size < MIN_STACK_SIZE || pd->stack_size > MAX_STACK_SIZE
            || pd->stack_size % SMALL_PAGE != 0) {
        report_error(reader->diagnostics, attribute_position(element, "stack_size"),
                "stack_size=\"%s\" of '%s': stacks are 0x1000..0x1000000 bytes, a multiple of "
                "0x1000",
                xml_attribute(element, "stack_size")->value, pd->name);
        pd->stack_size = DEFAULT_STACK_SIZE;
    }
}

static void read_cpu(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    if (read_number(reader, element, "cpu", &pd->cpu) && pd->cpu >= reader->limits->cores) {
        report_error(reader->diagnostics, attribute_position(element, "cpu"),
                "cpu=\"%s\" of '%s': this configuration has %llu core%s, counted from 0",
                xml_attribute(element, "cpu")->value, pd->name,
                (unsigned long long)reader->limits->cores, reader->limits->cores == 1 ? "" : "s");
    }
}

static void read_smc(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    if (read_boolean(reader, element, "smc", &pd->smc) && pd->smc && !reader->limits->smc) {
        report_error(reader->diagnostics, attribute_position(element, "smc"),
                "smc=\"true\" of '%s': this kernel does not forward SMC calls", pd->name);
    }
}

static void read_domain_name(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    const struct xml_attribute *attribute = xml_attribute(element, "domain");

    if (!reader->system->has_domains) {
        if (attribute != NULL) {
            report_error(reader->diagnostics, attribute->position,
                    "domain=\"%s\" of '%s', but no 'domains' element stands before it",
                    attribute->value, pd->name);
        }
        return;
    }
    if (require_attribute(reader, element, "domain") == NULL) {
        return;
    }

    const struct domain *domain = find_domain(reader, attribute);

    if (domain != NULL) {
        pd->domain_name = domain->name;
        pd->domain = domain->id;
    }
}

static void read_child_attributes(struct reader *reader, struct protection_domain *pd,
        const struct xml_element *element, size_t parent)
{
    static const char *const child_only[] = { "id", "setvar_id", NULL };

    pd->parent = parent;
    if (parent == NONE) {
        for (const char *const *name = child_only; *name != NULL; name++) {
            if (xml_attribute(element, *name) != NULL) {
                report_error(reader->diagnostics, attribute_position(element, *name),
                        "attribute '%s' of '%s': only a protection domain inside another one has "
                        "it",
                        *name, pd->name);
            }
        }
        return;
    }
    read_id(reader, element, &pd->child_id, &pd->child_id_position);

    struct protection_domain *parent_pd = &reader->system->pds.items[parent];
    struct setvar *setvar = read_setvar(reader, parent_pd, element, "setvar_id", SETVAR_ID);

    parent_pd->has_children = true;
    if (setvar != NULL) {
        setvar->value = pd->child_id;
    }
}

static void read_name(
        struct reader *reader, struct protection_domain *pd, const struct xml_element *element)
{
    const char *name = read_text(reader, element, "name", true);

    pd->name = name != NULL ? name : "";
    pd->position = attribute_position(element, "name");
    if (strlen(pd->name) > MAX_NAME) {
        report_error(reader->diagnostics, pd->position, "name '%s' is longer than %d characters",
                pd->name, MAX_NAME);
    }
}

static void read_pd_attributes(struct reader *reader, struct protection_domain *pd,
        const struct xml_element *element, size_t parent)
{
    static const char *const allowed[] = { "name", "priority", "budget", "period", "passive",
        "stack_size", "cpu", "smc", "fpu", "domain", "id", "setvar_id", NULL };

    xml_allow_attributes(element, allowed, reader->diagnostics);
    read_name(reader, pd, element);
    read_priority(reader, pd, element);
    read_time(reader, pd, element);
    read_boolean(reader, element, "passive", &pd->passive);
    read_stack_size(reader, pd, element);
    read_cpu(reader, pd, element);
    read_smc(reader, pd, element);
    pd->fpu = true;
    read_boolean(reader, element, "fpu", &pd->fpu);
    read_domain_name(reader, pd, element);
    read_child_attributes(reader, pd, element, parent);
}

static void refuse_virtual_machine(struct reader *reader, const struct xml_element *element)
{
    static const char *const allowed[] = { "name", "priority", "budget", "period", NULL };

    xml_allow_attributes(element, allowed, reader->diagnostics);
    require_attribute(reader, element, "name");
    report_error(reader->diagnostics, element->position,
            "virtual machines are not supported by this kernel yet");
}

/* The list of PDs may move while children are read, so the PD is looked up for each element. */
static void read_pd_child(struct reader *reader, size_t index, const struct xml_element *element)
{
    static const char *const known[] = { "program_image", "map", "irq", "setvar",
        "protection_domain", "cspace", "virtual_machine", "image_window", NULL };
    struct protection_domain *pd = &reader->system->pds.items[index];

    if (is(element, "program_image")) {
        read_program_image(reader, pd, element);
    } else if (is(element, "map")) {
        read_map(reader, pd, element);
    } else if (is(element, "irq")) {
        read_irq(reader, pd, element);
    } else if (is(element, "setvar")) {
        read_setvar_element(reader, pd, element);
    } else if (is(element, "protection_domain")) {
        read_protection_domain(reader, element, index);
    } else if (is(element, "cspace")) {
        read_cspace(reader, pd, element);
    } else if (is(element, "image_window")) {
        read_image_window(reader, pd, element);
    } else if (is(element, "virtual_machine")) {
        refuse_virtual_machine(reader, element);
    } else if (is(element, "ioport")) {
        report_error(reader->diagnostics, element->position, "element 'ioport' exists on x86 only");
    } else {
        unknown_element(reader, element, known);
    }
}

/* At most one of these per protection domain. */
static void check_single(struct reader *reader, const struct xml_element *element, const char *name)
{
    const struct xml_element *first = NULL;

    list_for_each(child, &element->children) {
        if (!is(*child, name)) {
            continue;
        }
        if (first != NULL) {
            report_error(reader->diagnostics, (*child)->position,
                    "a protection domain has at most one '%s'; the first is at line %u", name,
                    first->position.line);
        }
        first = first != NULL ? first : *child;
    }
}

void read_protection_domain(struct reader *reader, const struct xml_element *element, size_t parent)
{
    size_t index = reader->system->pds.count;
    struct protection_domain pd = { 0 };

    read_pd_attributes(reader, &pd, element, parent);
    *list_add(arena_of(reader), &reader->system->pds) = pd;
    check_single(reader, element, "cspace");
    check_single(reader, element, "virtual_machine");
    list_for_each(child, &element->children) {
        read_pd_child(reader, index, *child);
    }
    if (reader->system->pds.items[index].image_position.line == 0) {
        report_error(reader->diagnostics, element->position,
                "protection domain '%s' has no program_image", pd.name);
    }
}
