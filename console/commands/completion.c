/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion in the user's shell: `completion` prints what to install, `complete` answers it. */
#include <string.h>

#include "console/commands/all.h"
#include "console/commands/complete.h"
#include "console/model/queue_discovery.h"

#define LINE_BYTES 2048

static const char bash_script[] =
        "# bash completion of lionscope\n"
        "_lionscope()\n"
        "{\n"
        "    local IFS=$'\\n'\n"
        "    COMPREPLY=($(\"${COMP_WORDS[0]}\" complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" "
        "2>/dev/null))\n"
        "}\n"
        "complete -o default -F _lionscope lionscope\n";

static const char zsh_script[] =
        "#compdef lionscope\n"
        "# zsh completion of lionscope\n"
        "_lionscope()\n"
        "{\n"
        "    local -a found\n"
        "    found=(${(f)\"$(${words[1]} complete -- ${words[2,CURRENT]} 2>/dev/null)\"})\n"
        "    if ((${#found})); then\n"
        "        compadd -- $found\n"
        "    else\n"
        "        _files\n"
        "    fi\n"
        "}\n"
        "compdef _lionscope lionscope\n";

static const char fish_script[] =
        "# fish completion of lionscope\n"
        "complete -c lionscope -f -a "
        "'(lionscope complete -- (commandline -opc)[2..] (commandline -ct))'\n";

static enum exit_status run_completion(struct command_run *run)
{
    const char *shell = run->options->arguments[0];

    if (strcmp(shell, "bash") == 0) {
        fputs(bash_script, run->out);
    } else if (strcmp(shell, "zsh") == 0) {
        fputs(zsh_script, run->out);
    } else if (strcmp(shell, "fish") == 0) {
        fputs(fish_script, run->out);
    } else {
        return command_usage(run, "there is no completion for '%s'; bash, zsh or fish", shell);
    }
    return STATUS_OK;
}

const struct command command_completion = {
    .name = "completion",
    .arguments = "SHELL",
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = COMPLETES_SHELL,
    .summary = "what bash, zsh or fish needs to complete commands, options and names",
    .details = "Prints a script for the shell's completion folder. Protection domains, queues and "
               "variables are completed from the archive; the target need not be there.",
    .options = "",
    .examples = "lionscope completion bash > ~/.local/share/bash-completion/completions/lionscope\n"
                "lionscope completion zsh > ~/.zfunc/_lionscope\n",
    .run = run_completion,
};

/* --- answering --- */

struct answer {
    FILE *out;
    const char *word; /* what has been typed of it */
};

static void print_candidate(void *to, const char *candidate)
{
    const struct answer *answer = to;

    if (strncmp(candidate, answer->word, strlen(answer->word)) == 0) {
        fprintf(answer->out, "%s\n", candidate);
    }
}

/* The words so far as one line; where its last word begins. */
static size_t join_words(const struct options *options, char *line)
{
    size_t length = 0, start = 0;

    line[0] = '\0';
    for (size_t i = 0; i < options->argument_count && length < LINE_BYTES; i++) {
        start = length + (i > 0);
        length += (size_t)snprintf(line + length, LINE_BYTES - length, "%s%s", i > 0 ? " " : "",
                options->arguments[i]);
    }
    return start < LINE_BYTES ? start : 0;
}

/* What is known without a target: the archive that the words, or else the configuration, mean. */
static struct model *offline_model(const struct options *options)
{
    char *words[OPTIONS_ARGUMENTS_MAX + 1] = { "lionscope" };
    int count = 1;
    struct options typed;
    struct target target;
    struct error_report error;
    struct model *model = model_new(1);

    for (size_t i = 0; i + 1 < options->argument_count; i++) {
        words[count++] = (char *)(uintptr_t)options->arguments[i];
    }
    if (model == NULL || !options_parse(&typed, count, words, &error)) {
        return model;
    }
    if (typed.archive != NULL) {
        names_load(&model->names, typed.archive, &error);
    } else if (target_find(&target, &typed, &error) && target.archive[0] != '\0') {
        names_load(&model->names, target.archive, &error);
    }
    return model;
}

static enum exit_status run_complete(struct command_run *run)
{
    char line[LINE_BYTES];
    size_t start = join_words(run->options, line);
    struct answer answer = { run->out, line + start };
    struct model *model = offline_model(run->options);
    struct programs programs = { .names = NULL };

    if (model != NULL && model->names.has_archive) {
        programs.names = &model->names;
        queue_discovery_run(model, &programs);
    }
    complete_line(model, &programs, line, start, print_candidate, &answer);
    programs_close(&programs);
    model_free(model);
    return STATUS_OK;
}

const struct command command_complete = {
    .name = "complete",
    .arguments = "[WORD...]",
    .arguments_max = OPTIONS_ARGUMENTS_MAX,
    .hidden = true,
    .summary = "what the last word may be completed to",
    .details = "For the scripts that 'completion' prints.",
    .options = "",
    .examples = "",
    .run = run_complete,
};
