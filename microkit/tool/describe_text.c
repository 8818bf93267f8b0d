/* SPDX-License-Identifier: BSD-2-Clause */
/* The report for people, and all objects with their operations as JSON. */
#include <string.h>

#include "microkit/tool/describe.h"
#include "microkit/tool/image.h"

struct text {
    struct arena *arena;
    struct bytes bytes;
};

static void line(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line(struct text *text, const char *format, ...)
{
    va_list arguments;
    const char *formatted;

    va_start(arguments, format);
    formatted = arena_vformat(text->arena, format, arguments);
    va_end(arguments);
    bytes_add(text->arena, &text->bytes, formatted, strlen(formatted));
    bytes_add(text->arena, &text->bytes, "\n", 1);
}

static void end_section(struct text *text)
{
    bytes_add(text->arena, &text->bytes, "\n", 1);
}

typedef unsigned long long number;

static void task_section(struct text *text, const struct plan *plan)
{
    const struct boot_model *model = &plan->model;

    line(text, "# Initial Task (CapDL Initialiser) Details\n");
    line(text, "kernel          [0x%010llx..0x%010llx)", (number)model->kernel.start,
            (number)model->kernel.end);
    line(text,
            "initial task    [0x%010llx..0x%010llx)  %llu pages: %llu program, %llu "
            "specification, %zu data",
            (number)model->task.start, (number)model->task.end, (number)image_task_pages(plan),
            (number)plan->initialiser_pages, (number)plan->spec_pages, plan->data_pages.count);
    line(text, "specification   %llu bytes, %llu operations", (number)image_spec_size(plan),
            (number)(plan->retypes.count + plan->setup.count));
    line(text, "capability slots used: up to %llu of %llu\n", (number)plan->next_slot,
            1ULL << plan->sdk->root_cnode_bits);
}

static void irq_section(struct text *text, const struct plan *plan)
{
    line(text, "# IRQ Details\n");
    list_for_each(pd, &plan->system->pds) {
        list_for_each(irq, &pd->irqs) {
            line(text, "irq %llu: trigger %s, cpu %llu, to %s as id %llu", (number)irq->number,
                    irq->edge ? "edge" : "level", (number)pd->cpu, pd->name, (number)irq->id);
        }
    }
    end_section(text);
}

static void tcb_entry(struct text *text, const struct plan *plan, const struct program *program)
{
    const struct protection_domain *pd = program->pd;

    line(text, "tcb_%s", program->name);
    line(text, "    ip 0x%llx, sp 0x%llx, ipc buffer 0x%llx", (number)program->image.entry,
            (number)plan_stack_top(plan->sdk), (number)plan_ipc_buffer(plan->sdk));
    line(text, "    priority %llu, budget %llu us, period %llu us, cpu %llu%s%s",
            (number)program->priority, (number)program->budget, (number)program->period,
            (number)(pd != NULL ? pd->cpu : 0), pd != NULL && pd->passive ? ", passive" : "",
            pd != NULL && !pd->fpu ? ", no FPU" : "");
    line(text, "    bound: vspace_%s, %s_%s, sched_context_%s%s%s", program->name,
            program->root_cnode != 0 ? "root_cnode" : "cnode", program->name, program->name,
            program->notification != 0 ? ", notification_" : "",
            program->notification != 0 ? program->name : "");
    if (pd != NULL) {
        line(text, "    faults go to %s",
                pd->parent == NONE ? "the fault monitor"
                                   : plan->system->pds.items[pd->parent].name);
    }
}

static void tcb_section(struct text *text, const struct plan *plan)
{
    line(text, "# TCB Details\n");
    tcb_entry(text, plan, &plan->monitor);
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        tcb_entry(text, plan, &plan->programs[i]);
    }
    end_section(text);
}

/* Who owns the capability in a slot of the initialiser's CSpace, before it was minted on. */
static const struct object *object_at(const struct plan *plan, uint64_t slot, uint64_t *index)
{
    list_for_each(object, &plan->objects) {
        if (slot >= object->slot && slot - object->slot < object->count) {
            *index = slot - object->slot;
            return object;
        }
    }
    return NULL;
}

static const char *rights_text(struct arena *arena, uint64_t rights)
{
    return arena_format(arena, "%s%s%s%s", rights & RIGHT_READ ? "r" : "",
            rights & RIGHT_WRITE ? "w" : "", rights & RIGHT_GRANT ? "g" : "",
            rights & 8 ? "p" : "");
}

/* The mints into a CNode are its contents. */
static void cnode_entries(struct text *text, const struct plan *plan, uint64_t cnode)
{
    const char *at = plan->setup.operations.list.items;
    const char *end = at + plan->setup.operations.list.count;

    while (at < end) {
        const struct spec_operation *operation = (const struct spec_operation *)at;
        const uint64_t *words = (const uint64_t *)(operation + 1) + operation->cap_count;
        uint64_t index = 0;

        at = (const char *)(words + operation->word_count);
        if (operation->service != cnode || operation->label != plan->sdk->labels.cnode_mint) {
            continue;
        }

        const struct object *object = object_at(plan, words[2], &index);

        line(text, "    %4llu: %s, rights %s, badge 0x%llx", (number)words[0],
                object != NULL ? object->name : "irq handler or derived capability",
                rights_text(plan->arena, words[4]), (number)words[5]);
    }
}

static void cnode_section(struct text *text, const struct plan *plan)
{
    line(text, "# CNode Details\n");
    line(text, "cnode_monitor");
    cnode_entries(text, plan, plan->monitor.cnode);
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        const struct program *program = &plan->programs[i];

        line(text, "root_cnode_%s", program->name);
        cnode_entries(text, plan, program->root_cnode);
        line(text, "cnode_%s", program->name);
        cnode_entries(text, plan, program->cnode);
    }
    end_section(text);
}

static void mapping_section(struct text *text, const struct plan *plan)
{
    line(text, "# Architecture Specific Details\n");
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        const struct program *program = &plan->programs[i];

        line(text, "vspace_%s", program->name);
        list_for_each(mapping, &program->mappings) {
            line(text, "    [0x%012llx..0x%012llx) %c%c%c %s%s", (number)mapping->vaddr,
                    (number)(mapping->vaddr + (mapping->count << mapping->page_bits)),
                    mapping->permissions & PERMISSION_READ ? 'r' : '-',
                    mapping->permissions & PERMISSION_WRITE ? 'w' : '-',
                    mapping->permissions & PERMISSION_EXECUTE ? 'x' : '-', mapping->what,
                    mapping->cached ? "" : " (not cached)");
        }
    }
    end_section(text);
}

static const char *type_name(enum object_type type)
{
    switch (type) {
    case OBJECT_UNTYPED:
        return "Untyped";
    case OBJECT_TCB:
        return "TCB";
    case OBJECT_ENDPOINT:
        return "Endpoint";
    case OBJECT_NOTIFICATION:
        return "Notification";
    case OBJECT_CNODE:
        return "CNode";
    case OBJECT_SCHED_CONTEXT:
        return "SchedContext";
    case OBJECT_REPLY:
        return "Reply";
    case OBJECT_VSPACE:
        return "VSpace";
    case OBJECT_SMALL_PAGE:
        return "Page(4 KiB)";
    case OBJECT_LARGE_PAGE:
        return "Page(2 MiB)";
    case OBJECT_PAGE_TABLE:
        return "PageTable";
    }
    return "?";
}

static void object_section(struct text *text, const struct plan *plan)
{
    number id = 0;

    line(text, "# Kernel Objects Details: ID, Type, Name, Physical Address\n");
    list_for_each(object, &plan->objects) {
        list_for_each(piece, &object->pieces) {
            for (uint64_t i = 0; i < piece->count; i++) {
                if (object->count == 1) {
                    line(text, "%5llu %-12s %s 0x%llx", id++, type_name(object->type), object->name,
                            (number)piece->paddr);
                } else {
                    line(text, "%5llu %-12s %s_%llu 0x%llx", id++, type_name(object->type),
                            object->name, (number)(piece->first + i),
                            (number)(piece->paddr + (i << object->bits)));
                }
            }
        }
    }
}

struct bytes describe_text(const struct plan *plan)
{
    struct text text = { .arena = plan->arena };

    task_section(&text, plan);
    irq_section(&text, plan);
    tcb_section(&text, plan);
    cnode_section(&text, plan);
    mapping_section(&text, plan);
    object_section(&text, plan);
    return text.bytes;
}

/* ---- objects and operations as JSON ---- */

static json_t *objects_json(const struct plan *plan)
{
    json_t *list = json_array();

    list_for_each(object, &plan->objects) {
        json_t *pieces = json_array();

        list_for_each(piece, &object->pieces) {
            json_array_append_new(pieces,
                    json_pack("{s:I, s:I, s:I}", "first", (json_int_t)piece->first, "count",
                            (json_int_t)piece->count, "paddr", (json_int_t)piece->paddr));
        }
        json_array_append_new(list,
                json_pack("{s:s, s:s, s:i, s:I, s:I, s:o}", "name", object->name, "type",
                        type_name(object->type), "size_bits", (int)object->bits, "count",
                        (json_int_t)object->count, "slot", (json_int_t)object->slot, "pieces",
                        pieces));
    }
    return list;
}

static void operations_json(json_t *list, const struct spec_writer *writer)
{
    const char *at = writer->operations.list.items;
    const char *end = at + writer->operations.list.count;

    while (at < end) {
        const struct spec_operation *operation = (const struct spec_operation *)at;
        const uint64_t *values = (const uint64_t *)(operation + 1);
        json_t *caps = json_array();
        json_t *words = json_array();

        for (int i = 0; i < operation->cap_count; i++) {
            json_array_append_new(caps, json_integer((json_int_t)*values++));
        }
        for (int i = 0; i < operation->word_count; i++) {
            json_array_append_new(words, json_integer((json_int_t)*values++));
        }
        json_array_append_new(list,
                json_pack("{s:s, s:i, s:I, s:I, s:o, s:o}", "kind",
                        operation->kind == SPEC_INVOKE ? "invoke" : "copy", "label",
                        (int)operation->label, "service", (json_int_t)operation->service, "repeat",
                        (json_int_t)operation->repeat, "caps", caps, "words", words));
        at = (const char *)values;
    }
}

json_t *describe_objects(const struct plan *plan)
{
    json_t *operations = json_array();

    operations_json(operations, &plan->retypes);
    operations_json(operations, &plan->setup);
    return json_pack("{s:o, s:o}", "objects", objects_json(plan), "operations", operations);
}
