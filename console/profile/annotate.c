/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/annotate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "console/app/source_folders.h"
#include "console/profile/annotated_code.h"
#include "host-tools/lib/symbols_code.h"

#define WORDS_MAX 16384 /* instructions of a function; longer ones are cut */
#define LINE_MAX_ 400

/* ---- images: a PD runs one after the other, at the same addresses too ---- */

/* "send @v2 1a2b3c4d5e6f": "v2 1a2b3c4d5e6f"; "": the image that the PD was booted with. */
static const char *image_in(const char *function)
{
    const char *mark = strstr(function, IMAGE_MARK);

    return mark != NULL ? mark + strlen(IMAGE_MARK) : "";
}

/* All functions of a stack are of the same one. */
const char *code_image_of_sample(const struct profile *profile, const struct profile_sample *sample)
{
    return sample->depth != 0 ? image_in(profile->functions[sample->frames[0]].name) : "";
}

const char *code_image(const json_t *code)
{
    const char *image = json_string_value(json_object_get(code, "image"));

    return image != NULL ? image : "";
}

/* True if the sample hit this function. */
bool code_is_hit(
        const struct profile *profile, const json_t *code, const struct profile_sample *sample)
{
    uint64_t start = (uint64_t)json_integer_value(json_object_get(code, "start"));
    const char *words = json_string_value(json_object_get(code, "words"));

    return json_integer_value(json_object_get(code, "pd")) == (json_int_t)sample->pd
            && words != NULL && sample->pc >= start && sample->pc - start < strlen(words) / 2
            && strcmp(code_image(code), code_image_of_sample(profile, sample)) == 0;
}

/* ---- taking code along ---- */

static json_t *find_code(const struct profile *profile, const struct profile_sample *sample)
{
    size_t i;
    json_t *entry;

    json_array_foreach(profile->code, i, entry)
    {
        if (code_is_hit(profile, entry, sample)) {
            return entry;
        }
    }
    return NULL;
}

static json_int_t file_number(json_t *files, const char *file)
{
    for (size_t i = 0; i < json_array_size(files); i++) {
        if (strcmp(json_string_value(json_array_get(files, i)), file) == 0) {
            return (json_int_t)i;
        }
    }
    json_array_append_new(files, json_string(file));
    return (json_int_t)json_array_size(files) - 1;
}

/* The lines that instructions come from, of files that are there. */
static json_t *read_sources(
        const struct source_folders *folders, const json_t *files, const json_t *lines)
{
    json_t *sources = json_object();

    for (size_t f = 0; f < json_array_size(files); f++) {
        const char *path = json_string_value(json_array_get(files, f));
        FILE *file = source_folders_open(folders, path);
        json_t *texts = json_object();
        char text[LINE_MAX_], number[16];
        int line = 0;

        while (file != NULL && fgets(text, sizeof(text), file) != NULL) {
            size_t i;
            json_t *place;

            text[strcspn(text, "\n")] = '\0';
            line++;
            json_array_foreach(lines, i, place)
            {
                if (json_integer_value(json_array_get(place, 0)) == (json_int_t)f
                        && json_integer_value(json_array_get(place, 1)) == line) {
                    snprintf(number, sizeof(number), "%d", line);
                    json_object_set_new(texts, number, json_stringn_nocheck(text, strlen(text)));
                    break;
                }
            }
        }
        if (file != NULL) {
            fclose(file);
        }
        json_object_set_new(sources, path, texts);
    }
    return sources;
}

static json_t *code_of(const struct source_folders *folders, struct symbols *symbols, unsigned pd,
        const char *name, uint64_t start, uint64_t length)
{
    size_t count = length / 4 < WORDS_MAX ? length / 4 : WORDS_MAX;
    json_t *files = json_array(), *lines = json_array(), *sources;
    char *hex = calloc(count, 8 + 1);

    for (size_t i = 0; i < count && hex != NULL; i++) {
        const unsigned char *bytes = symbols_bytes(symbols, start + 4 * i, 4);
        struct code_location location = { .line = 0 };

        for (int b = 0; b < 4; b++) {
            snprintf(hex + i * 8 + b * 2, 3, "%02x", bytes != NULL ? bytes[b] : 0);
        }
        symbols_locate(symbols, start + 4 * i, &location);
        json_array_append_new(
                lines, json_pack("[I,i]", file_number(files, location.file), location.line));
    }
    sources = read_sources(folders, files, lines);
    json_t *code = json_pack("{s:i,s:s,s:I,s:s,s:o,s:o,s:o}", "pd", pd, "function", name, "start",
            (json_int_t)start, "words", hex != NULL ? hex : "", "files", files, "lines", lines,
            "sources", sources);
    free(hex);
    return code;
}

void annotate_collect(struct profile *profile, struct session *session)
{
    struct source_folders folders;

    source_folders_find(&folders, session->target.archive);
    if (profile->code == NULL) {
        profile->code = json_array();
    }
    for (size_t i = 0; i < profile->sample_count; i++) {
        const struct profile_sample *sample = &profile->samples[i];
        struct symbols *symbols;
        uint64_t start, length;
        char name[96];

        if (sample->pd == 0 || find_code(profile, sample) != NULL) {
            continue;
        }
        symbols = programs_at(&session->programs, sample->pd - 1U, sample->time, sample->pc);
        if (symbols != NULL
                && symbols_function(symbols, sample->pc, name, sizeof(name), &start, &length)) {
            json_t *code = code_of(&folders, symbols, sample->pd, name, start, length);

            json_object_set_new(code, "image", json_string(code_image_of_sample(profile, sample)));
            json_array_append_new(profile->code, code);
        }
    }
}
