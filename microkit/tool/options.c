/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/options.h"

#include <stdio.h>
#include <string.h>

#include "microkit/tool/files.h"
#include "microkit/tool/sdk.h"

#define USAGE                                                                                \
    "usage: microkit [-h] [OPTIONS] --board BOARD --config CONFIG [--search-path PATH ...] " \
    "system\n"

struct parse {
    struct arena *arena;
    struct options *options;
    const char *sdk_path;
    const char *image_type;
    LIST(const char *) search_paths;
    bool good;
};

static void print_help(struct arena *arena, const char *sdk_path)
{
    const char *const *boards = list_directories(arena, arena_format(arena, "%s/board", sdk_path));

    printf(USAGE
            "\n"
            "Makes a bootable image of a system description.\n\n"
            "  system                  the system description, an XML file\n"
            "  -h, --help              this text\n"
            "  --board BOARD           one of the boards below\n"
            "  --config CONFIG         debug, release or benchmark\n"
            "  -o, --output PATH       the image (default: loader.img)\n"
            "  -r, --report PATH       what is where, as text (default: report.txt)\n"
            "  --report-json PATH      the same as JSON\n"
            "  --archive PATH          the system archive, which the console reads (default: the\n"
            "                          image's name with .archive instead of its ending)\n"
            "  --search-path PATH ...  where program images and prefill files are searched; the\n"
            "                          current directory comes last\n"
            "  --image-type TYPE       binary (default) or elf\n"
            "  --override-kernel PATH  another kernel of the same version and configuration\n"
            "  --capdl-json PATH       all objects and operations as JSON\n\n"
            "The SDK is found through MICROKIT_SDK, or beside this program.\n\nboards:");
    for (; boards != NULL && *boards != NULL; boards++) {
        printf(" %s", *boards);
    }
    printf("\n");
}

static void fail(struct parse *parse, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void fail(struct parse *parse, const char *format, ...)
{
    va_list arguments;

    if (!parse->good) {
        return; /* one message is enough */
    }
    va_start(arguments, format);
    fputs("microkit: error: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    parse->good = false;
}

static const char **option_target(struct parse *parse, const char *name)
{
    struct options *options = parse->options;
    const struct {
        const char *name;
        const char **target;
    } known[] = {
        { "--board", &options->board },
        { "--config", &options->config },
        { "-o", &options->output },
        { "--output", &options->output },
        { "-r", &options->report },
        { "--report", &options->report },
        { "--report-json", &options->report_json },
        { "--archive", &options->archive },
        { "--image-type", &parse->image_type },
        { "--override-kernel", &options->kernel },
        { "--capdl-json", &options->capdl_json },
        { "--viper-output", &options->viper },
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].name, name) == 0) {
            return known[i].target;
        }
    }
    return NULL;
}

static void unknown_option(struct parse *parse, const char *name)
{
    static const char *const names[] = { "--board", "--config", "--output", "--report",
        "--report-json", "--archive", "--search-path", "--image-type", "--override-kernel",
        "--capdl-json", "--viper-output", "--help", NULL };
    const char *near = nearest_word(name, names);

    printf(USAGE);
    fflush(stdout);
    if (near != NULL) {
        fail(parse, "unknown option '%s'; did you mean '%s'?", name, near);
    } else {
        fail(parse, "unknown option '%s'; 'microkit --help' lists them", name);
    }
}

/* Takes words up to the next one that starts with '-'. */
static int take_search_paths(struct parse *parse, int at, int count, char **arguments)
{
    int first = at;

    while (at < count && arguments[at][0] != '-') {
        *list_add(parse->arena, &parse->search_paths) = arguments[at++];
    }
    if (at == first) {
        fail(parse, "--search-path needs at least one path");
    }
    return at;
}

/* Index of the next word to look at. */
static int parse_word(struct parse *parse, int at, int count, char **arguments)
{
    const char *word = arguments[at++];

    if (strcmp(word, "--search-path") == 0) {
        return take_search_paths(parse, at, count, arguments);
    }
    if (word[0] == '-' && word[1] != 0) {
        const char **target = option_target(parse, word);

        if (target == NULL) {
            unknown_option(parse, word);
        } else if (at == count) {
            fail(parse, "option '%s' needs a value", word);
        } else {
            *target = arguments[at++];
        }
        return at;
    }
    if (parse->options->system != NULL) {
        fail(parse, "two system descriptions: '%s' and '%s'", parse->options->system, word);
    }
    parse->options->system = word;
    return at;
}

/* The commonest reason for a missing description. */
static const char *swallowed_hint(struct parse *parse)
{
    if (parse->search_paths.count == 0) {
        return "";
    }

    const char *last = parse->search_paths.items[parse->search_paths.count - 1];

    return arena_format(parse->arena,
            " ('%s' was taken as a --search-path, which reaches up to the "
            "next option)",
            last);
}

static void check_required(struct parse *parse)
{
    const struct options *options = parse->options;
    const char *missing = options->system == NULL ? "the system description"
            : options->board == NULL              ? "--board"
            : options->config == NULL             ? "--config"
                                                  : NULL;

    if (missing != NULL && parse->good) {
        printf(USAGE);
        fflush(stdout);
        fail(parse, "missing argument: %s%s", missing,
                options->system == NULL ? swallowed_hint(parse) : "");
    }
}

static void check_board(struct parse *parse)
{
    struct arena *arena = parse->arena;
    const char *board = arena_format(arena, "%s/board", parse->sdk_path);
    const char *config = board;

    if (!parse->good) {
        return;
    }
    board = arena_format(arena, "%s/%s", board, parse->options->board);
    if (strchr(parse->options->board, '/') != NULL || !is_directory(board)) {
        fail(parse, "unknown board '%s'; this SDK has: %s", parse->options->board,
                join_words(arena, list_directories(arena, config)));
        return;
    }
    config = arena_format(arena, "%s/%s", board, parse->options->config);
    if (strchr(parse->options->config, '/') != NULL || !is_directory(config)) {
        fail(parse, "unknown configuration '%s' for board '%s'; it has: %s", parse->options->config,
                parse->options->board, join_words(arena, list_directories(arena, board)));
    }
}

static void check_image_type(struct parse *parse)
{
    const char *type = parse->image_type;

    if (type == NULL || strcmp(type, "binary") == 0) {
        parse->options->type = IMAGE_BINARY;
    } else if (strcmp(type, "elf") == 0) {
        parse->options->type = IMAGE_ELF;
    } else if (strcmp(type, "uimage") == 0) {
        fail(parse, "--image-type uimage does not exist for Arm boards; use binary or elf");
    } else {
        fail(parse, "--image-type '%s' is unknown; use binary or elf", type);
    }
}

enum options_result options_parse(struct arena *arena, int count, char **arguments,
        const char *sdk_path, struct options *options)
{
    struct parse parse = { .arena = arena, .options = options, .sdk_path = sdk_path, .good = true };

    *options = (struct options){ .output = "loader.img", .report = "report.txt" };
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "-h") == 0 || strcmp(arguments[i], "--help") == 0) {
            print_help(arena, sdk_path);
            return OPTIONS_HELP;
        }
    }
    for (int at = 1; at < count && parse.good;) {
        at = parse_word(&parse, at, count, arguments);
    }
    check_required(&parse);
    check_board(&parse);
    check_image_type(&parse);
    if (options->viper != NULL) {
        fail(&parse, "--viper-output is not supported: this tool writes no Viper models");
    }
    *list_add(arena, &parse.search_paths) = ".";
    *list_add(arena, &parse.search_paths) = NULL;
    options->search_paths = parse.search_paths.items;
    return parse.good ? OPTIONS_GOOD : OPTIONS_BAD;
}
