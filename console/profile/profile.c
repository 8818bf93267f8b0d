/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/profile.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/protocol/messages.h"

#define FORMAT  "lionscope-profile"
#define VERSION 1

/* ---- making ---- */

void profile_init(struct profile *profile)
{
    memset(profile, 0, sizeof(*profile));
}

void profile_free(struct profile *profile)
{
    for (size_t i = 0; i < profile->pd_count; i++) {
        free(profile->pds[i]);
    }
    for (size_t i = 0; i < profile->function_count; i++) {
        free(profile->functions[i].name);
        free(profile->functions[i].file);
    }
    json_decref(profile->waits);
    json_decref(profile->code);
    free(profile->pds);
    free(profile->functions);
    free(profile->samples);
    free(profile->system);
    profile_init(profile);
}

static uint32_t append_function(
        struct profile *profile, const char *name, const char *file, int line)
{
    if (profile->function_count == profile->function_room) {
        profile->function_room = profile->function_room == 0 ? 64 : profile->function_room * 2;
        profile->functions =
                realloc(profile->functions, profile->function_room * sizeof(*profile->functions));
    }
    profile->functions[profile->function_count] =
            (struct profile_function){ strdup(name), strdup(file), line };
    return (uint32_t)profile->function_count++;
}

uint32_t profile_function(struct profile *profile, const char *name, const char *file, int line)
{
    /* Few hundred; samples come here only for addresses that were not hit before. */
    for (size_t i = 0; i < profile->function_count; i++) {
        const struct profile_function *known = &profile->functions[i];

        if (known->line == line && strcmp(known->name, name) == 0
                && strcmp(known->file, file) == 0) {
            return (uint32_t)i;
        }
    }
    return append_function(profile, name, file, line);
}

struct profile_sample *profile_add(struct profile *profile)
{
    if (profile->sample_count == profile->sample_room) {
        profile->sample_room = profile->sample_room == 0 ? 1024 : profile->sample_room * 2;
        profile->samples =
                realloc(profile->samples, profile->sample_room * sizeof(*profile->samples));
    }
    memset(&profile->samples[profile->sample_count], 0, sizeof(*profile->samples));
    return &profile->samples[profile->sample_count++];
}

/* ---- the file ---- */

static json_t *sample_json(const struct profile_sample *sample)
{
    json_t *frames = json_array();

    for (unsigned i = 0; i < sample->depth; i++) {
        json_array_append_new(frames, json_integer(sample->frames[i]));
    }
    return json_pack("[I,I,i,i,i,I,o]", (json_int_t)sample->time, (json_int_t)sample->elapsed,
            sample->pd, sample->payer, sample->flags, (json_int_t)sample->pc, frames);
}

bool profile_save(const struct profile *profile, const char *path, struct error_report *error)
{
    json_t *pds = json_array(), *functions = json_array(), *samples = json_array();
    json_t *document;
    bool saved;

    for (size_t i = 0; i < profile->pd_count; i++) {
        json_array_append_new(pds, json_string(profile->pds[i]));
    }
    for (size_t i = 0; i < profile->function_count; i++) {
        const struct profile_function *function = &profile->functions[i];

        json_array_append_new(
                functions, json_pack("[s,s,i]", function->name, function->file, function->line));
    }
    for (size_t i = 0; i < profile->sample_count; i++) {
        json_array_append_new(samples, sample_json(&profile->samples[i]));
    }
    document = json_pack("{s:s,s:i,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:o}", "format", FORMAT,
            "version", VERSION, "system", profile->system != NULL ? profile->system : "",
            "ticks_per_second", (json_int_t)profile->ticks_per_second, "period",
            (json_int_t)profile->period, "taken", (json_int_t)profile->taken, "dropped",
            (json_int_t)profile->dropped, "missed", (json_int_t)profile->missed, "profiler_ticks",
            (json_int_t)profile->profiler_ticks, "pds", pds, "functions", functions, "samples",
            samples);
    json_object_set_new(
            document, "monitor_ticks", json_integer((json_int_t)profile->monitor_ticks));
    json_object_set_new(document, "event", json_integer(profile->event));
    json_object_set_new(document, "line_ticks", json_integer((json_int_t)profile->line_ticks));
    json_object_set_new(document, "ticks", json_integer((json_int_t)profile->ticks));
    json_object_set(document, "waits", profile->waits);
    json_object_set(document, "code", profile->code);
    saved = json_dump_file(document, path, JSON_COMPACT) == 0;
    json_decref(document);
    return saved || error_set(error, STATUS_FAILURE, "%s: cannot be written: %m", path);
}

static bool number_in(const json_t *value, json_int_t most, uint64_t *number)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0
            || json_integer_value(value) > most) {
        return false;
    }
    *number = (uint64_t)json_integer_value(value);
    return true;
}

static bool parse_names(struct profile *profile, const json_t *document)
{
    const json_t *pds = json_object_get(document, "pds");
    const json_t *functions = json_object_get(document, "functions");
    size_t i;
    json_t *entry;

    if (!json_is_array(pds) || json_array_size(pds) == 0
            || json_array_size(pds) > PROTOCOL_PDS_MAX + 1 || !json_is_array(functions)) {
        return false;
    }
    profile->pds = calloc(json_array_size(pds), sizeof(*profile->pds));
    json_array_foreach(pds, i, entry)
    {
        if (!json_is_string(entry)) {
            return false;
        }
        profile->pds[profile->pd_count++] = strdup(json_string_value(entry));
    }
    json_array_foreach(functions, i, entry)
    {
        const char *name = json_string_value(json_array_get(entry, 0));
        const char *file = json_string_value(json_array_get(entry, 1));
        uint64_t line;

        if (name == NULL || file == NULL
                || !number_in(json_array_get(entry, 2), INT32_MAX, &line)) {
            return false;
        }
        append_function(profile, name, file, (int)line);
    }
    return true;
}

static bool parse_frames(
        const struct profile *profile, const json_t *frames, struct profile_sample *sample)
{
    if (!json_is_array(frames) || json_array_size(frames) > PROFILE_FRAMES_MAX) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(frames); i++) {
        uint64_t function;

        if (!number_in(json_array_get(frames, i), (json_int_t)profile->function_count - 1,
                    &function)) {
            return false;
        }
        sample->frames[sample->depth++] = (uint32_t)function;
    }
    return true;
}

static bool parse_sample(struct profile *profile, const json_t *entry)
{
    struct profile_sample *sample = profile_add(profile);
    json_int_t last_pd = (json_int_t)profile->pd_count - 1;
    uint64_t elapsed, pd, payer, flags;

    if (!json_is_array(entry) || !number_in(json_array_get(entry, 0), INT64_MAX, &sample->time)
            || !number_in(json_array_get(entry, 1), UINT32_MAX, &elapsed)
            || !number_in(json_array_get(entry, 2), last_pd, &pd)
            || !number_in(json_array_get(entry, 3), last_pd, &payer)
            || !number_in(json_array_get(entry, 4), UINT16_MAX, &flags)
            || !number_in(json_array_get(entry, 5), INT64_MAX, &sample->pc)) {
        return false;
    }
    sample->elapsed = (uint32_t)elapsed;
    sample->pd = (uint16_t)pd;
    sample->payer = (uint16_t)payer;
    sample->flags = (uint16_t)flags;
    return parse_frames(profile, json_array_get(entry, 6), sample);
}

static bool parse_document(struct profile *profile, const json_t *document)
{
    const json_t *samples = json_object_get(document, "samples");
    const char *system = json_string_value(json_object_get(document, "system"));
    uint64_t event = 0;
    size_t i;
    json_t *entry;

    if (system == NULL || !json_is_array(samples)
            || !number_in(json_object_get(document, "ticks_per_second"), INT64_MAX,
                    &profile->ticks_per_second)
            || profile->ticks_per_second == 0
            || !number_in(json_object_get(document, "period"), INT64_MAX, &profile->period)
            || !number_in(json_object_get(document, "taken"), INT64_MAX, &profile->taken)
            || !number_in(json_object_get(document, "dropped"), INT64_MAX, &profile->dropped)
            || !number_in(json_object_get(document, "missed"), INT64_MAX, &profile->missed)
            || !number_in(json_object_get(document, "profiler_ticks"), INT64_MAX,
                    &profile->profiler_ticks)
            || !parse_names(profile, document)) {
        return false;
    }
    /* Recordings of older versions have less. */
    number_in(json_object_get(document, "event"), UINT32_MAX, &event);
    profile->event = (uint32_t)event;
    number_in(json_object_get(document, "monitor_ticks"), INT64_MAX, &profile->monitor_ticks);
    number_in(json_object_get(document, "line_ticks"), INT64_MAX, &profile->line_ticks);
    number_in(json_object_get(document, "ticks"), INT64_MAX, &profile->ticks);
    profile->waits = json_incref(json_object_get(document, "waits"));
    profile->code = json_incref(json_object_get(document, "code"));
    profile->system = strdup(system);
    json_array_foreach(samples, i, entry)
    {
        if (!parse_sample(profile, entry)) {
            return false;
        }
    }
    return true;
}

bool profile_parse(
        struct profile *profile, const char *text, size_t size, struct error_report *error)
{
    json_error_t where;
    json_t *document = json_loadb(text, size, 0, &where);
    const char *format = json_string_value(json_object_get(document, "format"));
    bool good;

    profile_init(profile);
    if (format == NULL || strcmp(format, FORMAT) != 0
            || json_integer_value(json_object_get(document, "version")) != VERSION) {
        json_decref(document);
        return error_set(error, STATUS_FAILURE,
                "no recording of 'lionscope profile record', or of another version");
    }
    good = parse_document(profile, document);
    json_decref(document);
    if (!good) {
        profile_free(profile);
        error_set(error, STATUS_FAILURE, "the recording is damaged");
    }
    return good;
}

bool profile_load(struct profile *profile, const char *path, struct error_report *error)
{
    FILE *file = fopen(path, "rbe");
    char *text = NULL;
    size_t size = 0, count;
    char piece[65536];
    bool good;

    if (file == NULL) {
        return error_set(error, STATUS_FAILURE, "%s: %m", path);
    }
    while ((count = fread(piece, 1, sizeof(piece), file)) > 0) {
        text = realloc(text, size + count);
        memcpy(text + size, piece, count);
        size += count;
    }
    fclose(file);
    good = profile_parse(profile, text != NULL ? text : "", size, error);
    free(text);
    return good;
}

/* ---- what a sample is called ---- */

const char *profile_root(const struct profile *profile, const struct profile_sample *sample)
{
    if (sample->flags & PROTOCOL_SAMPLE_IDLE) {
        return "[idle]";
    }
    return sample->pd != 0 ? profile->pds[sample->pd] : "[not sampled]";
}

const char *profile_top(const struct profile_sample *sample)
{
    return (sample->flags & PROTOCOL_SAMPLE_KERNEL) && !(sample->flags & PROTOCOL_SAMPLE_IDLE)
            ? "[kernel]"
            : NULL;
}
