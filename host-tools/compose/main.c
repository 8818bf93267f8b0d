/* SPDX-License-Identifier: BSD-2-Clause */
/* lionscope-compose: from a composition to a system description and its components' configuration. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/compose/composition.h"
#include "host-tools/compose/output.h"
#include "microkit/tool/files.h"

struct options {
    const char *composition;
    const char *board_tree;
    const char *drivers;
    const char *output;
    const char **settings; /* of the arguments; ends with NULL */
};

static const char usage[] =
        "usage: lionscope-compose --board-tree FILE --drivers DIR [-o DIR] [--set ...] COMPOSITION\n"
        "\n"
        "Writes a system description, the configuration of its components and a makefile.\n"
        "\n"
        "  --board-tree FILE  device tree of the board (.dtb)\n"
        "  --drivers DIR      drivers: <class>/<driver>/config.json\n"
        "  -o, --output DIR   folder for what is written (default: composed)\n"
        "  --set NAME.ATTRIBUTE=VALUE\n"
        "                     another value for a protection domain or a device class, for example\n"
        "                     net.policy=token_bucket; may be repeated\n"
        "  -h, --help         this text\n";

static bool usage_error(const char *message)
{
    fprintf(stderr, "lionscope-compose: error: %s\n%s", message, usage);
    return false;
}

static bool parse_options(struct arena *arena, int count, char **arguments, struct options *options)
{
    static const struct option known[] = { { "board-tree", required_argument, NULL, 'b' },
        { "drivers", required_argument, NULL, 'd' }, { "output", required_argument, NULL, 'o' },
        { "set", required_argument, NULL, 's' }, { "help", no_argument, NULL, 'h' }, { 0 } };
    size_t settings = 0;
    int option;

    arguments[0] = (char *)"lionscope-compose"; /* as getopt's messages begin */
    options->output = "composed";
    options->settings = arena_alloc(arena, ((size_t)count + 1) * sizeof(*options->settings));
    while ((option = getopt_long(count, arguments, "o:h", known, NULL)) != -1) {
        switch (option) {
        case 'b':
            options->board_tree = optarg;
            break;
        case 'd':
            options->drivers = optarg;
            break;
        case 'o':
            options->output = optarg;
            break;
        case 's':
            options->settings[settings++] = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        default:
            fputs(usage, stderr);
            return false;
        }
    }
    if (optind + 1 != count) {
        return usage_error("expected exactly one composition");
    }
    options->composition = arguments[optind];
    if (options->board_tree == NULL) {
        return usage_error("--board-tree is missing");
    }
    return options->drivers != NULL || usage_error("--drivers is missing");
}

static bool open_board(struct arena *arena, const char *path, struct board *board)
{
    struct dt_error error;
    struct file file;

    board->path = path;
    if (!file_read(arena, path, &file)) {
        fprintf(stderr, "lionscope-compose: error: cannot read device tree '%s': %s\n", path,
                strerror(errno));
        return false;
    }
    if (!board_open(arena, board, file.bytes, file.size, &error)) {
        fprintf(stderr, "Error: %s: %s\n", path, error.text);
        return false;
    }
    return true;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* echo_server.composition -> echo_server */
static const char *stem(struct arena *arena, const char *name)
{
    const char *dot = strrchr(name, '.');

    return arena_copy(
            arena, name, dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name));
}

static bool run(struct arena *arena, const struct options *options)
{
    struct diagnostics diagnostics = { .arena = arena, .file = options->composition };
    struct board board = { 0 };
    struct driver_list drivers = { 0 };
    struct composition composition = {
        .arena = arena, .diagnostics = &diagnostics, .board = &board, .drivers = &drivers
    };
    const char *name = file_name(options->composition);
    struct file file;

    if (!open_board(arena, options->board_tree, &board)
            || !drivers_read(arena, options->drivers, &drivers)) {
        return false;
    }
    if (!file_read(arena, options->composition, &file)) {
        fprintf(stderr, "lionscope-compose: error: cannot read composition '%s': %s\n",
                options->composition, strerror(errno));
        return false;
    }
    composition.root = xml_parse(file.bytes, file.size, &diagnostics);
    for (const char **setting = options->settings; composition.root != NULL && *setting != NULL;
            setting++) {
        if (!composition_set(&composition, *setting)) {
            return false;
        }
    }
    if (composition.root != NULL) {
        compose(&composition);
    }
    return diagnostics_print(&diagnostics)
            && output_write(&composition, options->output, stem(arena, name), name);
}

int main(int count, char **arguments)
{
    struct arena arena = { 0 };
    struct options options = { 0 };
    bool good = parse_options(&arena, count, arguments, &options) && run(&arena, &options);

    arena_release(&arena);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
