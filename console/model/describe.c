/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/describe.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "console/model/columns.h"
#include "console/model/state_words.h"

#define EDGES_MAX 512

/* Where lines go. */
struct writer {
    const struct model *model;
    describe_line_fn line;
    void *context;
    bool utf8;
};

static void add(const struct writer *writer, enum line_kind kind, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

static void add(const struct writer *writer, enum line_kind kind, const char *format, ...)
{
    char text[480];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    writer->line(writer->context, kind, text);
}

/* --- one PD --- */

static void add_columns(const struct writer *writer, unsigned pd)
{
    for (size_t i = 0; i < pd_table.column_count; i++) {
        const struct column *column = &pd_table.columns[i];
        struct cell cell = column->value(writer->model, pd);
        char text[200];

        cell_format(&cell, text, sizeof(text));
        add(writer, LINE_PLAIN, "  %-20s %-26s %s", column->name, text, column->help);
    }
}

static void add_refills(const struct writer *writer, unsigned pd)
{
    const struct model_pd *known = &writer->model->pds[pd];
    char amount[32], when[32];

    add(writer, LINE_HEADING, "Replenishments");
    if (known->refill_count == 0) {
        add(writer, LINE_NOTE, "  not available: no scheduling context of its own is visible");
    }
    for (unsigned i = 0; i < known->refill_count; i++) {
        double us = model_ticks_to_us(writer->model,
                known->refills[i].time > known->sc_time ? known->refills[i].time - known->sc_time
                                                        : 0);

        format_duration(
                model_ticks_to_us(writer->model, known->refills[i].amount), amount, sizeof(amount));
        format_duration(us, when, sizeof(when));
        add(writer, LINE_PLAIN, "  %-12s %s%s", amount, us > 0 ? "in " : "usable now",
                us > 0 ? when : "");
    }
}

static void add_channels(const struct writer *writer, unsigned pd)
{
    const struct system_archive *archive = &writer->model->names.archive;

    add(writer, LINE_HEADING, "Channels");
    for (size_t i = 0; i < archive->channel_count; i++) {
        for (unsigned side = 0; side < 2; side++) {
            const struct archive_channel_end *own = &archive->channels[i].ends[side];
            const struct archive_channel_end *other = &archive->channels[i].ends[1 - side];

            if (own->pd == pd) {
                add(writer, LINE_PLAIN, "  %2u  %-22s %s%s%s%s", own->id,
                        names_pd(&writer->model->names, other->pd),
                        own->may_notify ? "signals it  " : "", own->may_call ? "calls it  " : "",
                        other->may_notify ? "is signalled  " : "",
                        other->may_call ? "is called" : "");
            }
        }
    }
}

static void add_queues(const struct writer *writer, unsigned pd)
{
    add(writer, LINE_HEADING, "Queues");
    for (unsigned i = 0; i < writer->model->queue_count; i++) {
        const struct model_queue *queue = &writer->model->queues[i];

        if (queue->producer == (int)pd || queue->consumer == (int)pd) {
            add(writer, LINE_PLAIN, "  %-30s %s, %" PRIu64 " of %" PRIu64 " entries", queue->name,
                    queue->producer == (int)pd ? "puts in" : "takes out",
                    queue->counters[QUEUE_LAST], queue->capacity);
        }
    }
}

static void add_place(const struct writer *writer, unsigned pd)
{
    const struct model_place *place = &writer->model->place;

    add(writer, LINE_HEADING, "Place in the program");
    if (!place->known || place->pd != pd) {
        add(writer, LINE_NOTE, "  not known yet");
    } else if (place->count == 0) {
        add(writer, LINE_NOTE, "  not available: %s", place->why);
    }
    for (unsigned i = 0; place->known && place->pd == pd && i < place->count; i++) {
        add(writer, LINE_PLAIN, "  %s %s", i == 0 ? "in  " : "from", place->lines[i]);
    }
}

/* What Microkit gives each PD follows from its channels, interrupts and children. */
static void add_capabilities(const struct writer *writer, const struct archive_pd *known)
{
    const struct system_archive *archive = &writer->model->names.archive;

    add(writer, LINE_HEADING, "Capabilities");
    for (size_t i = 0; i < archive->pd_count; i++) {
        if (archive->pds[i].parent == (int)known->index) {
            add(writer, LINE_PLAIN, "  thread of its child %u, %s: stop, restart",
                    archive->pds[i].child_id, archive->pds[i].name);
        }
    }
    for (size_t i = 0; i < known->interrupt_count; i++) {
        add(writer, LINE_PLAIN, "  handler of interrupt %u", known->interrupts[i].number);
    }
    for (size_t i = 0; i < known->capability_count; i++) {
        add(writer, LINE_PLAIN, "  slot %-3u %s of %s", known->capabilities[i].slot,
                known->capabilities[i].kind, known->capabilities[i].of);
    }
    if (!known->capabilities_known) {
        add(writer, LINE_NOTE, "  granted by <cspace>: not known, the archive is of an older tool");
    }
}

static void add_memory(const struct writer *writer, const struct archive_pd *known)
{
    add(writer, LINE_HEADING, "Memory");
    for (size_t i = 0; i < known->mapping_count; i++) {
        const struct archive_mapping *mapping = &known->mappings[i];

        add(writer, LINE_PLAIN, "  0x%012" PRIx64 "  %8" PRIu64 " KiB  %-4s %-9s %s",
                mapping->vaddr, mapping->size / 1024, mapping->permissions,
                mapping->cached ? "" : "uncached", mapping->what);
    }
    add(writer, LINE_HEADING, "Interrupts");
    for (size_t i = 0; i < known->interrupt_count; i++) {
        add(writer, LINE_PLAIN, "  %u at channel %u, %s", known->interrupts[i].number,
                known->interrupts[i].id, known->interrupts[i].edge ? "edge" : "level");
    }
}

void describe_pd(const struct model *model, unsigned pd, describe_line_fn line, void *context)
{
    const struct writer writer = { model, line, context, false };
    const struct archive_pd *known = names_describe_pd(&model->names, pd);
    char doing[128];

    state_in_words(model, pd, doing, sizeof(doing));
    add(&writer, LINE_HEADING, "%s: %s", names_pd(&model->names, pd), doing);
    add_columns(&writer, pd);
    add_refills(&writer, pd);
    add_queues(&writer, pd);
    if (known == NULL) {
        add(&writer, LINE_NOTE, "Channels, memory and interrupts: not known without the archive");
        return;
    }
    add_place(&writer, pd);
    add_channels(&writer, pd);
    add_capabilities(&writer, known);
    add_memory(&writer, known);
    add(&writer, LINE_PLAIN, "  program %s, entry 0x%" PRIx64 ", build-id %s", known->elf.name,
            known->entry, known->elf.build_id[0] != '\0' ? known->elf.build_id : "-");
}

/* --- the map --- */

static unsigned count_notifying(const struct system_archive *archive, unsigned pd)
{
    unsigned count = 0;

    for (size_t i = 0; i < archive->channel_count; i++) {
        for (unsigned side = 0; side < 2; side++) {
            count += archive->channels[i].ends[side].pd == pd
                    && archive->channels[i].ends[side].may_notify;
        }
    }
    return count;
}

size_t describe_edges(const struct model *model, struct map_edge *edges, size_t size)
{
    const struct system_archive *archive = &model->names.archive;
    size_t count = 0;

    for (size_t i = 0; model->names.trusted && i < archive->channel_count; i++) {
        for (unsigned side = 0; side < 2; side++) {
            const struct archive_channel_end *own = &archive->channels[i].ends[side];
            const struct archive_channel_end *other = &archive->channels[i].ends[1 - side];

            if ((!own->may_notify && !own->may_call) || count == size) {
                continue;
            }
            edges[count++] = (struct map_edge){ own->pd, other->pd, own->id, own->may_notify,
                own->may_call, model->pds[own->pd % PROTOCOL_PDS_MAX].rates.signals,
                count_notifying(archive, own->pd) > 1 };
        }
    }
    return count;
}

/* The rate on an edge, as far as it is known. */
static void rate_of(const struct map_edge *edge, char *out, size_t size)
{
    char rate[32];

    if (!edge->notifies) {
        out[0] = '\0';
    } else if (!isfinite(edge->signals)) {
        snprintf(out, size, "signals -/s");
    } else {
        format_quantity(edge->signals, rate, sizeof(rate));
        snprintf(out, size, "signals %s%s/s", edge->shared && edge->signals > 0 ? "up to " : "",
                rate);
    }
}

static void add_queue_edges(const struct writer *writer, unsigned from, unsigned to, bool last)
{
    char rate[32];

    for (unsigned i = 0; i < writer->model->queue_count; i++) {
        const struct model_queue *queue = &writer->model->queues[i];

        if (queue->producer != (int)from || queue->consumer != (int)to) {
            continue;
        }
        if (isfinite(queue->rates.in)) {
            format_quantity(queue->rates.in, rate, sizeof(rate));
        } else {
            strcpy(rate, "-");
        }
        add(writer, LINE_PLAIN, "  %s      queue %-28s %s/s, %" PRIu64 " of %" PRIu64 " waiting",
                last                   ? " "
                        : writer->utf8 ? "│"
                                       : "|",
                queue->name, rate, queue->counters[QUEUE_LAST], queue->capacity);
    }
}

static void add_edges_of(
        const struct writer *writer, unsigned pd, const struct map_edge *edges, size_t edge_count)
{
    size_t left = 0;
    char rate[64];

    for (size_t i = 0; i < edge_count; i++) {
        left += edges[i].from == pd;
    }
    for (size_t i = 0; i < edge_count; i++) {
        bool last;

        if (edges[i].from != pd) {
            continue;
        }
        last = --left == 0;
        rate_of(&edges[i], rate, sizeof(rate));
        add(writer, LINE_PLAIN, "  %s%s %-22s %s%s",
                writer->utf8 ? (last ? "└" : "├") : (last ? "`" : "|"),
                writer->utf8 ? (edges[i].calls ? "═▶" : "─▶") : (edges[i].calls ? "=>" : "->"),
                names_pd(&writer->model->names, edges[i].to),
                edges[i].calls ? (edges[i].notifies ? "calls, " : "calls") : "", rate);
        add_queue_edges(writer, pd, edges[i].to, last);
    }
}

void describe_map(const struct model *model, bool utf8, describe_line_fn line, void *context)
{
    const struct writer writer = { model, line, context, utf8 };
    static struct map_edge edges[EDGES_MAX];
    size_t edge_count = describe_edges(model, edges, EDGES_MAX);
    unsigned rows[TABLE_ROWS_MAX];
    unsigned count = pd_table.rows(model, rows, TABLE_ROWS_MAX);

    if (!model->names.trusted) {
        add(&writer, LINE_NOTE, "Channels are not known: there is no archive that fits the image");
    }
    for (unsigned i = 0; i < count; i++) {
        char doing[128], cpu[32];
        struct cell share = cell_share(model->pds[rows[i]].rates.cpu);

        state_in_words(model, rows[i], doing, sizeof(doing));
        cell_format(&share, cpu, sizeof(cpu));
        add(&writer, state_of(model, rows[i]) == STATE_FAULTED ? LINE_TROUBLE : LINE_HEADING,
                "%-24s %5s %%  %s", names_pd(&model->names, rows[i]), cpu, doing);
        add_edges_of(&writer, rows[i], edges, edge_count);
    }
}
