/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/commands/help_text.h"

#include <jansson.h>
#include <string.h>

#include "console/ui/prompt.h"
#include "console/ui/screen.h"
#include "host-tools/lib/symbols.h"

#define WIDTH 78

static const char *const general_options[] = { "target", "archive", "key", "timeout", "direct",
    "record", "plain", "ascii", "no-color", "mouse", "help", "usage", "version" };

bool help_is_general(const char *option)
{
    for (size_t i = 0; i < sizeof(general_options) / sizeof(general_options[0]); i++) {
        if (strcmp(general_options[i], option) == 0) {
            return true;
        }
    }
    return false;
}

bool help_takes(const struct command *command, const char *option)
{
    size_t length = strlen(option);
    const char *at = command->options;

    while ((at = strstr(at, option)) != NULL) {
        if ((at == command->options || at[-1] == ' ') && (at[length] == ' ' || at[length] == 0)) {
            return true;
        }
        at += length;
    }
    return false;
}

/* Words, broken into lines. */
static void print_wrapped(FILE *out, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, " ");

        if (column > 0 && column + 1 + length > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%s%.*s", column > 0 ? " " : "", (int)length, text);
        column += length + (column > 0);
        text += length + strspn(text + length, " ");
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const struct option_entry *entry)
{
    char name[64];

    snprintf(name, sizeof(name), "%c%c%s--%s%s%s", entry->letter != 0 ? '-' : ' ',
            entry->letter != 0 ? entry->letter : ' ', entry->letter != 0 ? ", " : "  ", entry->name,
            entry->argument != NULL ? " " : "", entry->argument != NULL ? entry->argument : "");
    fprintf(out, "  %-26s %s\n", name, entry->help);
}

static void print_indented(FILE *out, const char *lines)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");

        fprintf(out, "  %.*s\n", (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

static void print_commands(FILE *out)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (!command_table[i]->hidden) {
            fprintf(out, "  %-12s %s\n", command_table[i]->name, command_table[i]->summary);
        }
    }
}

void help_print_short(FILE *out)
{
    fputs("usage: lionscope [OPTION...] [COMMAND [ARGUMENT...]]\n\n"
          "Looks into a running system. Without a command, on a terminal: the full screen.\n\n"
          "  lionscope                                  the running demo, full screen\n"
          "  lionscope --target serial:/dev/ttyUSB0     a board\n"
          "  lionscope ps                               protection domains, once\n"
          "  lionscope queues --json -n 10 -i 0.5       queues, for a script\n"
          "  lionscope help                             all commands, options and topics\n",
            out);
}

void help_print_all(FILE *out)
{
    help_print_short(out);
    fputs("\nCommands\n", out);
    print_commands(out);
    fputs("\nOptions of all commands\n", out);
    for (size_t i = 0; i < option_table_length; i++) {
        if (help_is_general(option_table[i].name)) {
            print_option(out, &option_table[i]);
        }
    }
    fputs("\nTopics (lionscope help TOPIC)\n", out);
    for (size_t i = 0; help_topics[i].name != NULL; i++) {
        fprintf(out, "  %-12s %s\n", help_topics[i].name, help_topics[i].title);
    }
}

void help_print_command(FILE *out, const struct command *command)
{
    bool any = false;

    fprintf(out, "usage: lionscope [OPTION...] %s%s%s\n\n", command->name,
            command->arguments[0] != '\0' ? " " : "", command->arguments);
    print_wrapped(out, command->details);
    for (size_t i = 0; i < option_table_length; i++) {
        if (help_takes(command, option_table[i].name)) {
            fputs(any ? "" : "\nOptions\n", out);
            print_option(out, &option_table[i]);
            any = true;
        }
    }
    fputs("\nExamples\n", out);
    print_indented(out, command->examples);
    fputs("\n'lionscope help' lists the options that all commands have.\n", out);
}

const struct help_topic *help_find_topic(const char *name)
{
    for (size_t i = 0; help_topics[i].name != NULL; i++) {
        if (strcmp(help_topics[i].name, name) == 0) {
            return &help_topics[i];
        }
    }
    return NULL;
}

void help_print_topic(FILE *out, const struct help_topic *topic)
{
    fprintf(out, "%s\n\n%s", topic->title, topic->text);
}

void help_print_version(FILE *out)
{
    fprintf(out, "lionscope 0.5, protocol %u.%u\n%s, %s, jansson %s, elfutils %s\n", PROTOCOL_MAJOR,
            PROTOCOL_MINOR, screen_library(), prompt_library(), jansson_version_str(),
            symbols_library());
}
