/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/commands/complete.h"

#include <string.h>

#include "console/commands/command.h"
#include "console/commands/help_text.h"
#include "console/model/columns.h"
#include "console/reload/candidates.h"
#include "console/reload/reloadable.h"

/* The command of a line: its first word that is no option. NULL: none yet. */
static const struct command *command_of(const char *line, size_t start)
{
    size_t at = strspn(line, " \t");
    char word[32];

    while (at < start) {
        size_t length = strcspn(line + at, " \t");

        if (line[at] != '-' && at + length <= start) {
            snprintf(word, sizeof(word), "%.*s", (int)length, line + at);
            if (command_find(word) != NULL) {
                return command_find(word);
            }
        }
        at += length + strspn(line + at + length, " \t");
    }
    return NULL;
}

static void add_commands(prompt_add_fn add, void *to)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (!command_table[i]->hidden) {
            add(to, command_table[i]->name);
        }
    }
}

static void add_options(const struct command *command, prompt_add_fn add, void *to)
{
    char word[40];

    for (size_t i = 0; i < option_table_length; i++) {
        const char *name = option_table[i].name;

        if (command == NULL ? help_is_general(name)
                            : help_is_general(name) || help_takes(command, name)) {
            snprintf(word, sizeof(word), "--%s", name);
            add(to, word);
        }
    }
}

static void add_pds(const struct model *model, prompt_add_fn add, void *to)
{
    for (unsigned i = 0; model != NULL && i < PROTOCOL_PDS_MAX; i++) {
        if (model->pds[i].listed || names_describe_pd(&model->names, i) != NULL) {
            add(to, names_pd(&model->names, i));
        }
    }
}

static void add_queues(const struct model *model, prompt_add_fn add, void *to)
{
    for (unsigned i = 0; model != NULL && i < model->queue_count; i++) {
        add(to, model->queues[i].name);
    }
}

/* The word before the one that begins at `start`; "" if it is the first. */
static void word_before(const char *line, size_t start, char *word, size_t size)
{
    size_t end = start, begin;

    while (end > 0 && line[end - 1] == ' ') {
        end--;
    }
    begin = end;
    while (begin > 0 && line[begin - 1] != ' ') {
        begin--;
    }
    snprintf(word, size, "%.*s", (int)(end - begin), line + begin);
}

/* After an option that takes a value: what the value may be. False: none was before. */
static bool add_values(const char *line, size_t start, prompt_add_fn add, void *to)
{
    char option[40];

    word_before(line, start, option, sizeof(option));
    if (strcmp(option, "--sort") == 0) {
        const struct table *const tables[] = { &pd_table, &queue_table, &budget_table,
            &module_table };

        for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
            for (size_t j = 0; j < tables[i]->column_count; j++) {
                add(to, tables[i]->columns[j].name);
            }
        }
        return true;
    }
    return false;
}

/* "PD.": all of its variables; before the dot, the PDs. */
struct variables {
    prompt_add_fn add;
    void *to;
    const char *pd;
};

static bool add_variable(void *context, const struct c_variable *variable)
{
    const struct variables *variables = context;
    char word[200];

    if (strncmp(variable->name, "__", 2) != 0) {
        snprintf(word, sizeof(word), "%s.%s", variables->pd, variable->name);
        variables->add(variables->to, word);
    }
    return true;
}

static void add_variables(const struct model *model, struct programs *programs, const char *word,
        prompt_add_fn add, void *to)
{
    const char *dot = strchr(word, '.');

    if (dot == NULL) {
        add_pds(model, add, to);
        return;
    }
    for (unsigned i = 0; model != NULL && i < model->names.archive.pd_count; i++) {
        const char *name = model->names.archive.pds[i].name;
        struct variables variables = { add, to, name };
        struct symbols *symbols;

        if (strncmp(word, name, strlen(name)) == 0 && word[strlen(name)] == '.'
                && (symbols = programs_open(programs, i)) != NULL) {
            symbols_each_variable(symbols, add_variable, &variables);
        }
    }
}

/* Modules; behind the name of a PD, those that it could run. */
static void add_modules(
        const struct model *model, const char *line, size_t start, prompt_add_fn add, void *to)
{
    monitor_reload_pd_t config = { .kind = "" };
    char word[200];
    int pd;

    word_before(line, start, word, sizeof(word));
    pd = model != NULL ? names_find_pd(&model->names, word) : -1;
    if (pd >= 0) {
        reloadable_find(&model->names, (unsigned)pd, &config);
    }
    module_candidates(line + start, model != NULL ? model->names.path : NULL, config.kind, add, to);
}

/* Without an archive that says so, any PD could be. */
static void add_reloadable_pds(const struct model *model, prompt_add_fn add, void *to)
{
    monitor_reload_pd_t config;
    unsigned found = 0;

    for (unsigned i = 0; model != NULL && i < PROTOCOL_PDS_MAX; i++) {
        if (model->modules.of[i].known || reloadable_find(&model->names, i, &config)) {
            add(to, names_pd(&model->names, i));
            found++;
        }
    }
    if (found == 0) {
        add_pds(model, add, to);
    }
}

/* The PD first. */
static void add_pd_or_module(
        const struct model *model, const char *line, size_t start, prompt_add_fn add, void *to)
{
    char word[200];

    word_before(line, start, word, sizeof(word));
    if (model != NULL && names_find_pd(&model->names, word) >= 0) {
        add_modules(model, line, start, add, to);
    } else {
        add_reloadable_pds(model, add, to);
    }
}

void complete_line(const struct model *model, struct programs *programs, const char *line,
        size_t start, prompt_add_fn add, void *to)
{
    const struct command *command = command_of(line, start);

    if (line[start] == '-') {
        add_options(command, add, to);
        return;
    }
    if (add_values(line, start, add, to)) {
        return;
    }
    if (command == NULL) {
        add_commands(add, to);
        return;
    }
    switch (command->completes) {
    case COMPLETES_PD:
        add_pds(model, add, to);
        break;
    case COMPLETES_RELOADABLE:
        add_reloadable_pds(model, add, to);
        break;
    case COMPLETES_QUEUE:
        add_queues(model, add, to);
        break;
    case COMPLETES_VARIABLE:
        add_variables(model, programs, line + start, add, to);
        break;
    case COMPLETES_COMMAND:
        add_commands(add, to);
        for (size_t i = 0; help_topics[i].name != NULL; i++) {
            add(to, help_topics[i].name);
        }
        break;
    case COMPLETES_SHELL:
        add(to, "bash");
        add(to, "zsh");
        add(to, "fish");
        break;
    case COMPLETES_MODULE:
        add_modules(model, line, start, add, to);
        break;
    case COMPLETES_PD_MODULE:
        add_pd_or_module(model, line, start, add, to);
        break;
    case COMPLETES_NOTHING:
    case COMPLETES_FILE:
        break;
    }
}
