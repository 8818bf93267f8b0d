/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "console/commands/all.h"
#include "console/commands/help_text.h"

static enum exit_status run_help(struct command_run *run)
{
    const struct command *command;
    const struct help_topic *topic;

    if (run->options->argument_count == 0) {
        help_print_all(run->out);
        return STATUS_OK;
    }
    command = command_find(run->options->arguments[0]);
    topic = help_find_topic(run->options->arguments[0]);
    if (command != NULL) {
        help_print_command(run->out, command);
    } else if (topic != NULL) {
        help_print_topic(run->out, topic);
    } else {
        command_failed(run, STATUS_USAGE, "there is neither a command nor a topic '%s'",
                run->options->arguments[0]);
        error_advise(&run->error, "'lionscope help' lists both");
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND|TOPIC]",
    .arguments_max = 1,
    .completes = COMPLETES_COMMAND,
    .summary = "commands, options and topics",
    .details = "Without an argument a list of all; with one, what there is to know about it.",
    .options = "",
    .examples = "lionscope help queues\n"
                "lionscope help exit-codes\n",
    .run = run_help,
};
