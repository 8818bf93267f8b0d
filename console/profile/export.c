/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/export.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "console/profile/tree.h"

/* ---- folded stacks ---- */

#define PATH_MAX_BYTES 8192

static void fold(const struct profile_node *node, char *path, size_t length, FILE *out)
{
    int added = snprintf(
            path + length, PATH_MAX_BYTES - length, "%s%s", length > 0 ? ";" : "", node->name);

    if (added < 0 || length + (size_t)added >= PATH_MAX_BYTES) {
        return;
    }
    length += (size_t)added;
    if (node->self > 0) {
        fprintf(out, "%s %" PRIu64 "\n", path, node->self);
    }
    for (const struct profile_node *child = node->children; child != NULL; child = child->next) {
        fold(child, path, length, out);
        path[length] = '\0';
    }
}

void export_folded(const struct profile *profile, FILE *out)
{
    struct profile_node *root = profile_tree(profile);
    char path[PATH_MAX_BYTES];

    for (struct profile_node *child = root != NULL ? root->children : NULL; child != NULL;
            child = child->next) {
        fold(child, path, 0, out);
    }
    profile_tree_free(root);
}

/* ---- speedscope ---- */

struct frame_names {
    json_t *frames;
    const char **names;
    size_t count, room;
};

static size_t frame_number(struct frame_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->names[i], name) == 0) {
            return i;
        }
    }
    if (names->count == names->room) {
        names->room = names->room == 0 ? 64 : names->room * 2;
        names->names = realloc(names->names, names->room * sizeof(*names->names));
    }
    names->names[names->count] = name;
    json_array_append_new(names->frames, json_pack("{s:s}", "name", name));
    return names->count++;
}

static json_t *stack_of(const struct profile *profile, const struct profile_sample *sample,
        struct frame_names *names)
{
    json_t *stack = json_array();

    json_array_append_new(
            stack, json_integer((json_int_t)frame_number(names, profile_root(profile, sample))));
    for (unsigned i = sample->depth; i > 0; i--) {
        const char *name = profile->functions[sample->frames[i - 1]].name;

        json_array_append_new(stack, json_integer((json_int_t)frame_number(names, name)));
    }
    if (profile_top(sample) != NULL) {
        json_array_append_new(
                stack, json_integer((json_int_t)frame_number(names, profile_top(sample))));
    }
    return stack;
}

void export_speedscope(const struct profile *profile, FILE *out)
{
    struct frame_names names = { .frames = json_array() };
    json_t *samples = json_array(), *weights = json_array();
    json_t *document;

    for (size_t i = 0; i < profile->sample_count; i++) {
        json_array_append_new(samples, stack_of(profile, &profile->samples[i], &names));
        json_array_append_new(weights, json_integer(1));
    }
    document = json_pack("{s:s,s:s,s:{s:o},s:[{s:s,s:s,s:s,s:i,s:I,s:o,s:o}]}", "$schema",
            "https://www.speedscope.app/file-format-schema.json", "exporter", "lionscope", "shared",
            "frames", names.frames, "profiles", "type", "sampled", "name", profile->system, "unit",
            "none", "startValue", 0, "endValue", (json_int_t)profile->sample_count, "samples",
            samples, "weights", weights);
    json_dumpf(document, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(document);
    free(names.names);
}

/* ---- perf script ---- */

void export_perf_script(const struct profile *profile, FILE *out)
{
    for (size_t i = 0; i < profile->sample_count; i++) {
        const struct profile_sample *sample = &profile->samples[i];
        double seconds = (double)sample->time / (double)profile->ticks_per_second;

        fprintf(out, "%s %u/%u [000] %.6f: 1 samples:\n", profile_root(profile, sample), sample->pd,
                sample->pd, seconds);
        if (profile_top(sample) != NULL) {
            fprintf(out, "\t%16x %s ([kernel.kallsyms])\n", 0, profile_top(sample));
        }
        for (unsigned f = 0; f < sample->depth; f++) {
            fprintf(out, "\t%16" PRIx64 " %s (%s)\n", f == 0 ? sample->pc : 0,
                    profile->functions[sample->frames[f]].name, profile_root(profile, sample));
        }
        fputc('\n', out);
    }
}
