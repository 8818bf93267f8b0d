/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/profile/annotate.h"
#include "console/profile/annotated_code.h"

#define LINE_MAX_ 400
#define DISASSEMBLE \
    "aarch64-linux-gnu-objdump -D -b binary -m aarch64 --no-show-raw-insn --adjust-vma="

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

        if (code_is_hit(listing->profile, listing->code, sample)) {
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
    const char *image = code_image(code);

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
        hits += code_is_hit(profile, code, &profile->samples[i]);
    }
    return hits;
}

/* The function itself, without its image: "send" and "send @v2 1a2b3c4d5e6f" are. */
static bool has_name(const json_t *code, const char *function)
{
    const char *name = json_string_value(json_object_get(code, "function"));
    size_t length = strcspn(function, "@");

    while (function[length] == '@' && length > 0 && function[length - 1] == ' ') {
        length--;
    }
    return strncmp(name, function, length) == 0 && name[length] == '\0';
}

static bool is_of_pd(const struct profile *profile, const json_t *code, const char *pd)
{
    return pd == NULL
            || strcmp(profile->pds[json_integer_value(json_object_get(code, "pd"))], pd) == 0;
}

/* The one that is named so in a report; else one that has the name in another image. Of several the one that was hit most. */
static json_t *find_wanted(const struct profile *profile, const char *function, const char *pd)
{
    const char *mark = function != NULL ? strchr(function, '@') : NULL;
    const char *image = mark != NULL ? mark + 1 : "";
    json_t *best[2] = { NULL, NULL }, *entry; /* of that image, of another */
    uint64_t most[2] = { 0, 0 };
    size_t i;

    json_array_foreach(profile->code, i, entry)
    {
        uint64_t hits;
        unsigned other;

        if (!is_usable(profile, entry) || !is_of_pd(profile, entry, pd)
                || (function != NULL && !has_name(entry, function))) {
            continue;
        }
        hits = hits_in(profile, entry);
        other = function != NULL && strcmp(code_image(entry), image) != 0;
        if (best[other] == NULL || hits > most[other]) {
            best[other] = entry;
            most[other] = hits;
        }
    }
    return best[0] != NULL || mark != NULL ? best[0] : best[1];
}

/* The same function of other images. */
static void print_others(const struct profile *profile, const json_t *code, FILE *out)
{
    const char *name = json_string_value(json_object_get(code, "function"));
    json_t *entry;
    size_t i;

    json_array_foreach(profile->code, i, entry)
    {
        const char *image = code_image(entry);

        if (is_usable(profile, entry) && has_name(entry, name)
                && json_equal(json_object_get(entry, "pd"), json_object_get(code, "pd"))
                && strcmp(image, code_image(code)) != 0) {
            fprintf(out, "also: '%s%s%s', %" PRIu64 " samples\n", name,
                    image[0] != '\0' ? IMAGE_MARK : "", image, hits_in(profile, entry));
        }
    }
}

/* What was hit of an image whose file was not there has an address for a name. NULL: there is nothing of that kind. */
static const char *image_without_file(
        const struct profile *profile, const char *only, const char **pd)
{
    for (size_t i = 0; i < profile->sample_count; i++) {
        const struct profile_sample *sample = &profile->samples[i];
        const char *image = code_image_of_sample(profile, sample);

        *pd = profile->pds[sample->pd];
        if (image[0] != '\0' && strncmp(profile->functions[sample->frames[0]].name, "0x", 2) == 0
                && (only == NULL || strcmp(*pd, only) == 0)) {
            return image;
        }
    }
    return NULL;
}

static bool explain(const struct profile *profile, const char *function, const char *only,
        struct error_report *error)
{
    const char *wanted = function != NULL ? function : "any function";
    const char *pd, *image = image_without_file(profile, only, &pd);

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
    json_t *code = find_wanted(profile, function, pd);

    if (code == NULL) {
        return explain(profile, function, pd, error);
    }
    print_code(profile, code, out);
    print_others(profile, code, out);
    return true;
}
