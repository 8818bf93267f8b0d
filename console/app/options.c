/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/app/options.h"

#include <stdlib.h>
#include <string.h>

#include "console/app/suggest.h"

#define AT(member) offsetof(struct options, member)

const struct option_entry option_table[] = {
    { "target", 't', OPTION_TEXT, AT(target), "TARGET",
            "serial:PATH, tcp:HOST:PORT, unix:PATH, file:RECORDING, or a name" },
    { "archive", 'a', OPTION_TEXT, AT(archive), "FILE", "system archive with names and symbols" },
    { "key", 'k', OPTION_TEXT, AT(key), "FILE",
            "key of a target tcp:HOST:PORT; sign: the private key" },
    { "json", 'j', OPTION_SWITCH, AT(json), NULL, "print JSON" },
    { "count", 'n', OPTION_COUNT, AT(count), "COUNT", "print so many times, then end" },
    { "interval", 'i', OPTION_SECONDS, AT(interval_s), "SECONDS",
            "time between samples, 0.1 to 3600 (default 1)" },
    { "timeout", 0, OPTION_SECONDS, AT(timeout_s), "SECONDS",
            "how long to wait for the target (default 5)" },
    { "fields", 0, OPTION_TEXT, AT(fields), "LIST",
            "only these columns, separated by commas; 'help' lists them" },
    { "sort", 's', OPTION_TEXT, AT(sort), "COLUMN", "order of the rows" },
    { "reverse", 'r', OPTION_SWITCH, AT(reverse), NULL, "the other way round" },
    { "filter", 0, OPTION_TEXT, AT(filter), "REGEX",
            "only rows with it in a text column; !REGEX: only those without" },
    { "no-header", 0, OPTION_SWITCH, AT(no_header), NULL, "no line with the columns' names" },
    { "follow", 'f', OPTION_SWITCH, AT(follow), NULL, "log: go on until interrupted" },
    { "queues", 'q', OPTION_TEXT, AT(queues_file), "FILE", "descriptions of queues to watch" },
    { "plain", 0, OPTION_SWITCH, AT(plain), NULL, "lines of text instead of the full screen" },
    { "ascii", 0, OPTION_SWITCH, AT(ascii), NULL, "draw with ASCII characters only" },
    { "no-color", 0, OPTION_SWITCH, AT(no_color), NULL, "no colours (also: NO_COLOR set)" },
    { "mouse", 0, OPTION_SWITCH, AT(mouse), NULL, "use the mouse in the full screen" },
    { "direct", 0, OPTION_SWITCH, AT(direct), NULL, "open the target itself, without a broker" },
    { "record", 0, OPTION_TEXT, AT(record), "FILE", "record the link (with --direct)" },
    { "socket", 0, OPTION_TEXT, AT(socket), "PATH", "broker: the socket to listen on" },
    { "serve", 0, OPTION_SWITCH, AT(serve), NULL, "gdb: open the port, start no GDB" },
    { "print-command", 0, OPTION_SWITCH, AT(print_command), NULL, "gdb: only print GDB's command" },
    { "port", 0, OPTION_COUNT, AT(port), "PORT", "gdb: local TCP port (default: a free one)" },
    { "duration", 'd', OPTION_SECONDS, AT(duration_s), "SECONDS",
            "profile: how long (default 10)" },
    { "rate", 0, OPTION_COUNT, AT(rate), "COUNT", "profile: samples a second (default 997)" },
    { "output", 'o', OPTION_TEXT, AT(output), "FILE", "profile, core: file to write" },
    { "format", 0, OPTION_TEXT, AT(format), "FORMAT",
            "profile export: flamegraph (default), folded, pprof, speedscope or perf" },
    { "flamegraph", 0, OPTION_SWITCH, AT(flamegraph), NULL,
            "profile export: short for --format flamegraph" },
    { "event", 0, OPTION_TEXT, AT(event), "EVENT",
            "profile: sample by this event of the performance monitor (default: timer)" },
    { "period", 0, OPTION_COUNT, AT(period), "COUNT", "profile: events from sample to sample" },
    { "pds", 0, OPTION_TEXT, AT(pds), "NAMES", "profile: only these domains, separated by commas" },
    { "off-cpu", 0, OPTION_SWITCH, AT(off_cpu), NULL,
            "profile: record why domains do not run, too" },
    { "dry-run", 0, OPTION_SWITCH, AT(dry_run), NULL, "reload: only check, send nothing" },
    { "older", 0, OPTION_SWITCH, AT(older), NULL, "reload: a lower version is meant" },
    { "unchecked", 0, OPTION_SWITCH, AT(unchecked), NULL,
            "reload: send it even if it does not fit; the target checks, too" },
    { "probation", 0, OPTION_SECONDS, AT(probation_s), "SECONDS",
            "reload: how long the old image may come back by itself, as 5s or 500ms "
            "(default 2, at most 60)" },
    { "help", 0, OPTION_SWITCH, AT(help), NULL, "all there is to know of the command" },
    { "usage", 'h', OPTION_SWITCH, AT(usage), NULL, "the same in short" },
    { "version", 'V', OPTION_SWITCH, AT(version), NULL, "versions of program and protocol" },
};
const size_t option_table_length = sizeof(option_table) / sizeof(option_table[0]);

const struct option_entry *options_find(const char *name, size_t length)
{
    for (size_t i = 0; i < option_table_length; i++) {
        if (strlen(option_table[i].name) == length
                && strncmp(option_table[i].name, name, length) == 0) {
            return &option_table[i];
        }
    }
    return NULL;
}

static const struct option_entry *find_letter(char letter)
{
    for (size_t i = 0; i < option_table_length; i++) {
        if (option_table[i].letter == letter) {
            return &option_table[i];
        }
    }
    return NULL;
}

/* What stands behind the number: how many seconds it is; 0: no unit. */
static double unit_of_time(const char *unit)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = { { "", 1 }, { "s", 1 }, { "ms", 0.001 }, { "m", 60 }, { "min", 60 } };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(unit, units[i].name) == 0) {
            return units[i].seconds;
        }
    }
    return 0;
}

static bool set_seconds(double *value, const struct option_entry *entry, const char *text,
        struct error_report *error)
{
    char *end;

    *value = strtod(text, &end);
    *value *= unit_of_time(end);
    if (end == text || !(*value >= 0.1 && *value <= 3600)) {
        return error_set(error, STATUS_USAGE,
                "--%s: '%s' is no time between 0.1 and 3600 seconds, such as 5, 5s, 500ms or 2min",
                entry->name, text);
    }
    return true;
}

static bool set_count(unsigned *value, const struct option_entry *entry, const char *text,
        struct error_report *error)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number < 1 || number > 1000000000) {
        return error_set(
                error, STATUS_USAGE, "--%s: '%s' is no number from 1 on", entry->name, text);
    }
    *value = (unsigned)number;
    return true;
}

static bool set_value(struct options *options, const struct option_entry *entry, const char *text,
        struct error_report *error)
{
    void *member = (char *)options + entry->offset;

    switch (entry->kind) {
    case OPTION_SWITCH:
        *(bool *)member = true;
        return true;
    case OPTION_TEXT:
        *(const char **)member = text;
        return true;
    case OPTION_COUNT:
        return set_count(member, entry, text, error);
    case OPTION_SECONDS:
        return set_seconds(member, entry, text, error);
    }
    return false;
}

static bool unknown_option(const char *text, struct error_report *error)
{
    const char *names[64];
    const char *nearest;

    for (size_t i = 0; i < option_table_length; i++) {
        names[i] = option_table[i].name;
    }
    nearest = suggest(text + strspn(text, "-"), names, option_table_length);
    error_set(error, STATUS_USAGE, "unknown option '%s'", text);
    if (nearest != NULL) {
        error_advise(error, "did you mean '--%s'?", nearest);
    } else {
        error_advise(error, "'lionscope help' lists the options");
    }
    return false;
}

/* Where in argv the reader is; values of options come from here. */
struct argument_reader {
    int argc;
    char *const *argv;
    int at;
};

static bool take_value(struct options *options, const struct option_entry *entry,
        const char *attached, struct argument_reader *reader, struct error_report *error)
{
    if (entry->kind == OPTION_SWITCH) {
        if (attached != NULL) {
            return error_set(error, STATUS_USAGE, "--%s takes no value", entry->name);
        }
        return set_value(options, entry, NULL, error);
    }
    if (attached == NULL && reader->at + 1 >= reader->argc) {
        return error_set(error, STATUS_USAGE, "--%s lacks its %s", entry->name, entry->argument);
    }
    return set_value(
            options, entry, attached != NULL ? attached : reader->argv[++reader->at], error);
}

static bool take_long(
        struct options *options, struct argument_reader *reader, struct error_report *error)
{
    const char *text = reader->argv[reader->at];
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text - 2) : strlen(text) - 2;
    const struct option_entry *entry = options_find(text + 2, length);

    if (entry == NULL) {
        return unknown_option(text, error);
    }
    return take_value(options, entry, equals != NULL ? equals + 1 : NULL, reader, error);
}

static bool take_letters(
        struct options *options, struct argument_reader *reader, struct error_report *error)
{
    for (const char *letter = reader->argv[reader->at] + 1; *letter != '\0'; letter++) {
        const struct option_entry *entry = find_letter(*letter);

        if (entry == NULL) {
            return unknown_option(reader->argv[reader->at], error);
        }
        if (entry->kind != OPTION_SWITCH) {
            return take_value(options, entry, letter[1] != '\0' ? letter + 1 : NULL, reader, error);
        }
        set_value(options, entry, NULL, error);
    }
    return true;
}

static bool take_word(struct options *options, const char *word, struct error_report *error)
{
    if (options->command == NULL) {
        options->command = word;
    } else if (options->argument_count == OPTIONS_ARGUMENTS_MAX) {
        return error_set(error, STATUS_USAGE, "more than %d arguments", OPTIONS_ARGUMENTS_MAX);
    } else {
        options->arguments[options->argument_count++] = word;
    }
    return true;
}

static bool color_is_unwanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *color = getenv("CLICOLOR");
    const char *force = getenv("CLICOLOR_FORCE");

    if (no_color != NULL && no_color[0] != '\0') {
        return true;
    }
    if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0) {
        return false;
    }
    return color != NULL && strcmp(color, "0") == 0;
}

bool options_parse(
        struct options *options, int argc, char *const argv[], struct error_report *error)
{
    struct argument_reader reader = { .argc = argc, .argv = argv, .at = 1 };
    bool only_words = false;

    *options = (struct options){ .timeout_s = 5, .interval_s = 1 };
    options->no_color = color_is_unwanted();
    for (; reader.at < argc; reader.at++) {
        const char *text = argv[reader.at];
        bool good;

        if (!only_words && strcmp(text, "--") == 0) {
            only_words = true;
            continue;
        }
        if (!only_words && strncmp(text, "--", 2) == 0) {
            good = take_long(options, &reader, error);
        } else if (!only_words && text[0] == '-' && text[1] != '\0') {
            good = take_letters(options, &reader, error);
        } else {
            good = take_word(options, text, error);
        }
        if (!good) {
            return false;
        }
    }
    return true;
}

void options_in_words(const struct options *options, char *out, size_t size)
{
    size_t length = (size_t)snprintf(
            out, size, "%s", options->command != NULL ? options->command : "full screen");

    for (size_t i = 0; i < options->argument_count && length < size; i++) {
        const char *word = options->arguments[i];
        const char *slash = strrchr(word, '/');

        length += (size_t)snprintf(
                out + length, size - length, " %s", slash != NULL ? slash + 1 : word);
    }
}
