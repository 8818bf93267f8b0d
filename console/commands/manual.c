/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual page, from the same tables as the help. */
#include <ctype.h>
#include <string.h>

#include "console/commands/all.h"
#include "console/commands/help_text.h"

/* Text in roff: backslashes and hyphens, and lines that begin like requests. */
static void put_escaped(FILE *out, const char *text)
{
    bool line_begins = true;

    for (; *text != '\0'; text++) {
        if (line_begins && (*text == '.' || *text == '\'')) {
            fputs("\\&", out);
        }
        if (*text == '\\') {
            fputs("\\e", out);
        } else if (*text == '-') {
            fputs("\\-", out);
        } else if (*text == '~') {
            fputs("\\(ti", out);
        } else if (*text == '^') {
            fputs("\\(ha", out);
        } else {
            fputc(*text, out);
        }
        line_begins = *text == '\n';
    }
}

static void put_upper(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        fputc(toupper((unsigned char)*text), out);
    }
}

static void put_option(FILE *out, const struct option_entry *entry)
{
    fputs(".TP\n", out);
    if (entry->letter != 0) {
        fprintf(out, "\\fB\\-%c\\fR, ", entry->letter);
    }
    fputs("\\fB\\-\\-", out);
    put_escaped(out, entry->name);
    fputs("\\fR", out);
    if (entry->argument != NULL) {
        fprintf(out, " \\fI%s\\fR", entry->argument);
    }
    fputc('\n', out);
    put_escaped(out, entry->help);
    fputs(".\n", out);
}

static void put_examples(FILE *out, const char *lines)
{
    fputs(".PP\n.in +4n\n.nf\n", out);
    put_escaped(out, lines);
    fputs(".fi\n.in\n", out);
}

static void put_command(FILE *out, const struct command *command)
{
    bool any = false;

    fputs(".SS ", out);
    put_escaped(out, command->name);
    fputs(command->arguments[0] != '\0' ? " " : "", out);
    put_escaped(out, command->arguments);
    fputc('\n', out);
    put_escaped(out, command->details);
    fputc('\n', out);
    for (size_t i = 0; i < option_table_length; i++) {
        if (help_takes(command, option_table[i].name)) {
            fputs(any ? ", " : ".PP\nIt takes ", out);
            fputs("\\fB\\-\\-", out);
            put_escaped(out, option_table[i].name);
            fputs("\\fR", out);
            any = true;
        }
    }
    fputs(any ? ".\n" : "", out);
}

/* Lines of a topic: those with two blanks before them stay as they are. */
static void put_topic(FILE *out, const struct help_topic *topic)
{
    const char *text = topic->text;
    bool exact = false;

    fputs(".SH ", out);
    put_upper(out, strcmp(topic->name, "exit-codes") == 0 ? "exit status" : topic->name);
    fputc('\n', out);
    put_escaped(out, topic->title);
    fputs(".\n", out);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        bool now_exact = strncmp(text, "  ", 2) == 0;
        char line[200];

        if (now_exact != exact || (length == 0 && !exact)) {
            fputs(now_exact ? ".PP\n.nf\n" : exact ? ".fi\n.PP\n" : "", out);
            exact = now_exact;
        }
        if (length > 0) {
            snprintf(line, sizeof(line), "%.*s\n", (int)length, text);
            put_escaped(out, line);
        }
        text += length + (text[length] == '\n');
    }
    fputs(exact ? ".fi\n" : "", out);
}

static void put_all_examples(FILE *out)
{
    bool any = false;

    fputs(".SH EXAMPLES\n", out);
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (!command_table[i]->hidden && command_table[i]->examples[0] != '\0') {
            fputs(any ? ".PP\n" : "", out);
            any = true;
            put_escaped(out, command_table[i]->name);
            fputs(":\n", out);
            put_examples(out, command_table[i]->examples);
        }
    }
}

static enum exit_status run_manual(struct command_run *run)
{
    FILE *out = run->out;

    fputs(".\\\" SPDX-License-Identifier: BSD-2-Clause\n"
          ".TH LIONSCOPE 1 2026-11-01 \"Lionscope 0.5\" \"User Commands\"\n"
          ".SH NAME\nlionscope \\- look into a running seL4-style system\n"
          ".SH SYNOPSIS\n.B lionscope\n[\\fIOPTION\\fR...] [\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]]\n"
          ".SH DESCRIPTION\nShows, live, what a system with a monitor does: protection domains with "
          "their scheduling budgets and processor time, queues with their occupancy, logs.\n"
          "Without a command, on a terminal, it fills the screen; the key \\fB?\\fR lists all "
          "others.\nWith a command it prints that, for people or (\\fB\\-\\-json\\fR) for "
          "programs.\nIt reads, and changes nothing unless told to.\n"
          ".SH OPTIONS\n",
            out);
    for (size_t i = 0; i < option_table_length; i++) {
        put_option(out, &option_table[i]);
    }
    fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (!command_table[i]->hidden) {
            put_command(out, command_table[i]);
        }
    }
    for (size_t i = 0; help_topics[i].name != NULL; i++) {
        put_topic(out, &help_topics[i]);
    }
    fputs(".SH FILES\n.TP\n.I \\(ti/.config/lionscope/config\nTargets by name.\n"
          ".TP\n.I \\(ti/.local/state/lionscope/history\nThe prompt's history.\n",
            out);
    put_all_examples(out);
    fputs(".SH SEE ALSO\n.BR gdb (1),\n.BR qemu-system-aarch64 (1)\n", out);
    return STATUS_OK;
}

const struct command command_manual = {
    .name = "manual",
    .arguments = "",
    .hidden = true,
    .summary = "print the manual page",
    .details = "For the build: the page is made from the program's own tables.",
    .options = "",
    .examples = "",
    .run = run_manual,
};
