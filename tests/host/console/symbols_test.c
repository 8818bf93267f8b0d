/* SPDX-License-Identifier: BSD-2-Clause */
/* Types, paths and values out of a real ELF file (specimen.c), and out of damaged copies of it. */
#include "host-tools/lib/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/model.h"
#include "console/model/queue_discovery.h"
#include "host-tools/lib/c_value.h"
#include "tests/host/libsel4/cmocka_headers.h"

static unsigned char *bytes;
static size_t size;
static struct symbols *symbols;

/* Memory as the file has it. */
static bool read_file(
        void *context, uint64_t address, void *to, size_t length, struct error_report *error)
{
    const unsigned char *from = symbols_bytes(symbols, address, length);

    (void)context;
    if (from == NULL) {
        return error_set(error, STATUS_FAILURE, "not in the file");
    }
    memcpy(to, from, length);
    return true;
}

static bool resolve(const char *path, struct c_place *place, struct error_report *error)
{
    return path_resolve(symbols, path, read_file, NULL, place, error);
}

struct found {
    const char *path;
    char value[200];
};

static void keep_line(void *context, const char *path, const char *value)
{
    struct found *found = context;

    if (strcmp(path, found->path) == 0) {
        snprintf(found->value, sizeof(found->value), "%s", value);
    }
}

/* The value of `line` when `path` is printed. */
static void expect(const char *path, const char *line, const char *value)
{
    struct found found = { .path = line };
    struct error_report error;
    struct c_place place;
    const unsigned char *from;

    assert_true(resolve(path, &place, &error));
    from = symbols_bytes(symbols, place.address, place.type.size);
    assert_non_null(from);
    value_lines(symbols, &place, from, path, keep_line, &found);
    assert_string_equal(found.value, value);
}

static void test_values(void **state)
{
    (void)state;
    expect("specimen.wide", "specimen.wide", "1234605616436508552 (0x1122334455667788)");
    expect("specimen", "specimen.negative", "-5");
    expect("specimen", "specimen.yes", "true");
    expect("specimen", "specimen.colour", "GREEN (5)");
    expect("specimen", "specimen.text", "\"he^[llo\"");
    expect("specimen", "specimen.parts[1].head", "5");
    expect("specimen", "specimen.parts[1].hidden", "-6");
    expect("specimen", "specimen.parts[2].tail", "0");
    expect("specimen", "specimen.low", "5");
    expect("specimen", "specimen.high", "17 (0x11)");
    expect("specimen", "specimen.ratio", "2.5");
    expect("specimen.pointer->tail", "specimen.pointer->tail", "7");
    expect("specimen.pointer.head", "specimen.pointer.head", "3");
    expect("*specimen.pointer", "*specimen.pointer.hidden", "-1");
    expect("specimen.pointer[0].tail", "specimen.pointer[0].tail", "7");
    expect("counter", "counter", "42");
}

static void test_json(void **state)
{
    struct error_report error;
    struct c_place place;
    json_t *value;

    (void)state;
    assert_true(resolve("specimen", &place, &error));
    value = value_json(symbols, &place, symbols_bytes(symbols, place.address, place.type.size));
    assert_string_equal(json_string_value(json_object_get(value, "wide")), "1234605616436508552");
    assert_int_equal(json_integer_value(json_object_get(value, "negative")), -5);
    assert_string_equal(json_string_value(json_object_get(value, "colour")), "GREEN");
    assert_int_equal(json_array_size(json_object_get(value, "parts")), 3);
    assert_int_equal(json_integer_value(json_object_get(
                             json_array_get(json_object_get(value, "parts"), 1), "hidden")),
            -6);
    json_decref(value);
}

static void test_wrong_paths(void **state)
{
    static const char *const wrong[] = { "", "nothing", "specimen.", "specimen.nothing",
        "specimen.parts[3]", "specimen.parts[", "specimen.parts[x]", "specimen.wide.tail",
        "specimen.wide[0]", "*specimen.wide", "specimen parts",
        "specimen.parts[99999999999999999]" };
    struct error_report error;
    struct c_place place;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        error.text[0] = '\0';
        assert_false(resolve(wrong[i], &place, &error));
        assert_true(error.text[0] != '\0');
    }
}

static void test_locations(void **state)
{
    struct c_variable variable;
    struct code_location location;

    (void)state;
    assert_true(symbols_find_variable(symbols, "specimen", &variable));
    assert_true(symbols_locate(symbols, variable.address + 4, &location));
    assert_string_equal(location.symbol, "specimen");
    assert_int_equal(location.offset, 4);
    assert_true(symbols_locate(symbols, 0x200000, &location));
    assert_string_equal(location.symbol, "_start");
    assert_non_null(strstr(location.file, "specimen.c"));
    assert_true(location.line > 60);
    assert_false(symbols_locate(symbols, 0x10, &location));
}

/* A PD of an archive that has the specimen as its program. */
static void make_pd(struct model *model, struct archive_pd *pd, struct archive_mapping *mappings)
{
    static const char *const names[] = { "rx/free", "rx/active", "tx/free", "tx/active" };

    for (size_t i = 0; i < 4; i++) {
        mappings[i] = (struct archive_mapping){
            .what = names[i], .vaddr = 0x3000000 + 0x4000 * i, .size = 0x1000
        };
    }
    *pd = (struct archive_pd){ .name = "client",
        .parent = -1,
        .image_low = 0x200000,
        .image_high = 0x300000,
        .elf = { .name = "specimen.elf", .bytes = bytes, .size = size },
        .mappings = mappings,
        .mapping_count = 4 };
    model->names.has_archive = model->names.trusted = true;
    model->names.archive.pds = pd;
    model->names.archive.pd_count = 1;
}

static void test_discovery(void **state)
{
    struct model *model = model_new(1);
    struct programs programs = { .names = &model->names };
    struct archive_mapping mappings[4];
    struct archive_pd pd;

    (void)state;
    make_pd(model, &pd, mappings);
    queue_discovery_run(model, &programs);
    assert_int_equal(model->queue_count, 4);
    assert_string_equal(model->queues[0].name, "rx/active");
    assert_int_equal(model->queues[0].consumer, 0);
    assert_int_equal(model->queues[0].producer, -1);
    assert_int_equal(model->queues[0].capacity, 256);
    assert_string_equal(model->queues[1].name, "rx/free");
    assert_int_equal(model->queues[1].producer, 0);
    assert_string_equal(model->queues[2].name, "tx/active");
    assert_int_equal(model->queues[2].producer, 0);
    assert_int_equal(model->queues[2].capacity, 128);
    programs_close(&programs);
    model->names.has_archive = false; /* it is not one that archive_close could free */
    model_free(model);
}

static void test_user_type(void **state)
{
    struct model *model = model_new(1);
    struct programs programs = { .names = &model->names };
    struct user_queue_type type = { "ring", "in", "out", "asleep", 64, 1 };
    struct archive_mapping mappings[4];
    struct archive_pd pd;

    (void)state;
    make_pd(model, &pd, mappings);
    assert_int_equal(queue_discovery_user_type(model, &programs, &type), 1);
    assert_string_equal(model->queues[0].name, "client.ring");
    assert_string_equal(model->queues[0].region, "window on client");
    assert_int_equal(model->queues[0].layout.head_at, 4);
    assert_int_equal(model->queues[0].layout.flag_at, 8);
    assert_int_equal(model->queues[0].layout.flag_asleep, 1);
    programs_close(&programs);
    model->names.has_archive = false;
    model_free(model);
}

static bool visit_all(void *context, const struct c_variable *variable)
{
    struct c_place place = { variable->address, variable->type, 0, 0 };
    const unsigned char *from;

    (void)context;
    if (place.type.size == 0 || place.type.size > 65536) {
        return true;
    }
    from = symbols_bytes(symbols, place.address, place.type.size);
    if (from != NULL) {
        struct found found = { .path = "" };

        value_lines(symbols, &place, from, "x", keep_line, &found);
        json_decref(value_json(symbols, &place, from));
    }
    return true;
}

/* Files with wrong bytes, and cut ones: nothing may be read beyond them. */
static void test_damage(void **state)
{
    struct symbols *good = symbols;
    unsigned seed = 1;

    (void)state;
    for (int round = 0; round < 300; round++) {
        size_t length = round % 3 == 0 ? size * (size_t)(round + 1) / 301 : size;
        unsigned char *copy = malloc(length + 1);
        struct error_report error;
        struct code_location location;

        memcpy(copy, bytes, length);
        for (int i = 0; i < 20; i++) {
            copy[rand_r(&seed) % length] ^= (unsigned char)(1 + rand_r(&seed) % 255);
        }
        symbols = symbols_open(copy, length, &error);
        if (symbols != NULL) {
            symbols_each_variable(symbols, visit_all, NULL);
            symbols_locate(symbols, 0x200000, &location);
            symbols_close(symbols);
        }
        free(copy);
    }
    symbols = good;
}

static void test_not_elf(void **state)
{
    struct error_report error;

    (void)state;
    assert_null(symbols_open("no ELF file at all", 18, &error));
    assert_null(symbols_open("", 0, &error));
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_wrong_paths),
        cmocka_unit_test(test_locations),
        cmocka_unit_test(test_discovery),
        cmocka_unit_test(test_user_type),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_not_elf),
    };
    struct error_report error;
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    int failed;

    if (file == NULL) {
        fprintf(stderr, "usage: %s SPECIMEN\n", argv[0]);
        return 2;
    }
    fseek(file, 0, SEEK_END);
    size = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(size);
    size = fread(bytes, 1, size, file);
    fclose(file);
    symbols = symbols_open(bytes, size, &error);
    failed = symbols == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
    symbols_close(symbols);
    free(bytes);
    return failed;
}
