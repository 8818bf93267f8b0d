/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/annotate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/app/source_folders.h"
#include "host-tools/lib/symbols_code.h"

#define WORDS_MAX 16384 /* instructions of a function; longer ones are cut */
#define LINE_MAX_ 400
#define DISASSEMBLE \
    "aarch64-linux-gnu-objdump -D -b binary -m aarch64 --no-show-raw-insn --adjust-vma="

/* ---- images: a PD runs one after the other, at the same addresses too ---- */

#define IMAGE_MARK " @" /* between a function's name and its image's (stacks.c) */

/* "send @v2 1a2b3c4d5e6f": "v2 1a2b3c4d5e6f"; "": the image that the PD was booted with. */
static const char *image_in(const char *function)
{
    const char *mark = strstr(function, IMAGE_MARK);

    return mark != NULL ? mark + strlen(IMAGE_MARK) : "";
}

/* All functions of a stack are of the same one. */
static const char *image_of_sample(
        const struct profile *profile, const struct profile_sample *sample)
{
    return sample->depth != 0 ? image_in(profile->functions[sample->frames[0]].name) : "";
}

static const char *image_of_code(const json_t *code)
{
    const char *image = json_string_value(json_object_get(code, "image"));

    return image != NULL ? image : "";
}

/* True if the sample hit this function. */
static bool is_hit(
        const struct profile *profile, const json_t *code, const struct profile_sample *sample)
{
    uint64_t start = (uint64_t)json_integer_value(json_object_get(code, "start"));
    const char *words = json_string_value(json_object_get(code, "words"));

    return json_integer_value(json_object_get(code, "pd")) == (json_int_t)sample->pd
            && words != NULL && sample->pc >= start && sample->pc - start < strlen(words) / 2
            && strcmp(image_of_code(code), image_of_sample(profile, sample)) == 0;
}

/* ---- taking code along ---- */

static json_t *find_code(const struct profile *profile, const struct profile_sample *sample)
{
    size_t i;
    json_t *entry;

    json_array_foreach(profile->code, i, entry)
    {
        if (is_hit(profile, entry, sample)) {
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

            json_object_set_new(code, "image", json_string(image_of_sample(profile, sample)));
            json_array_append_new(profile->code, code);
        }
    }
}

/* ---- printing it ---- */

struct listing {
    const struct profile *profile;
    json_t *code;
    size_t count;
    uint64_t start;
    uint64_t *hits; /* an instruction */
    char **texts;   /* of instructions */
    uint64_t total; /* samples in the function itself */
};

static bool write_bytes(const char *hex, size_t count, char *path)
{
    int descriptor = mkstemp(path);
    bool good = descriptor >= 0;

    for (size_t i = 0; good && i < count * 4; i++) {
        char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
        unsigned char byte = (unsigned char)strtoul(digits, NULL, 16);

        good = write(descriptor, &byte, 1) == 1;
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return good;
}

/* Without the program for it, instructions stay the numbers they are. */
static void disassemble(struct listing *listing)
{
    char path[] = "/tmp/lionscope-code-XXXXXX", command[256], line[LINE_MAX_];
    const char *hex = json_string_value(json_object_get(listing->code, "words"));
    FILE *output;

    if (!write_bytes(hex, listing->count, path)) {
        return;
    }
    snprintf(command, sizeof(command), DISASSEMBLE "0x%" PRIx64 " %s 2>/dev/null", listing->start,
            path);
    output = popen(command, "re");
    while (output != NULL && fgets(line, sizeof(line), output) != NULL) {
        char *end;
        uint64_t address = strtoull(line, &end, 16);

        if (*end == ':' && address >= listing->start
                && (address - listing->start) / 4 < listing->count) {
            char **text = &listing->texts[(address - listing->start) / 4];

            end[strcspn(end, "\n")] = '\0';
            free(*text);
            *text = strdup(end + 1 + strspn(end + 1, " \t"));
        }
    }
    if (output != NULL) {
        pclose(output);
    }
    unlink(path);
}

static void count_hits(struct listing *listing)
{
    for (size_t i = 0; i < listing->profile->sample_count; i++) {
        const struct profile_sample *sample = &listing->profile->samples[i];

        if (is_hit(listing->profile, listing->code, sample)) {
            listing->hits[(sample->pc - listing->start) / 4]++;
            listing->total++;
        }
    }
}

static void source_of(const struct listing *listing, size_t i, const char **file, json_int_t *line)
{
    const json_t *place = json_array_get(json_object_get(listing->code, "lines"), i);
    const char *path = json_string_value(json_array_get(json_object_get(listing->code, "files"),
            (size_t)json_integer_value(json_array_get(place, 0))));

    *file = path != NULL ? path : "";
    *line = json_integer_value(json_array_get(place, 1));
}

static double share(const struct listing *listing, uint64_t hits)
{
    return listing->total != 0 ? 100.0 * (double)hits / (double)listing->total : 0;
}

/* Samples of all instructions of one line of source, wherever in the function they are. */
static uint64_t hits_of_line(const struct listing *listing, const char *file, json_int_t line)
{
    uint64_t hits = 0;

    for (size_t i = 0; i < listing->count; i++) {
        const char *its_file;
        json_int_t its_line;

        source_of(listing, i, &its_file, &its_line);
        hits += its_line == line && strcmp(its_file, file) == 0 ? listing->hits[i] : 0;
    }
    return hits;
}

static void print_instructions(const struct listing *listing, FILE *out)
{
    const json_t *sources = json_object_get(listing->code, "sources");
    const char *hex = json_string_value(json_object_get(listing->code, "words"));
    const char *last_file = "";
    json_int_t last_line = -1;

    for (size_t i = 0; i < listing->count; i++) {
        const char *file, *text;
        json_int_t line;
        char number[24];

        source_of(listing, i, &file, &line);
        if (line != last_line || strcmp(file, last_file) != 0) {
            snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, line);
            text = json_string_value(json_object_get(json_object_get(sources, file), number));
            fprintf(out, "%6.1f  %s:%s  %s\n", share(listing, hits_of_line(listing, file, line)),
                    strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file, number,
                    text != NULL ? text : "");
        }
        last_file = file;
        last_line = line;
        fprintf(out, "%15.1f  %8" PRIx64 "  ", share(listing, listing->hits[i]),
                listing->start + 4 * i);
        if (listing->texts[i] != NULL) {
            fprintf(out, "%s\n", listing->texts[i]);
        } else {
            fprintf(out, ".inst %.8s\n", hex + 8 * i);
        }
    }
}

static void print_code(const struct profile *profile, json_t *code, FILE *out)
{
    struct listing listing = { .profile = profile, .code = code };
    const char *hex = json_string_value(json_object_get(code, "words"));
    const char *image = image_of_code(code);

    listing.count = hex != NULL ? strlen(hex) / 8 : 0;
    listing.start = (uint64_t)json_integer_value(json_object_get(code, "start"));
    listing.hits = calloc(listing.count + 1, sizeof(*listing.hits));
    listing.texts = calloc(listing.count + 1, sizeof(*listing.texts));
    if (listing.hits != NULL && listing.texts != NULL) {
        count_hits(&listing);
        disassemble(&listing);
        fprintf(out, "%s of %s%s%s: %" PRIu64 " samples in the function itself, = 100 %%\n",
                json_string_value(json_object_get(code, "function")),
                profile->pds[json_integer_value(json_object_get(code, "pd"))],
                image[0] != '\0' ? ", image " : "", image, listing.total);
        print_instructions(&listing, out);
    }
    for (size_t i = 0; listing.texts != NULL && i < listing.count; i++) {
        free(listing.texts[i]);
    }
    free(listing.hits);
    free(listing.texts);
}

static bool is_usable(const struct profile *profile, const json_t *code)
{
    json_int_t pd = json_integer_value(json_object_get(code, "pd"));

    return pd > 0 && pd < (json_int_t)profile->pd_count
            && json_is_string(json_object_get(code, "function"));
}

static uint64_t hits_in(const struct profile *profile, const json_t *code)
{
    uint64_t hits = 0;

    for (size_t i = 0; i < profile->sample_count; i++) {
        hits += is_hit(profile, code, &profile->samples[i]);
    }
    return hits;
}

/* As a report names it, "send @v2 1a2b3c4d5e6f", or without the image. */
static bool is_wanted(const json_t *code, const char *function)
{
    const char *name = json_string_value(json_object_get(code, "function"));
    size_t length = strcspn(function, "@");

    if (function[length] == '\0') {
        return strcmp(name, function) == 0;
    }
    while (length > 0 && function[length - 1] == ' ') {
        length--;
    }
    return strncmp(name, function, length) == 0 && name[length] == '\0'
            && strcmp(image_of_code(code), strchr(function, '@') + 1) == 0;
}

/* What was hit of an image whose file was not there has an address for a name. NULL: there is nothing of that kind. */
static const char *image_without_file(const struct profile *profile, const char **pd)
{
    for (size_t i = 0; i < profile->sample_count; i++) {
        const struct profile_sample *sample = &profile->samples[i];
        const char *image = image_of_sample(profile, sample);

        if (image[0] != '\0' && strncmp(profile->functions[sample->frames[0]].name, "0x", 2) == 0) {
            *pd = profile->pds[sample->pd];
            return image;
        }
    }
    return NULL;
}

static bool explain(const struct profile *profile, const char *function, struct error_report *error)
{
    const char *wanted = function != NULL ? function : "any function";
    const char *pd, *image = image_without_file(profile, &pd);

    if (image != NULL) {
        return error_set(error, STATUS_USAGE,
                "no code of '%s' is in this recording; of image %s of %s there is none, because its ELF "
                "file was not known when it was recorded. 'lionscope modules FILE.elf' makes it known "
                "for the next one",
                wanted, image, pd);
    }
    return error_set(error, STATUS_USAGE,
            "no code of '%s' is in this recording; the functions that were hit: lionscope profile report",
            wanted);
}

bool annotate_print(const struct profile *profile, const char *function, const char *pd, FILE *out,
        struct error_report *error)
{
    json_t *best = NULL, *entry;
    uint64_t most = 0;
    size_t i;

    json_array_foreach(profile->code, i, entry)
    {
        if (!is_usable(profile, entry) || (function != NULL && !is_wanted(entry, function))
                || (pd != NULL
                        && strcmp(profile->pds[json_integer_value(json_object_get(entry, "pd"))],
                                   pd)
                                != 0)) {
            continue;
        }
        if (best == NULL || hits_in(profile, entry) > most) {
            best = entry;
            most = hits_in(profile, entry);
        }
    }
    if (best == NULL) {
        return explain(profile, function, error);
    }
    print_code(profile, best, out);
    return true;
}
