/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts the plan together. Slots depend on the size of the initial task, which depends on the length
 * of the list of operations: planned again until it fits.
 */
#include "microkit/tool/plan.h"

#include "microkit/tool/image.h"

#define SCHED_CONTEXT_BITS 8
#define MONITOR_PRIORITY   255
#define MONITOR_BUDGET     1000
#define MONITOR_STACK      0x1000
#define CNODE_RADIX        9
#define ROOT_CNODE_RADIX   6
#define MAX_TASK_END       UINT64_C(0x40000000) /* the initialiser's window begins there */
#define MAX_ROUNDS         16

void plan_error(struct plan *plan, struct position position, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report_error(plan->diagnostics, position, "%s", arena_vformat(plan->arena, format, arguments));
    va_end(arguments);
    plan->failed = true;
}

static bool open_part(
        struct plan *plan, const char *what, const char *path, struct elf_image *image)
{
    const char *error = elf_image_open(plan->arena, path, image);

    if (error != NULL) {
        plan_error(plan, (struct position){ 0 }, "the %s '%s': %s", what, path, error);
    }
    return error == NULL;
}

static bool open_parts(struct plan *plan)
{
    const char *error;

    if (!open_part(plan, "kernel", plan->sdk->kernel_path, &plan->kernel)
            || !open_part(plan, "SDK's loader", plan->sdk->loader_path, &plan->loader)
            || !open_part(
                    plan, "SDK's initialiser", plan->sdk->initialiser_path, &plan->initialiser)) {
        return false;
    }
    error = boot_model_kernel(&plan->model, &plan->kernel);
    if (error != NULL) {
        plan_error(
                plan, (struct position){ 0 }, "the kernel '%s': %s", plan->sdk->kernel_path, error);
    }
    return error == NULL;
}

static void describe_programs(struct plan *plan)
{
    size_t count = plan->system->pds.count;

    plan->programs = arena_alloc(plan->arena, (count + 1) * sizeof(struct program));
    plan->regions = arena_alloc(
            plan->arena, (plan->system->regions.count + 1) * sizeof(struct region_plan));
    for (size_t i = 0; i < count; i++) {
        const struct protection_domain *pd = &plan->system->pds.items[i];

        plan->programs[i] = (struct program){ .name = pd->name,
            .pd = pd,
            .index = i,
            .priority = pd->priority,
            .budget = pd->budget,
            .period = pd->period,
            .stack_size = pd->stack_size };
    }
    plan->monitor = (struct program){ .name = "monitor",
        .priority = MONITOR_PRIORITY,
        .budget = MONITOR_BUDGET,
        .period = MONITOR_BUDGET,
        .stack_size = MONITOR_STACK };
}

static const char *named(struct plan *plan, const char *kind, const struct program *program)
{
    return arena_format(plan->arena, "%s_%s", kind, program->name);
}

static void create_frames(struct plan *plan, struct program *program)
{
    uint64_t pages = program->stack_size / SMALL_PAGE;

    list_for_each(chunk, &program->chunks) {
        chunk->mapped = false;
        chunk->slot = chunk->embedded ? plan_data_slot(plan, chunk->data_page)
                                      : plan_object(plan, OBJECT_SMALL_PAGE, 0, chunk->count,
                                              named(plan, "elf", program));
    }
    program->stack.count = 0;
    *list_add(plan->arena, &program->stack) = (struct chunk){ .count = pages,
        .page_bits = 12,
        .offset = plan_stack_top(plan->sdk) - program->stack_size,
        .slot = plan_object(plan, OBJECT_SMALL_PAGE, 0, pages, named(plan, "stack", program)) };
    program->ipc_frame = plan_object(plan, OBJECT_SMALL_PAGE, 0, 1, named(plan, "ipcbuf", program));
    program->mappings.count = 0;
}

static void create_objects(struct plan *plan, struct program *program)
{
    const struct protection_domain *pd = program->pd;

    program->tcb = plan_object(plan, OBJECT_TCB, 0, 1, named(plan, "tcb", program));
    program->cnode = plan_object(plan, OBJECT_CNODE, CNODE_RADIX, 1, named(plan, "cnode", program));
    program->sched_context = plan_object(plan, OBJECT_SCHED_CONTEXT, SCHED_CONTEXT_BITS, 1,
            named(plan, "sched_context", program));
    program->vspace = plan_object(plan, OBJECT_VSPACE, 0, 1, named(plan, "vspace", program));
    program->reply = plan_object(plan, OBJECT_REPLY, 0, 1, named(plan, "reply", program));
    program->endpoint = 0;
    if (pd == NULL || pd->is_called || pd->has_children) {
        program->endpoint =
                plan_object(plan, OBJECT_ENDPOINT, 0, 1, named(plan, "endpoint", program));
    }
    if (pd != NULL) {
        program->root_cnode = plan_object(
                plan, OBJECT_CNODE, ROOT_CNODE_RADIX, 1, named(plan, "root_cnode", program));
        program->notification =
                plan_object(plan, OBJECT_NOTIFICATION, 0, 1, named(plan, "notification", program));
    }
    create_frames(plan, program);
}

/* One round, with plan->spec_pages for the specification. */
static bool plan_round(struct plan *plan)
{
    const struct elf_segment *loader = &plan->loader.segments.items[0];
    struct address_range loader_range = { loader->paddr, loader->paddr + loader->memory_size };
    uint64_t pages = plan->initialiser_pages + plan->spec_pages + plan->data_pages.count;
    uint64_t vaddr = plan->initialiser.segments.items[0].vaddr;
    const char *error;

    plan->objects.count = 0;
    plan->retypes = (struct spec_writer){ .arena = plan->arena };
    plan->setup = (struct spec_writer){ .arena = plan->arena };
    /* The boot image lies behind the loader until it has been copied. */
    loader_range.end += (pages + 1024) * SMALL_PAGE;
    error = boot_model_run(plan->arena, &plan->model, plan->sdk, vaddr, pages, &loader_range);
    if (error == NULL && vaddr + pages * SMALL_PAGE > MAX_TASK_END) {
        error = "all program images and prefilled regions together exceed 1 GiB";
    }
    if (error != NULL) {
        plan_error(plan, (struct position){ 0 }, "not enough memory: %s", error);
        return false;
    }
    plan->next_slot = plan->model.first_empty;
    create_objects(plan, &plan->monitor);
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        create_objects(plan, &plan->programs[i]);
    }
    plan_regions(plan);
    plan_collect_mappings(plan, &plan->monitor);
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        plan_collect_mappings(plan, &plan->programs[i]);
    }
    if (!plan_check_mappings(plan)) {
        return false;
    }
    plan_address_spaces(plan);
    plan_threads(plan);
    plan_allocate(plan);
    return !plan->failed;
}

static bool plan_until_it_fits(struct plan *plan)
{
    plan->spec_pages = 1;
    for (int round = 0; round < MAX_ROUNDS; round++) {
        if (!plan_round(plan)) {
            return false;
        }

        uint64_t needed = (image_spec_size(plan) + SMALL_PAGE - 1) / SMALL_PAGE;

        if (needed <= plan->spec_pages) {
            return true;
        }
        plan->spec_pages = needed;
    }
    plan_error(plan, (struct position){ 0 }, "the size of the initial task does not settle");
    return false;
}

bool plan_make(struct plan *plan)
{
    const struct elf_segment *first;
    const struct elf_segment *last;

    describe_programs(plan);
    if (!open_parts(plan) || !plan_load_programs(plan)) {
        return false;
    }
    first = &plan->initialiser.segments.items[0];
    last = &plan->initialiser.segments.items[plan->initialiser.segments.count - 1];
    plan->initialiser_pages =
            (last->vaddr + last->memory_size - first->vaddr + SMALL_PAGE - 1) / SMALL_PAGE;
    plan_regions_data(plan);
    if (!plan_until_it_fits(plan)) {
        return false;
    }
    plan_patch_addresses(plan);
    return !plan->failed;
}
