/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings. One that is accepted can be reported and exported, saved and read again, all to the sample. */
#include "console/profile/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/profile/export.h"
#include "console/profile/tree.h"
#include "console/profile/waits.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static void check_shares(const struct profile *profile, enum profile_by by)
{
    struct profile_share *shares;
    size_t count = profile_shares(profile, by, &shares);
    uint64_t own = 0;

    for (size_t i = 0; i < count; i++) {
        own += shares[i].self;
        if (shares[i].self > shares[i].total || shares[i].total > profile->sample_count) {
            abort();
        }
    }
    if (own != profile->sample_count) {
        abort();
    }
    free(shares);
}

static void export_all(const struct profile *profile)
{
    void (*const formats[])(const struct profile *profile, FILE *out) = { export_folded,
        export_flame_graph, export_speedscope, export_perf_script, export_pprof, waits_print };
    struct profile_node *root = profile_tree(profile);

    if (root == NULL || root->samples != profile->sample_count) {
        abort();
    }
    profile_tree_free(root);
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);

        formats[i](profile, out);
        fclose(out);
        free(text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    struct error_report error = { .status = STATUS_OK };
    struct profile profile;

    if (!profile_parse(&profile, (const char *)input, size, &error)) {
        if (error.status == STATUS_OK) {
            abort();
        }
        return 0;
    }
    check_shares(&profile, PROFILE_BY_FUNCTION);
    check_shares(&profile, PROFILE_BY_PD);
    check_shares(&profile, PROFILE_BY_PAYER);
    export_all(&profile);
    profile_free(&profile);
    return 0;
}
