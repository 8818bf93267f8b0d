/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/compose/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host-tools/lib/escape.h"
#include "microkit/tool/files.h"

/* ---- the system description ---- */

static void write_element(FILE *out, const struct xml_element *element, unsigned depth);

static bool is_pd(const struct xml_element *element)
{
    return strcmp(element->name, "protection_domain") == 0;
}

/* What belongs to a PD stands before the PDs inside it. */
static void write_children(FILE *out, const struct xml_element *element, unsigned depth)
{
    bool sorted = is_pd(element);

    for (int pds = 0; pds <= 1; pds++) {
        list_for_each(child, &element->children) {
            if (sorted ? is_pd(*child) == (pds == 1) : pds == 0) {
                write_element(out, *child, depth);
            }
        }
    }
}

static void write_element(FILE *out, const struct xml_element *element, unsigned depth)
{
    int indentation = (int)(4 * depth);

    fprintf(out, "%*s<%s", indentation, "", element->name);
    list_for_each(attribute, &element->attributes) {
        fprintf(out, " %s=\"", attribute->name);
        escape_xml(out, attribute->value);
        fputc('"', out);
    }
    if (element->children.count == 0) {
        fputs(" />\n", out);
        return;
    }
    fputs(">\n", out);
    write_children(out, element, depth + 1);
    fprintf(out, "%*s</%s>\n", indentation, "", element->name);
}

/* A text that fprintf makes; the stream's memory moves to the arena. */
struct text {
    FILE *stream;
    char *bytes;
    size_t size;
};

static bool text_open(struct text *text)
{
    text->stream = open_memstream(&text->bytes, &text->size);
    if (text->stream == NULL) {
        fprintf(stderr, "lionscope-compose: error: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return true;
}

static char *text_close(struct composition *composition, struct text *text)
{
    fclose(text->stream);

    char *copy = arena_copy(composition->arena, text->bytes, text->size);

    free(text->bytes);
    return copy;
}

/* Two hyphens may not stand in a comment of XML. */
static const char *in_comment(struct composition *composition, const char *source)
{
    char *copy = arena_copy(composition->arena, source, strlen(source));

    for (char *at = copy; (at = strstr(at, "--")) != NULL;) {
        at[1] = '_';
    }
    return copy;
}

char *output_system(struct composition *composition, const char *source)
{
    struct text text;

    text_open(&text);
    fprintf(text.stream,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<!-- Made of %s by lionscope-compose: changes here are lost. -->\n",
            in_comment(composition, source));
    write_element(text.stream, composition->root, 0);
    return text_close(composition, &text);
}

/* ---- the makefile ---- */

static void write_program(FILE *out, const struct pd *pd)
{
    if (pd->of_sdk) {
        fprintf(out, "$(LIONSOS_DIR)/elf/%s", pd->program);
    } else {
        fprintf(out, "%s%s", pd->program[0] == '/' ? "" : "$(BUILD_DIR)/", pd->program);
    }
}

/* All of them, as prerequisites of the image. */
static void write_list(FILE *out, const struct composition *composition)
{
    fputs("COMPOSED_IMAGES :=", out);
    list_for_each(pd, &composition->pds) {
        fprintf(out, " \\\n    $(COMPOSED)/%s.elf", (*pd)->name);
        if ((*pd)->secret != NULL) {
            fprintf(out, " \\\n    $(COMPOSED)/%s.public.elf", (*pd)->name);
        }
    }
    fputs("\n", out);
}

static void write_sections(
        FILE *out, const struct section *sections, size_t count, const char *left_out)
{
    const char *before = "";

    for (size_t i = 0; i < count; i++) {
        if (left_out == NULL || strcmp(sections[i].name, left_out) != 0) {
            fprintf(out, "%s%s=%s", before, sections[i].name, sections[i].file);
            before = " ";
        }
    }
}

static void write_image(FILE *out, const struct pd *pd, const char *suffix, const char *left_out)
{
    fprintf(out, "$(eval $(call composed_image,%s%s,", pd->name, suffix);
    write_program(out, pd);
    fputc(',', out);
    write_sections(out, pd->sections.items, pd->sections.count, left_out);
    fputs(pd->own_sections.count != 0 ? "," : "", out);
    write_sections(out, pd->own_sections.items, pd->own_sections.count, left_out);
    fputs("))\n", out);
}

char *output_make(struct composition *composition, const char *name, const char *source)
{
    struct text text;

    text_open(&text);
    fprintf(text.stream, "# Made of %s by lionscope-compose: changes here are lost.\n", source);
    fprintf(text.stream, "COMPOSED_SYSTEM := $(COMPOSED)/%s.system\n", name);
    write_list(text.stream, composition);
    list_for_each(pd, &composition->pds) {
        write_image(text.stream, *pd, "", NULL);
        if ((*pd)->secret != NULL) { /* for the archive */
            write_image(text.stream, *pd, ".public", (*pd)->secret);
        }
    }
    return text_close(composition, &text);
}

/* ---- files ---- */

static bool fail(const char *path)
{
    fprintf(stderr, "lionscope-compose: error: cannot write '%s': %s\n", path, strerror(errno));
    return false;
}

static bool write_file(struct composition *composition, const char *folder, const char *name,
        const void *bytes, size_t size)
{
    const char *path = arena_format(composition->arena, "%s/%s", folder, name);

    return file_write(path, bytes, size) || fail(path);
}

static bool make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST || fail(path);
}

static bool write_blobs(struct composition *composition, const char *folder)
{
    list_for_each(instance, &composition->instances) {
        if (!(*instance)->alone
                && !make_folder(
                        arena_format(composition->arena, "%s/%s", folder, (*instance)->name))) {
            return false;
        }
    }
    list_for_each(blob, &composition->blobs) {
        if (!write_file(composition, folder, blob->file, blob->bytes, blob->size)) {
            return false;
        }
    }
    return true;
}

/* images.mk comes last: make takes it for the sign that the rest is there. */
bool output_write(
        struct composition *composition, const char *folder, const char *name, const char *source)
{
    const char *system = output_system(composition, source);
    const char *make = output_make(composition, name, source);
    const char *system_name = arena_format(composition->arena, "%s.system", name);

    return make_folder(folder) && write_blobs(composition, folder)
            && write_file(composition, folder, system_name, system, strlen(system))
            && write_file(composition, folder, "images.mk", make, strlen(make));
}
