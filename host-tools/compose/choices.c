/* SPDX-License-Identifier: BSD-2-Clause */
/* Ids and addresses that a composition may leave out. */
#include <string.h>

#include "host-tools/compose/composition.h"
#include "microkit/tool/numbers.h"

/* What is kept free for a window or a file of unknown size: programs are smaller. */
#define UNKNOWN_SIZE UINT64_C(0x4000000)

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

/* A number if it is there and good; what is wrong with it will be reported with the rest. */
static bool number_of(const struct xml_element *element, const char *name, uint64_t *value)
{
    const struct xml_attribute *attribute = xml_attribute(element, name);

    return attribute != NULL && parse_number(attribute->value, false, value) == NUMBER_GOOD;
}

static const struct xml_element *find_region(
        const struct composition *composition, const struct xml_element *map)
{
    const struct xml_attribute *mr = xml_attribute(map, "mr");

    list_for_each(element, &composition->root->children) {
        const struct xml_attribute *name = xml_attribute(*element, "name");

        if (is(*element, "memory_region") && mr != NULL && name != NULL
                && strcmp(name->value, mr->value) == 0) {
            return *element;
        }
    }
    list_for_each(element, &composition->new_regions) {
        if (mr != NULL && strcmp(xml_attribute(*element, "name")->value, mr->value) == 0) {
            return *element;
        }
    }
    return NULL;
}

/* Size and alignment of what a map or an image window takes. */
static uint64_t size_of(const struct composition *composition, const struct xml_element *element,
        uint64_t *alignment)
{
    const struct xml_element *region = find_region(composition, element);
    uint64_t size = UNKNOWN_SIZE;
    uint64_t page_size = 0;

    if (region != NULL) {
        number_of(region, "size", &size);
        number_of(region, "page_size", &page_size);
    }
    *alignment = page_size == LARGE_PAGE || (page_size == 0 && size % LARGE_PAGE == 0) ? LARGE_PAGE
                                                                                       : SMALL_PAGE;
    return size;
}

static void note_address(
        struct composition *composition, struct pd *pd, const struct xml_element *element)
{
    uint64_t alignment;
    uint64_t size = size_of(composition, element, &alignment);
    uint64_t vaddr;

    if (number_of(element, "vaddr", &vaddr) && vaddr <= UINT64_MAX / 2 && size <= UINT64_MAX / 4) {
        *list_add(composition->arena, &pd->addresses) = (struct range){ vaddr, vaddr + size };
    }
}

static void note_id(const struct xml_element *element, uint64_t *used)
{
    uint64_t id;

    if (number_of(element, "id", &id) && id <= MAX_CHANNEL_ID) {
        *used |= UINT64_C(1) << id;
    }
}

static void note_pd(struct composition *composition, struct pd *pd)
{
    list_for_each(child, &pd->element->children) {
        if (is(*child, "map") || is(*child, "image_window")) {
            note_address(composition, pd, *child);
        } else if (is(*child, "irq")) {
            note_id(*child, &pd->ids);
        } else if (is(*child, "protection_domain")) {
            note_id(*child, &pd->child_ids);
        }
    }
}

static struct pd *pd_of_end(const struct composition *composition, const struct xml_element *end)
{
    const struct xml_attribute *name = xml_attribute(end, "pd");

    return name != NULL ? pd_find(composition, name->value) : NULL;
}

static void note_channel(struct composition *composition, const struct xml_element *channel)
{
    list_for_each(end, &channel->children) {
        struct pd *pd = pd_of_end(composition, *end);

        if (pd != NULL) {
            note_id(*end, &pd->ids);
        }
    }
}

/* Where regions of the user lie, so that none of ours is put there. */
static void note_region(struct composition *composition, const struct xml_element *element)
{
    uint64_t start;
    uint64_t size = UNKNOWN_SIZE;

    number_of(element, "size", &size);
    if (number_of(element, "phys_addr", &start) && start <= UINT64_MAX / 2
            && size <= UINT64_MAX / 4) {
        *list_add(composition->arena, &composition->fixed) = (struct range){ start, start + size };
    }
}

void note_choices(struct composition *composition)
{
    list_for_each(pd, &composition->pds) {
        note_pd(composition, *pd);
    }
    list_for_each(child, &composition->root->children) {
        if (is(*child, "channel")) {
            note_channel(composition, *child);
        } else if (is(*child, "memory_region")) {
            note_region(composition, *child);
        }
    }
}

/* ---- choosing ---- */

static void choose_address(
        struct composition *composition, struct pd *pd, struct xml_element *element)
{
    uint64_t alignment;
    uint64_t size = size_of(composition, element, &alignment);

    if (xml_attribute(element, "vaddr") == NULL) {
        attribute_add(composition, element, "vaddr", "0x%llx",
                (unsigned long long)address_take(pd, composition->arena, size, alignment));
    }
}

static void choose_id(struct composition *composition, struct xml_element *element, uint64_t id)
{
    attribute_add(composition, element, "id", "%llu", (unsigned long long)id);
}

static void choose_for_pd(struct composition *composition, struct pd *pd)
{
    list_for_each(child, &pd->element->children) {
        bool has_id = xml_attribute(*child, "id") != NULL;

        if (is(*child, "map") || is(*child, "image_window")) {
            choose_address(composition, pd, *child);
        } else if (is(*child, "irq") && !has_id) {
            choose_id(composition, *child, id_take(composition, (*child)->position, pd));
        } else if (is(*child, "protection_domain") && !has_id) {
            choose_id(composition, *child, child_id_take(composition, (*child)->position, pd));
        }
    }
}

static void choose_for_channel(struct composition *composition, struct xml_element *channel)
{
    list_for_each(end, &channel->children) {
        struct pd *pd = pd_of_end(composition, *end);

        if (is(*end, "end") && xml_attribute(*end, "id") == NULL) {
            /* An end of nobody is reported with the rest, but not for its id. */
            choose_id(
                    composition, *end, pd != NULL ? id_take(composition, (*end)->position, pd) : 0);
        }
    }
}

void fill_in_choices(struct composition *composition)
{
    list_for_each(pd, &composition->pds) {
        choose_for_pd(composition, *pd);
    }
    list_for_each(child, &composition->root->children) {
        if (is(*child, "channel")) {
            choose_for_channel(composition, *child);
        }
    }
}
