/* SPDX-License-Identifier: BSD-2-Clause */
/* Program images: their pages, and the symbols that the tool sets (microkit.md, 11). */
#include <stdio.h>
#include <string.h>

#include "microkit/tool/plan.h"

#define NAME_SIZE 64 /* microkit_name */

uint64_t plan_ipc_buffer(const struct sdk *sdk)
{
    return (sdk->user_top + 1) - SMALL_PAGE;
}

uint64_t plan_stack_top(const struct sdk *sdk)
{
    return plan_ipc_buffer(sdk) - SMALL_PAGE; /* an unmapped page lies between */
}

static uint64_t page_down(uint64_t value)
{
    return value & ~(SMALL_PAGE - 1);
}

static uint64_t page_up(uint64_t value)
{
    return page_down(value + SMALL_PAGE - 1);
}

/* ---- opening ---- */

static bool open_image(struct plan *plan, const char *path, const char *given,
        struct position position, const char *pd_name, struct elf_image *image)
{
    const char *error = elf_image_open(plan->arena, path, image);

    if (error != NULL) {
        plan_error(plan, position, "program image '%s' of '%s': %s", given, pd_name, error);
        return false;
    }
    return true;
}

static bool check_segments(
        struct plan *plan, const struct program *program, struct position position)
{
    const struct elf_image *image = &program->image;

    for (size_t i = 0; i < image->segments.count; i++) {
        const struct elf_segment *segment = &image->segments.items[i];
        const struct elf_segment *next = segment + 1;

        if (segment->vaddr + segment->memory_size
                > plan_stack_top(plan->sdk) - program->stack_size) {
            plan_error(plan, position,
                    "program image of '%s': the segment at 0x%llx reaches into the stack",
                    program->name, (unsigned long long)segment->vaddr);
            return false;
        }
        if (i + 1 < image->segments.count
                && page_up(segment->vaddr + segment->memory_size) > page_down(next->vaddr)) {
            plan_error(plan, position,
                    "program image of '%s': the segments at 0x%llx and 0x%llx share a page; link "
                    "it with microkit.ld or align each segment to 0x1000",
                    program->name, (unsigned long long)segment->vaddr,
                    (unsigned long long)next->vaddr);
            return false;
        }
    }
    return true;
}

static bool open_program(struct plan *plan, struct program *program)
{
    const struct protection_domain *pd = program->pd;

    if (!open_image(plan, pd->image_path, pd->image_path, pd->image_position, pd->name,
                &program->image)) {
        return false;
    }
    if (pd->symbols_path != NULL) {
        program->separate_symbols = true;
        if (!open_image(plan, pd->symbols_path, pd->symbols_path, pd->symbols_position, pd->name,
                    &program->symbols)) {
            return false;
        }
    } else {
        program->symbols = program->image;
    }
    if (!elf_image_has_symbols(&program->symbols)) {
        plan_error(plan, program->separate_symbols ? pd->symbols_position : pd->image_position,
                "program image '%s' of '%s' has no symbol table; do not strip it, or give the "
                "unstripped file as path_for_symbols",
                program->symbols.path, pd->name);
        return false;
    }
    return check_segments(plan, program, pd->image_position);
}

static bool open_monitor(struct plan *plan)
{
    struct program *monitor = &plan->monitor;
    const char *error = elf_image_open(plan->arena, plan->sdk->monitor_path, &monitor->image);

    if (error != NULL) {
        plan_error(plan, (struct position){ 0 }, "the SDK's monitor '%s': %s",
                plan->sdk->monitor_path, error);
        return false;
    }
    monitor->symbols = monitor->image;
    return check_segments(plan, monitor, (struct position){ 0 });
}

/* ---- symbols ---- */

static struct position image_position(const struct program *program)
{
    return program->pd != NULL ? program->pd->image_position : (struct position){ 0 };
}

static bool find_symbol(struct plan *plan, const struct program *program, const char *name,
        struct position position, const char *hint, struct elf_symbol *symbol)
{
    switch (elf_image_symbol(&program->symbols, name, symbol)) {
    case SYMBOL_FOUND:
        return true;
    case SYMBOL_AMBIGUOUS:
        plan_error(plan, position, "symbol '%s' is defined more than once in '%s' of '%s'", name,
                program->symbols.path, program->name);
        return false;
    case SYMBOL_MISSING:
        break;
    }
    plan_error(plan, position, "there is no symbol '%s' in '%s' of '%s'%s", name,
            program->symbols.path, program->name, hint);
    return false;
}

static void write_symbol(struct plan *plan, struct program *program, const char *name,
        struct position position, const struct elf_symbol *symbol, const void *bytes, uint64_t size)
{
    if (!elf_image_write(&program->image, symbol->value, bytes, size)) {
        plan_error(plan, position,
                "symbol '%s' of '%s' at 0x%llx does not lie in a segment of its program image",
                name, program->name, (unsigned long long)symbol->value);
    }
}

/* A symbol that libmicrokit (or the monitor) defines. */
static void patch_own(struct plan *plan, struct program *program, const char *name,
        const void *bytes, uint64_t size)
{
    struct elf_symbol symbol;

    if (!find_symbol(plan, program, name, image_position(program),
                ": is it linked with libmicrokit?", &symbol)) {
        return;
    }
    if (symbol.size < size) {
        plan_error(plan, image_position(program),
                "symbol '%s' of '%s' has %llu bytes; libmicrokit's has %llu", name, program->name,
                (unsigned long long)symbol.size, (unsigned long long)size);
        return;
    }
    write_symbol(plan, program, name, image_position(program), &symbol, bytes, size);
}

static void patch_word(struct plan *plan, struct program *program, const char *name, uint64_t value)
{
    patch_own(plan, program, name, &value, sizeof(value)); /* the host is little-endian, too */
}

static void patch_setvar(
        struct plan *plan, struct program *program, const struct setvar *setvar, uint64_t value)
{
    struct elf_symbol symbol;

    if (!find_symbol(plan, program, setvar->symbol, setvar->position, "", &symbol)) {
        return;
    }
    if (symbol.size != sizeof(value)) {
        plan_error(plan, setvar->position,
                "symbol '%s' of '%s' has %llu bytes; a variable that is set has 8 (uintptr_t)",
                setvar->symbol, program->name, (unsigned long long)symbol.size);
        return;
    }
    write_symbol(plan, program, setvar->symbol, setvar->position, &symbol, &value, sizeof(value));
}

static uint64_t window_setvar(
        const struct plan *plan, const struct program *program, const struct setvar *setvar)
{
    const struct image_window *window = &program->pd->windows.items[setvar->window];
    struct window_plan place = plan_window(plan, window);

    switch ((enum window_value)setvar->value) {
    case WINDOW_VADDR:
        return window->vaddr;
    case WINDOW_SIZE:
        return place.image_size;
    case WINDOW_IMAGE_BASE:
        return plan->programs[window->pd].image_low;
    case WINDOW_STACK_VADDR:
        return place.stack_vaddr;
    }
    return 0;
}

static uint64_t setvar_value(
        const struct plan *plan, const struct program *program, const struct setvar *setvar)
{
    const struct memory_region *region =
            setvar->region != NONE ? &plan->system->regions.items[setvar->region] : NULL;

    switch (setvar->kind) {
    case SETVAR_VADDR:
    case SETVAR_ID:
        return setvar->value;
    case SETVAR_SIZE:
        return region->size;
    case SETVAR_PREFILL_SIZE:
        return region->prefill_size;
    case SETVAR_REGION_PADDR:
        return UINT64_MAX; /* keeps the page from counting as empty */
    case SETVAR_WINDOW:
        return window_setvar(plan, program, setvar);
    }
    return 0;
}

struct id_masks {
    uint64_t irqs;
    uint64_t notifications;
    uint64_t calls;
};

static struct id_masks masks_of(const struct plan *plan, size_t index)
{
    struct id_masks masks = { 0 };

    list_for_each(irq, &plan->system->pds.items[index].irqs) {
        masks.irqs |= UINT64_C(1) << irq->id;
    }
    list_for_each(channel, &plan->system->channels) {
        for (int side = 0; side < 2; side++) {
            const struct channel_end *end = &channel->ends[side];

            if (end->pd == index) {
                masks.notifications |= (uint64_t)end->may_notify << end->id;
                masks.calls |= (uint64_t)end->may_call << end->id;
            }
        }
    }
    return masks;
}

static void patch_program(struct plan *plan, struct program *program)
{
    const struct protection_domain *pd = program->pd;
    struct id_masks masks = masks_of(plan, program->index);
    char name[NAME_SIZE] = { 0 };
    unsigned char passive = pd->passive;

    memcpy(name, pd->name, strlen(pd->name));
    patch_own(plan, program, "microkit_name", name, sizeof(name));
    patch_own(plan, program, "microkit_passive", &passive, 1);
    patch_word(plan, program, "microkit_irqs", masks.irqs);
    patch_word(plan, program, "microkit_notifications", masks.notifications);
    patch_word(plan, program, "microkit_pps", masks.calls);
    patch_word(plan, program, "microkit_ioports", 0);
    list_for_each(setvar, &pd->setvars) {
        patch_setvar(plan, program, setvar, setvar_value(plan, program, setvar));
    }
    plan_patch_grants(plan, program);
}

static void patch_monitor(struct plan *plan)
{
    static char names[MAX_PDS + 1][NAME_SIZE];
    static char files[MAX_PDS + 1][NAME_SIZE]; /* cut if longer */
    static const char no_names[MAX_PDS + 1][NAME_SIZE];
    uint64_t stack_bottoms[MAX_PDS + 1] = { 0 };

    memset(names, 0, sizeof(names));
    memset(files, 0, sizeof(files));
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        const struct program *program = &plan->programs[i];

        memcpy(names[i], program->name, strlen(program->name));
        snprintf(files[i], sizeof(files[i]), "%s", base_name(program->symbols.path));
        stack_bottoms[i] = plan_stack_top(plan->sdk) - program->stack_size;
    }
    patch_own(plan, &plan->monitor, "pd_names", names, sizeof(names));
    patch_word(plan, &plan->monitor, "pd_names_len", plan->system->pds.count);
    patch_own(plan, &plan->monitor, "vm_names", no_names, sizeof(no_names));
    patch_word(plan, &plan->monitor, "vm_names_len", 0);
    patch_own(plan, &plan->monitor, "pd_files", files, sizeof(files));
    patch_own(plan, &plan->monitor, "pd_stack_bottom_addrs", stack_bottoms, sizeof(stack_bottoms));
}

void plan_patch_symbols(struct plan *plan)
{
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        patch_program(plan, &plan->programs[i]);
    }
    patch_monitor(plan);
}

void plan_patch_addresses(struct plan *plan)
{
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        struct program *program = &plan->programs[i];

        list_for_each(setvar, &program->pd->setvars) {
            if (setvar->kind == SETVAR_REGION_PADDR) {
                patch_setvar(plan, program, setvar, plan_region_paddr(plan, setvar->region));
            }
        }
    }
}

/* ---- pages ---- */

static bool all_zero(const char *bytes, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

/* Part of a segment that lies in the page at vaddr. */
static struct data_page segment_page(const struct elf_segment *segment, uint64_t vaddr)
{
    uint64_t start = vaddr > segment->vaddr ? vaddr : segment->vaddr;
    uint64_t segment_end = segment->vaddr + segment->memory_size;
    uint64_t end = vaddr + SMALL_PAGE < segment_end ? vaddr + SMALL_PAGE : segment_end;

    return (struct data_page){ segment->bytes + (start - segment->vaddr), (unsigned)(start - vaddr),
        (unsigned)(end - start) };
}

static void add_program_page(struct plan *plan, struct program *program, uint64_t vaddr,
        const struct elf_segment *segment)
{
    struct data_page page = segment_page(segment, vaddr);
    bool embedded = !all_zero(page.source, page.size);
    struct chunk *last =
            program->chunks.count != 0 ? &program->chunks.items[program->chunks.count - 1] : NULL;
    bool extends = last != NULL && last->embedded == embedded
            && last->permissions == segment->permissions
            && last->offset + last->count * SMALL_PAGE == vaddr;

    if (!extends) {
        last = list_add(plan->arena, &program->chunks);
        *last = (struct chunk){ .offset = vaddr,
            .page_bits = 12,
            .embedded = embedded,
            .permissions = segment->permissions,
            .data_page = plan->data_pages.count };
    }
    last->count++;
    if (embedded) {
        *list_add(plan->arena, &plan->data_pages) = page;
    }
}

static void cut_into_pages(struct plan *plan, struct program *program)
{
    list_for_each(segment, &program->image.segments) {
        uint64_t end = segment->vaddr + segment->memory_size;

        for (uint64_t vaddr = page_down(segment->vaddr); vaddr < end; vaddr += SMALL_PAGE) {
            add_program_page(plan, program, vaddr, segment);
        }
    }
}

bool plan_load_programs(struct plan *plan)
{
    size_t count = plan->system->pds.count;
    bool good = open_monitor(plan);

    for (size_t i = 0; i < count; i++) {
        good = open_program(plan, &plan->programs[i]) && good;
    }
    if (!good) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct program *program = &plan->programs[i];
        const struct elf_image *image = &program->image;
        const struct elf_segment *last = &image->segments.items[image->segments.count - 1];

        program->image_low = page_down(image->segments.items[0].vaddr);
        program->image_high = page_up(last->vaddr + last->memory_size);
    }
    plan_identify_system(plan, plan->description->bytes, plan->description->size);
    plan_patch_symbols(plan);
    if (plan->failed) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        cut_into_pages(plan, &plan->programs[i]);
    }
    cut_into_pages(plan, &plan->monitor);
    return true;
}

struct window_plan plan_window(const struct plan *plan, const struct image_window *window)
{
    const struct program *child = &plan->programs[window->pd];
    struct window_plan place = { .image_size = child->image_high - child->image_low };

    place.stack_vaddr = window->vaddr + place.image_size + SMALL_PAGE; /* a page between */
    place.end = place.stack_vaddr + child->stack_size;
    return place;
}
