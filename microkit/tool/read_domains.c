/* SPDX-License-Identifier: BSD-2-Clause */
/* `domains`: their names and the schedule the kernel follows. */
#include <string.h>

#include "microkit/tool/numbers.h"
#include "microkit/tool/reader.h"

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

const struct domain *find_domain(struct reader *reader, const struct xml_attribute *name)
{
    LIST(const char *) names = { 0 };

    list_for_each(domain, &reader->system->domains) {
        if (strcmp(domain->name, name->value) == 0) {
            return domain;
        }
        *list_add(reader->diagnostics->arena, &names) = domain->name;
    }
    *list_add(reader->diagnostics->arena, &names) = NULL;
    report_error(reader->diagnostics, name->position,
            "domain=\"%s\" is not declared in 'domains'%s", name->value,
            suggestion(reader->diagnostics->arena, name->value, names.items));
    return NULL;
}

static bool id_in_use(const struct system *system, uint64_t id, const struct domain **user)
{
    list_for_each(domain, &system->domains) {
        if (domain->id == id) {
            *user = domain;
            return true;
        }
    }
    return false;
}

static uint64_t first_free_id(const struct system *system)
{
    const struct domain *user;
    uint64_t id = 0;

    while (id_in_use(system, id, &user)) {
        id++;
    }
    return id;
}

static void read_domain(struct reader *reader, const struct xml_element *element)
{
    static const char *const allowed[] = { "name", "id", NULL };
    const char *name = read_text(reader, element, "name", true);
    uint64_t id = first_free_id(reader->system);
    const struct domain *user = NULL;

    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    if (name == NULL) {
        return;
    }
    list_for_each(domain, &reader->system->domains) {
        if (strcmp(domain->name, name) == 0) {
            report_error(reader->diagnostics, attribute_position(element, "name"),
                    "domain '%s' is already declared at line %u", name, domain->position.line);
            return;
        }
    }
    read_number(reader, element, "id", &id);
    if (id >= reader->limits->domains) {
        report_error(reader->diagnostics, attribute_position(element, "id"),
                "domain '%s' would have id %llu; this kernel has ids 0..%llu", name,
                (unsigned long long)id, (unsigned long long)reader->limits->domains - 1);
    } else if (id_in_use(reader->system, id, &user)) {
        report_error(reader->diagnostics, attribute_position(element, "id"),
                "domain id %llu is already used by '%s' at line %u", (unsigned long long)id,
                user->name, user->position.line);
    }
    *list_add(reader->diagnostics->arena, &reader->system->domains) =
            (struct domain){ name, attribute_position(element, "name"), id };
}

/* "<number> us" or "<number> ticks" */
static void read_duration(
        struct reader *reader, const struct xml_element *element, struct domain_slice *slice)
{
    const struct xml_attribute *attribute = require_attribute(reader, element, "duration");

    if (attribute == NULL) {
        return;
    }

    const char *space = strchr(attribute->value, ' ');
    const char *unit = space != NULL ? space + strspn(space, " ") : "";
    char *number = arena_copy(reader->diagnostics->arena, attribute->value,
            space != NULL ? (size_t)(space - attribute->value) : 0);

    slice->in_ticks = strcmp(unit, "ticks") == 0;
    if ((!slice->in_ticks && strcmp(unit, "us") != 0)
            || parse_number(number, false, &slice->duration) != NUMBER_GOOD) {
        report_error(reader->diagnostics, attribute->position,
                "duration=\"%s\": expected a number and a unit, '<number> us' or '<number> ticks'",
                attribute->value);
        slice->duration = 1;
    } else if (slice->duration == 0) {
        report_error(reader->diagnostics, attribute->position,
                "duration=\"%s\": a schedule entry lasts longer than 0", attribute->value);
        slice->duration = 1;
    } else if (slice->duration >> 56 != 0) {
        report_error(reader->diagnostics, attribute->position,
                "duration=\"%s\" is too long: 2^56 is the limit", attribute->value);
    }
}

static void read_entry(struct reader *reader, const struct xml_element *element)
{
    static const char *const allowed[] = { "domain", "duration", NULL };
    struct domain_slice *slice = list_add(reader->diagnostics->arena, &reader->system->schedule);
    const struct xml_attribute *name = require_attribute(reader, element, "domain");

    slice->duration = 1;
    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    read_duration(reader, element, slice);
    if (name == NULL) {
        return;
    }

    const struct domain *domain = find_domain(reader, name);

    slice->domain = domain != NULL ? domain->id : 0;
}

static void check_schedule(struct reader *reader, const struct xml_element *element)
{
    struct system *system = reader->system;
    uint64_t limit = reader->limits->domain_schedule_entries;
    uint64_t count = system->schedule.count;

    if (count == 0) {
        report_error(reader->diagnostics, element->position, "the domain schedule has no entries");
    } else if (count >= limit) {
        report_error(reader->diagnostics, element->position,
                "the domain schedule has %llu entries; there must be fewer than %llu",
                (unsigned long long)count, (unsigned long long)limit);
    } else if (system->schedule_start >= count) {
        report_error(reader->diagnostics, attribute_position(element, "start_index"),
                "start_index %llu is beyond the last of %llu entr%s, counted from 0",
                (unsigned long long)system->schedule_start, (unsigned long long)count,
                count == 1 ? "y" : "ies");
    } else if (system->schedule_shift >= limit || system->schedule_shift + count >= limit) {
        report_error(reader->diagnostics, attribute_position(element, "index_shift"),
                "index_shift %llu and %llu entries together reach beyond the kernel's schedule: "
                "their sum must be less than %llu",
                (unsigned long long)system->schedule_shift, (unsigned long long)count,
                (unsigned long long)limit);
    } else if (system->schedule.items[system->schedule_start].duration == 0) {
        report_error(reader->diagnostics, attribute_position(element, "start_index"),
                "start_index %llu names an end marker; the schedule starts at an entry",
                (unsigned long long)system->schedule_start);
    }
}

static void read_schedule(struct reader *reader, const struct xml_element *element)
{
    static const char *const allowed[] = { "start_index", "index_shift", NULL };
    static const char *const no_attributes[] = { NULL };
    static const char *const known[] = { "schedule_entry", "schedule_end_marker", NULL };

    xml_allow_attributes(element, allowed, reader->diagnostics);
    read_number(reader, element, "start_index", &reader->system->schedule_start);
    read_number(reader, element, "index_shift", &reader->system->schedule_shift);
    list_for_each(child, &element->children) {
        if (is(*child, "schedule_entry")) {
            read_entry(reader, *child);
        } else if (is(*child, "schedule_end_marker")) {
            xml_allow_attributes(*child, no_attributes, reader->diagnostics);
            no_children(reader, *child);
            list_add(reader->diagnostics->arena, &reader->system->schedule);
        } else {
            unknown_element(reader, *child, known);
        }
    }
    check_schedule(reader, element);
}

void read_domains(struct reader *reader, const struct xml_element *element)
{
    static const char *const no_attributes[] = { NULL };
    static const char *const known[] = { "domain", "domain_schedule", NULL };
    const struct xml_element *schedule = NULL;

    xml_allow_attributes(element, no_attributes, reader->diagnostics);
    if (reader->limits->cores > 1) {
        report_error(reader->diagnostics, element->position,
                "domains are available in single-core configurations only");
    }
    if (reader->system->has_domains) {
        report_error(reader->diagnostics, element->position,
                "'domains' may stand only once in a system description; the first is at line %u",
                reader->system->domains_position.line);
        return;
    }
    reader->system->has_domains = true;
    reader->system->domains_position = element->position;
    list_for_each(child, &element->children) {
        if (is(*child, "domain")) {
            read_domain(reader, *child);
        } else if (!is(*child, "domain_schedule")) {
            unknown_element(reader, *child, known);
        } else if (schedule != NULL) {
            report_error(reader->diagnostics, (*child)->position,
                    "a second domain_schedule; the first is at line %u", schedule->position.line);
        } else {
            schedule = *child;
        }
    }
    if (schedule == NULL) {
        report_error(reader->diagnostics, element->position, "'domains' has no domain_schedule");
        return;
    }
    read_schedule(reader, schedule);
}
