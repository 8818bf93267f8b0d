/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line (microkit.md, section 1). */
#pragma once

#include <stdbool.h>

#include "microkit/tool/arena.h"
#include "microkit/tool/image.h"

/* What the command line says; defaults are filled in. */
struct options {
    const char *system;
    const char *board;
    const char *config;
    const char *output;
    const char *report;
    const char *report_json; /* NULL: none; ours */
    const char *archive;     /* NULL: beside the image; ours */
    const char *capdl_json;  /* NULL: none */
    const char *viper;       /* NULL: none */
    const char *kernel;      /* NULL: the SDK's */
    enum image_type type;
    const char *const *search_paths; /* ends with the current directory, then NULL */
};

/* OPTIONS_HELP: the help was asked for, and is printed. */
enum options_result {
    OPTIONS_GOOD,
    OPTIONS_HELP,
    OPTIONS_BAD
};

/* Errors are printed; so is the help. The SDK's boards are those below sdk_path. */
enum options_result options_parse(struct arena *arena, int count, char **arguments,
        const char *sdk_path, struct options *options);
