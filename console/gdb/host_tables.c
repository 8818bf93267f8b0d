/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/host_tables.h"

#include <inttypes.h>
#include <string.h>

#include "console/model/columns.h"
#include "console/model/modules.h"
#include "console/reload/module_store.h"
#include "host-tools/lib/escape.h"

static void column(FILE *out, const char *name, const char *value)
{
    fprintf(out, "<column name=\"%s\">", name);
    escape_xml(out, value);
    fputs("</column>", out);
}

static void column_number(FILE *out, const char *name, uint64_t value)
{
    fprintf(out, "<column name=\"%s\">%" PRIu64 "</column>", name, value);
}

static const char *rights(const struct archive_channel_end *end)
{
    return end->may_notify && end->may_call ? "notify, call"
            : end->may_call                 ? "call"
            : end->may_notify               ? "notify"
                                            : "none";
}

static void write_channels(const struct model *model, FILE *out)
{
    const struct system_archive *archive = &model->names.archive;

    for (size_t i = 0; i < archive->channel_count; i++) {
        const struct archive_channel_end *ends = archive->channels[i].ends;

        fputs("<item>", out);
        column(out, "PD", names_pd(&model->names, ends[0].pd));
        column_number(out, "Id", ends[0].id);
        column(out, "May", rights(&ends[0]));
        column(out, "Peer", names_pd(&model->names, ends[1].pd));
        column_number(out, "Peer id", ends[1].id);
        column(out, "Peer may", rights(&ends[1]));
        fputs("</item>", out);
    }
}

static void write_interrupts(const struct model *model, FILE *out)
{
    const struct system_archive *archive = &model->names.archive;

    for (size_t i = 0; i < archive->pd_count; i++) {
        for (size_t j = 0; j < archive->pds[i].interrupt_count; j++) {
            const struct archive_interrupt *interrupt = &archive->pds[i].interrupts[j];

            fputs("<item>", out);
            column_number(out, "Interrupt", interrupt->number);
            column(out, "PD", archive->pds[i].name);
            column_number(out, "Id", interrupt->id);
            column(out, "Trigger", interrupt->edge ? "edge" : "level");
            fputs("</item>", out);
        }
    }
}

static void write_regions(const struct model *model, FILE *out)
{
    const struct system_archive *archive = &model->names.archive;
    char number[32];

    for (size_t i = 0; i < archive->region_count; i++) {
        fputs("<item>", out);
        column(out, "Region", archive->regions[i].name);
        snprintf(number, sizeof(number), "0x%" PRIx64, archive->regions[i].size);
        column(out, "Size", number);
        snprintf(number, sizeof(number), "0x%" PRIx64, archive->regions[i].paddr);
        column(out, "Physical address", number);
        fputs("</item>", out);
    }
}

/* What PDs run that can be reloaded: GDB's script takes the symbols from the file, at the address. */
static void write_modules(const struct model *model, FILE *out)
{
    char text[800], id[MODULE_ID_MAX];

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        const struct protocol_reload_state *state = &model->modules.of[i].state;

        if (!model->modules.of[i].known) {
            continue;
        }
        module_running_id(model, i, id);
        fputs("<item>", out);
        column(out, "PD", names_pd(&model->names, i));
        column_number(out, "Process", i + 1);
        column_number(out, "Version", state->version);
        snprintf(text, sizeof(text), "0x%" PRIx64, state->running_address);
        column(out, "Address", text);
        column(out, "Build-id", id[0] != '\0' ? id : "-");
        column(out, "File", module_store_path(id, text, sizeof(text)) ? text : "-");
        fputs("</item>", out);
    }
}

/* The columns that `lionscope watch` shows of queues. */
static void write_queues(const struct model *model, FILE *out)
{
    unsigned rows[TABLE_ROWS_MAX];
    unsigned count = queue_table.rows(model, rows, TABLE_ROWS_MAX);
    char text[128];

    for (unsigned i = 0; i < count; i++) {
        fputs("<item>", out);
        for (size_t c = 0; c < queue_table.column_count; c++) {
            const struct column *one = &queue_table.columns[c];
            struct cell cell = one->value(model, rows[i]);

            if (one->shown) {
                cell_format(&cell, text, sizeof(text));
                column(out, one->title, text);
            }
        }
        fputs("</item>", out);
    }
}

static const struct {
    const char *name;
    const char *title;
    void (*write)(const struct model *model, FILE *out); /* NULL: the target answers */
} tables[] = {
    { "pds", "Protection domains", NULL },
    { "budgets", "Budgets of protection domains, in microseconds", NULL },
    { "channels", "Channels between protection domains", write_channels },
    { "queues", "Queues between protection domains, and how full they are", write_queues },
    { "modules", "Images of protection domains that can be reloaded", write_modules },
    { "interrupts", "Interrupts and who gets them", write_interrupts },
    { "regions", "Memory regions", write_regions },
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static void write_list(FILE *out)
{
    fputs("<osdata type=\"types\">", out);
    for (size_t i = 0; i < TABLES; i++) {
        fputs("<item>", out);
        column(out, "Type", tables[i].name);
        column(out, "Description", tables[i].title);
        column(out, "Title", tables[i].title);
        fputs("</item>", out);
    }
    fputs("</osdata>", out);
}

bool host_table_write(const struct model *model, const char *name, FILE *out)
{
    if (!model->names.has_archive) {
        return false;
    }
    if (name[0] == '\0') {
        write_list(out);
        return true;
    }
    for (size_t i = 0; i < TABLES; i++) {
        if (strcmp(tables[i].name, name) == 0 && tables[i].write != NULL) {
            fprintf(out, "<osdata type=\"%s\">", name);
            tables[i].write(model, out);
            fputs("</osdata>", out);
            return true;
        }
    }
    return false;
}
