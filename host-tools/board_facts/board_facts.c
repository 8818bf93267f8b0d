/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board-facts: from a board's device tree (DTB) to what kernel, loader and SDK are built with.
 * `board-facts --help` lists the options. Exit status: 0, 1 (bad device tree or file), 2 (usage).
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/board_facts/emit.h"

/* No board's device tree comes near this. */
#define DTB_MAX_BYTES (16u << 20)

struct options {
    const char *dtb;
    const char *header;
    const char *linker_script;
    const char *platform;
    unsigned gic_version;
    uint64_t device_top;
};

static const char usage[] =
        "usage: board-facts --gic 2|3 --device-top ADDRESS [OPTIONS] FILE.dtb\n"
        "\n"
        "  --gic N              interrupt controller that the kernel is built for\n"
        "  --device-top N       end of the addresses that user programs may get\n"
        "  --header FILE        write board_facts.h\n"
        "  --linker-script FILE write board_facts.ld\n"
        "  --platform FILE      write platform_gen.json\n";

static bool parse_number(const char *text, uint64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoull(text, &end, 0);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

static bool parse_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        { "gic", required_argument, NULL, 'g' },
        { "device-top", required_argument, NULL, 't' },
        { "header", required_argument, NULL, 'h' },
        { "linker-script", required_argument, NULL, 'l' },
        { "platform", required_argument, NULL, 'p' },
        { NULL, 0, NULL, 0 },
    };
    uint64_t number = 0;
    int option;

    *options = (struct options){ .dtb = NULL };
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'g':
            if (!parse_number(optarg, &number) || number < 2 || number > 3) {
                fprintf(stderr, "board-facts: --gic %s: expected 2 or 3\n", optarg);
                return false;
            }
            options->gic_version = (unsigned)number;
            break;
        case 't':
            if (!parse_number(optarg, &options->device_top) || options->device_top == 0) {
                fprintf(stderr, "board-facts: --device-top %s: expected an address\n", optarg);
                return false;
            }
            break;
        case 'h':
            options->header = optarg;
            break;
        case 'l':
            options->linker_script = optarg;
            break;
        case 'p':
            options->platform = optarg;
            break;
        default:
            return false;
        }
    }
    if (optind + 1 != argc || options->gic_version == 0 || options->device_top == 0) {
        return false;
    }
    options->dtb = argv[optind];
    return true;
}

/* The whole file in memory of its own, or NULL with a message. */
static void *read_file(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    void *content = malloc(DTB_MAX_BYTES);

    if (file == NULL || content == NULL) {
        fprintf(stderr, "board-facts: %s: %s\n", path, strerror(errno));
        goto fail;
    }
    *bytes = fread(content, 1, DTB_MAX_BYTES, file);
    if (ferror(file) || *bytes == DTB_MAX_BYTES) {
        fprintf(stderr, "board-facts: %s: %s\n", path,
                ferror(file) ? strerror(errno) : "larger than a device tree can be (16 MiB)");
        goto fail;
    }
    fclose(file);
    return content;

fail:
    if (file != NULL) {
        fclose(file);
    }
    free(content);
    return NULL;
}

/* path may be NULL: not asked for. */
static bool write_file(const char *path, void (*emit)(FILE *, const struct board_facts *),
        const struct board_facts *facts)
{
    if (path == NULL) {
        return true;
    }

    FILE *file = fopen(path, "w");
    bool failed = file == NULL;

    if (file != NULL) {
        emit(file, facts);
        failed = ferror(file) != 0;
        failed = fclose(file) != 0 || failed;
    }
    if (failed) {
        fprintf(stderr, "board-facts: %s: cannot write: %s\n", path, strerror(errno));
    }
    return !failed;
}

int main(int argc, char **argv)
{
    struct options options;
    struct device_tree tree;
    struct board_facts facts;
    struct dt_error error;
    size_t bytes;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (!parse_options(argc, argv, &options)) {
        fputs(usage, stderr);
        return 2;
    }

    void *blob = read_file(options.dtb, &bytes);

    if (blob == NULL) {
        return 1;
    }

    bool good = dt_open(&tree, blob, bytes, &error)
            && board_facts_read(&tree, options.gic_version, options.device_top, &facts, &error);

    if (!good) {
        fprintf(stderr, "board-facts: %s: %s\n", options.dtb, error.text);
    }
    good = good && write_file(options.header, emit_header, &facts)
            && write_file(options.linker_script, emit_linker_script, &facts)
            && write_file(options.platform, emit_platform, &facts);
    free(blob);
    return good ? 0 : 1;
}
